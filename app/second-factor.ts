/** What second factors are made with: the keys of the installation, and whose codes they are. */
import { hkdfSync } from 'node:crypto'
import { fieldEncryption } from '../adapters/security/field-encryption.ts'
import { oneTimeCodes } from '../adapters/security/one-time-codes.ts'
import { recoveryCodes } from '../adapters/security/recovery-codes.ts'
import type { SecondFactorTools } from '../core/identity/second-factor-ports.ts'
import type { FieldEncryption } from '../core/shared/field-encryption.ts'
import type { Config } from './config.ts'
import type { InstallationSecrets } from './secrets.ts'

type Pepper = Pick<InstallationSecrets, 'passwordPepper'>

/** Where no key was set it comes from the pepper, which is in no database either. */
const fieldEncryptionOf = (
  { dataEncryptionKey, dataEncryptionOldKeys }: Pick<Config, 'dataEncryptionKey' | 'dataEncryptionOldKeys'>,
  { passwordPepper }: Pepper,
): FieldEncryption => {
  const derived = Buffer.from(hkdfSync('sha256', passwordPepper, '', 'key of encrypted fields', 32))
  const key = derived.toString('base64url')
  return fieldEncryption({
    key: dataEncryptionKey ?? key,
    // Whoever sets a key for the first time need not know what there was before.
    old: [...dataEncryptionOldKeys, key],
  })
}

export const secondFactorToolsOf = (
  config: Pick<Config, 'dataEncryptionKey' | 'dataEncryptionOldKeys' | 'tokenIssuer'>,
  secrets: Pepper,
): SecondFactorTools => ({
  encryption: fieldEncryptionOf(config, secrets),
  codes: oneTimeCodes(config.tokenIssuer),
  recovery: recoveryCodes(secrets.passwordPepper),
})
