/** An operation and what came of it, as the invariants look at it. */
import type { Copy } from '../../core/circulation/copy.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Operation } from './operations.ts'
import { movesIn } from './photograph.ts'
import type { Move, Photograph, RowOf, TableName } from './photograph.ts'
import type { Exchange } from './playing.ts'

export interface Seen {
  readonly operation: Operation
  readonly exchanges: readonly Exchange[]
  /** Library time after it. */
  readonly now: Instant
  readonly before: Photograph
  readonly after: Photograph
}

/** @returns what does not hold, in words */
export type Rule = (seen: Seen) => readonly string[]

export const moved = <Name extends TableName>(
  name: Name,
  { before, after }: Seen,
): readonly Move<RowOf<Name>>[] => movesIn(name, before, after)

export const loansIn = (seen: Seen): readonly Move<Loan>[] => moved('loans', seen)
export const reservationsIn = (seen: Seen): readonly Move<Reservation>[] => moved('reservations', seen)
export const copiesIn = (seen: Seen): readonly Move<Copy>[] => moved('copies', seen)

export const changedOnes = <Row>(
  moves: readonly Move<Row>[],
): readonly { readonly before: Row; readonly after: Row }[] =>
  moves.flatMap(({ before, after }) => (before === null || after === null ? [] : [{ before, after }]))

export const newOnes = <Row>(moves: readonly Move<Row>[]): readonly Row[] =>
  moves.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []))

export const isKept = (
  one: Reservation,
): one is Extract<Reservation, { readonly status: 'ready' | 'in_transit' }> =>
  one.status === 'ready' || one.status === 'in_transit'

/** Was it done by an operation of one of these kinds? */
export const by = ({ operation }: Seen, ...kinds: readonly Operation['do'][]): boolean =>
  kinds.includes(operation.do)
