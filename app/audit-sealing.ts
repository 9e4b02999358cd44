/** The keys of the audit's seals. */
import { createHmac } from 'node:crypto'
import { auditSealing } from '../adapters/security/audit-sealing.ts'
import type { Sealing } from '../core/identity/audit-seal.ts'
import type { Config } from './config.ts'
import type { InstallationSecrets } from './secrets.ts'

/** Where no key was set it comes from the pepper, which is in no database either. */
export const auditSealingOf = (
  { auditSealKey, auditSealOldKeys }: Pick<Config, 'auditSealKey' | 'auditSealOldKeys'>,
  { passwordPepper }: Pick<InstallationSecrets, 'passwordPepper'>,
): Sealing => {
  const derived = createHmac('sha256', passwordPepper).update('key of the audit seals').digest('base64url')
  return auditSealing({
    key: auditSealKey ?? derived,
    // Whoever sets a key for the first time need not know what there was before.
    old: [...auditSealOldKeys, derived],
  })
}
