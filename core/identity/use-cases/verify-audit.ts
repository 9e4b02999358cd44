/** AUT-9: the whole audit is held against its chain of seals; nothing is changed. */
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { Actor } from '../actor.ts'
import { digestsIn, fits, headOf, signatureOf } from '../audit-seal.ts'
import type { AuditSeal, Sealing, WrittenRow } from '../audit-seal.ts'
import type { AuditSealQueries } from '../audit-seal-ports.ts'
import { permitted } from '../permissions.ts'

export const auditBreakKinds = [
  'row_changed',
  'row_removed',
  'row_added',
  'seal_changed',
  'seal_removed',
  'seal_key_unknown',
  'head_missing',
] as const

/** Where the audit and its seals do not agree. */
export interface AuditBreak {
  readonly kind: (typeof auditBreakKinds)[number]
  /** The number of the seal; of several that are missing in a row the first … */
  readonly seal: number
  /** … and the last. */
  readonly lastSeal: number
  /** Of the audit; null where the break is in the chain itself. */
  readonly rowId: number | null
}

export interface AuditVerdict {
  readonly seals: number
  /** How many rows were held against a seal. */
  readonly rows: number
  readonly unsealed: number
  /** Real time; null where all is sealed. */
  readonly unsealedSince: string | null
  /** The end of the chain, to be written down elsewhere; null where nothing was ever sealed. */
  readonly head: string | null
  readonly found: number
  /** The first of them, by where they lie. */
  readonly breaks: readonly AuditBreak[]
}

export interface VerifyAuditDeps {
  readonly queries: AuditSealQueries
  readonly sealing: Sealing
}

export interface VerifyAudit {
  readonly actor: Actor
  /** An end of the chain that was written down before; null where there is none. */
  readonly head: string | null
}

/** Seals a look, and rows of one. */
const sealsAtOnce = 20
const rowsAtOnce = 1000

/** More than this is no list to read. */
const mostListed = 1000

interface Walk {
  readonly last: AuditSeal | null
  /** What the next seal must name as the one before; null where that was changed or is missing. */
  readonly previous: string | null
  readonly headSeen: boolean
  readonly seals: number
  readonly rows: number
  readonly found: number
  readonly breaks: readonly AuditBreak[]
}

const start: Walk = { last: null, previous: '', headSeen: false, seals: 0, rows: 0, found: 0, breaks: [] }

export const verifyAudit =
  (deps: VerifyAuditDeps) =>
  ({ actor, head }: VerifyAudit): TaskEither<PermissionDenied | StoreFailure, AuditVerdict> =>
    pipe(
      TE.fromEither(permitted(actor, 'audit:read')),
      TE.flatMap(() => walk(deps, head, start)),
      TE.flatMap(walked =>
        pipe(
          deps.queries.unsealed(walked.last?.last ?? 0),
          TE.map(unsealed => {
            const { last, seals, rows, found, breaks } =
              head === null || walked.headSeen
                ? walked
                : broken(walked, [{ kind: 'head_missing', ...at(numberIn(head)) }])
            return {
              seals,
              rows,
              unsealed: unsealed.count,
              unsealedSince: unsealed.since,
              head: last === null ? null : headOf(last),
              found,
              breaks,
            }
          }),
        ),
      ),
    )

const at = (seal: number, rowId: number | null = null): Omit<AuditBreak, 'kind'> => ({
  seal,
  lastSeal: seal,
  rowId,
})

const numberIn = (head: string): number => Number(head.split('.')[0])

const broken = <Walked extends Pick<Walk, 'found' | 'breaks'>>(
  walked: Walked,
  breaks: readonly AuditBreak[],
): Walked => ({
  ...walked,
  found: walked.found + breaks.length,
  breaks: [...walked.breaks, ...breaks].slice(0, mostListed),
})

