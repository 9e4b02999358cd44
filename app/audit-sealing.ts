/** The keys of the audit's seals. */
import { auditSealing } from '../adapters/security/audit-sealing.ts'
import { settableKey } from '../adapters/security/pepper-keys.ts'
import type { Sealing } from '../core/identity/audit-seal.ts'
import type { Config } from './config.ts'
import type { InstallationSecrets } from './secrets.ts'

/** Where no key was set it comes from the pepper, which is in no database either. */
export const auditSealingOf = (
  {
    auditSealKey: key,
    auditSealOldKeys: old,
    passwordOldPeppers,
  }: Pick<Config, 'auditSealKey' | 'auditSealOldKeys' | 'passwordOldPeppers'>,
  { passwordPepper }: Pick<InstallationSecrets, 'passwordPepper'>,
): Sealing =>
  auditSealing(settableKey('audit seals', { key, old }, { present: passwordPepper, old: passwordOldPeppers }))
