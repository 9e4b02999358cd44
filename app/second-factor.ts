/** What second factors are made with: the keys of the installation, and whose codes they are. */
import { fieldEncryption } from '../adapters/security/field-encryption.ts'
import { oneTimeCodes } from '../adapters/security/one-time-codes.ts'
import { settableKey } from '../adapters/security/pepper-keys.ts'
import { recoveryCodes } from '../adapters/security/recovery-codes.ts'
import type { SecondFactorTools } from '../core/identity/second-factor-ports.ts'
import type { Config } from './config.ts'
import type { InstallationSecrets } from './secrets.ts'

/** Where no key was set it comes from the pepper, which is in no database either. */
export const secondFactorToolsOf = (
  {
    dataEncryptionKey: key,
    dataEncryptionOldKeys: old,
    passwordOldPeppers,
    tokenIssuer,
  }: Pick<Config, 'dataEncryptionKey' | 'dataEncryptionOldKeys' | 'passwordOldPeppers' | 'tokenIssuer'>,
  { passwordPepper }: Pick<InstallationSecrets, 'passwordPepper'>,
): SecondFactorTools => ({
  encryption: fieldEncryption(
    settableKey('encrypted fields', { key, old }, { present: passwordPepper, old: passwordOldPeppers }),
  ),
  codes: oneTimeCodes(tokenIssuer),
  recovery: recoveryCodes(passwordPepper, passwordOldPeppers),
})
