/** The key of the audit's seals in tests. */
import { auditSealing } from '../../adapters/security/audit-sealing.ts'

export const testSealing = auditSealing({ key: 'a key of the tests, of 32 characters', old: [] })
