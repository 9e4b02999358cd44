/** `library verify-audit`: the whole audit held against its seals, on a storage as it is. */
import { openKnex } from '../adapters/knex/open.ts'
import { system } from '../core/identity/actor.ts'
import { verifyAudit } from '../core/identity/use-cases/verify-audit.ts'
import type { AuditBreak, AuditVerdict } from '../core/identity/use-cases/verify-audit.ts'
import { auditSealingOf } from './audit-sealing.ts'
import type { Config } from './config.ts'
import { refuseOldSchema } from './doctor.ts'
import { connectionOf } from './modules/persistence.ts'
import { Refused } from './refused.ts'
import { installationSecrets } from './secrets.ts'

/**
 * Others may go on working on the storage.
 * @param head an end of the chain that was written down before; null where there is none
 * @returns whether nothing is broken
 * @throws Refused where the schema is not this version's, or the storage does not answer
 */
export const verifyStoredAudit = async (
  config: Config,
  head: string | null,
  say: (line: string) => void,
): Promise<boolean> => {
  await refuseOldSchema(config)
  const sealing = auditSealingOf(config, await installationSecrets(config))
  const persistence = openKnex({ ...connectionOf(config), now: Date.now })
  try {
    const verified = await verifyAudit({ queries: persistence.queries.auditSeals, sealing })({
      actor: system,
      head,
    })()
    if (verified._tag === 'Left') {
      const reason = verified.left.type === 'StoreFailure' ? verified.left.detail : verified.left.permission
      throw new Refused(`It could not be verified: ${reason}`)
    }
    summary(verified.right).forEach(say)
    return verified.right.found === 0
  } finally {
    await persistence.close()
  }
}

const summary = ({ seals, rows, unsealed, unsealedSince, head, found, breaks }: AuditVerdict) => [
  `${String(rows)} rows under ${String(seals)} seals; not sealed: ${String(unsealed)}${
    unsealedSince === null ? '' : ` since ${unsealedSince}`
  }`,
  ...breaks.map(lineOf),
  ...(found > breaks.length ? [`… and ${String(found - breaks.length)} more`] : []),
  ...(head === null ? [] : [`Head: ${head}`]),
  found === 0 ? 'Nothing is broken.' : `${String(found)} found.`,
]

const lineOf = ({ kind, seal, lastSeal, rowId }: AuditBreak): string =>
  [
    `${kind}: seal ${String(seal)}`,
    ...(lastSeal === seal ? [] : [` to ${String(lastSeal)}`]),
    ...(rowId === null ? [] : [`, row ${String(rowId)}`]),
  ].join('')