const walk = (deps: VerifyAuditDeps, head: string | null, from: Walk): TaskEither<StoreFailure, Walk> =>
  pipe(
    deps.queries.seals(from.last?.number ?? 0, sealsAtOnce),
    TE.flatMap(seals =>
      pipe(
        seals.reduce<TaskEither<StoreFailure, Walk>>(
          (walked, seal) => pipe(walked, TE.flatMap(past(deps, head, seal))),
          TE.right(from),
        ),
        TE.flatMap(walked => (seals.length < sealsAtOnce ? TE.right(walked) : walk(deps, head, walked))),
      ),
    ),
  )

/** From the seal before to behind this one. */
const past =
  (deps: VerifyAuditDeps, head: string | null, seal: AuditSeal) =>
  (before: Walk): TaskEither<StoreFailure, Walk> => {
    const { sealing } = deps
    const expected = (before.last?.number ?? 0) + 1
    const gap: readonly AuditBreak[] =
      seal.number === expected
        ? []
        : [{ kind: 'seal_removed', seal: expected, lastSeal: seal.number - 1, rowId: null }]
    const reached: Walk = {
      ...broken(before, gap),
      last: seal,
      seals: before.seals + 1,
      headSeen: before.headSeen || (head !== null && sealing.same(headOf(seal), head)),
    }
    const fault = faultOf(sealing, seal, gap.length > 0 ? null : before.previous)
    if (fault !== null)
      return TE.right({ ...broken(reached, [{ kind: fault, ...at(seal.number) }]), previous: null })
    return pipe(
      rowsUnder(deps, seal, digestsIn(seal), seal.after, { found: 0, breaks: [], rows: 0 }),
      TE.map(({ found, breaks, rows }) => ({
        ...reached,
        previous: seal.mac,
        rows: reached.rows + rows,
        found: reached.found + found,
        breaks: [...reached.breaks, ...breaks].slice(0, mostListed),
      })),
    )
  }

/** Nothing that a seal says is to be believed before this is null. */
const faultOf = (
  sealing: Sealing,
  seal: AuditSeal,
  previous: string | null,
): 'seal_changed' | 'seal_key_unknown' | null => {
  const signature = signatureOf(sealing, seal)
  if (signature === null) return 'seal_key_unknown'
  return sealing.same(signature, seal.mac) && (previous === null || previous === seal.previous)
    ? null
    : 'seal_changed'
}

type Compared = Pick<Walk, 'found' | 'breaks' | 'rows'>

/** The rows where a seal lies, page by page; `left` are those that it holds and that were not met yet. */
const rowsUnder = (
  deps: VerifyAuditDeps,
  seal: AuditSeal,
  left: ReadonlyMap<number, string>,
  after: number,
  soFar: Compared,
): TaskEither<StoreFailure, Compared> =>
  pipe(
    deps.queries.rows(after, seal.last, rowsAtOnce),
    TE.flatMap(page => {
      const compared: Compared = {
        ...broken(
          soFar,
          page.flatMap(row => breakOf(deps.sealing, seal, left.get(row.id), row)),
        ),
        rows: soFar.rows + page.length,
      }
      const met = new Set(page.map(({ id }) => id))
      const unmet = new Map([...left].filter(([id]) => !met.has(id)))
      const last = page.at(-1)
      return last === undefined || page.length < rowsAtOnce
        ? TE.right(
            broken(
              compared,
              [...unmet.keys()].map(id => ({ kind: 'row_removed', ...at(seal.number, id) })),
            ),
          )
        : rowsUnder(deps, seal, unmet, last.id, compared)
    }),
  )

const breakOf = (
  sealing: Sealing,
  seal: AuditSeal,
  digest: string | undefined,
  row: WrittenRow,
): readonly AuditBreak[] => {
  if (digest === undefined) return [{ kind: 'row_added', ...at(seal.number, row.id) }]
  return fits(sealing, seal, digest, row) ? [] : [{ kind: 'row_changed', ...at(seal.number, row.id) }]
}
