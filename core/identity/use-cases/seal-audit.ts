/** AUT-9: what was written into the audit is sealed, batch after batch. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import { nothing } from '../../shared/one-by-one.ts'
import type { Tally } from '../../shared/one-by-one.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { sealOf } from '../audit-seal.ts'
import type { Sealing } from '../audit-seal.ts'
import type { AuditSealQueries, AuditSealStores } from '../audit-seal-ports.ts'

export interface SealAuditDeps {
  readonly work: UnitOfWork<AuditSealStores>
  readonly queries: AuditSealQueries
  readonly sealing: Sealing
  /** Real time. */
  readonly clock: Clock
}

/** Rows of one seal: what is read, signed and written at once. */
const batch = 500

/**
 * Whoever runs it beside another loses the race for the next place in the chain, and goes on behind the one that won it. What is
 * written while it runs is for the next run.
 */
export const sealAudit = (deps: SealAuditDeps): TaskEither<StoreFailure, Tally> =>
  pipe(
    deps.queries.settled(),
    TE.flatMap(settled => (settled === null ? TE.right(nothing) : sealUpTo(deps, settled, nothing))),
  )

const sealUpTo = (deps: SealAuditDeps, settled: number, soFar: Tally): TaskEither<StoreFailure, Tally> =>
  pipe(
    sealNext(deps, settled),
    TE.flatMap(sealed =>
      sealed === null ? TE.right(soFar) : sealUpTo(deps, settled, { ...soFar, done: soFar.done + sealed }),
    ),
  )

/** @returns how many rows have the new seal; null where none was left without one */
const sealNext = (
  { work, queries, sealing, clock }: SealAuditDeps,
  settled: number,
): TaskEither<StoreFailure, number | null> =>
  pipe(
    queries.head(),
    TE.flatMap(head =>
      pipe(
        queries.rows(head?.last ?? 0, settled, batch),
        TE.flatMap((rows): TaskEither<StoreFailure, number | null> => {
          if (rows.length === 0) return TE.right(null)
          const seal = sealOf(sealing, head, rows, clock.now())
          return pipe(
            work.run(({ auditSeals }) => auditSeals.add(seal)),
            TE.map(added => (added ? rows.length : 0)),
          )
        }),
      ),
    ),
  )
