/** CIR-1: a pile of copies is lent to one member; each is a checkout of its own, with its own answer (circulation R2). */
import { deskOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { MemberQueries } from '../../members/ports.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'

export interface CheckOutBatch {
  readonly act: Act
  readonly memberId: MemberId
  /** In normal form, in the order in which they are lent. */
  readonly barcodes: readonly string[]
}

/** What came of one barcode: what a single checkout would have given. */
export interface BatchOutcome<Failure, Lent> {
  readonly barcode: string
  readonly result: Either<Failure, Lent>
}

/** One checkout, in a unit of work of its own. */
type LendOne<Failure, Lent> = (command: {
  readonly act: Act
  readonly member: { readonly memberId: MemberId }
  readonly wanted: { readonly barcode: string }
  readonly branchId: null
  readonly notes: null
  readonly override: null
}) => TaskEither<Failure, Lent>

export interface CheckOutBatchDeps<Failure, Lent> {
  readonly checkOut: LendOne<Failure, Lent>
  readonly members: Pick<MemberQueries, 'member'>
}

/**
 * One after another, so that each is asked with those before it on loan. A store that is away ends it: the rest is not tried, and
 * where nothing was lent the whole has failed.
 */
export const checkOutBatch =
  <Failure extends { readonly type: string }, Lent>({
    checkOut,
    members,
  }: CheckOutBatchDeps<Failure, Lent>) =>
  ({
    act,
    memberId,
    barcodes,
  }: CheckOutBatch): TaskEither<
    NotFound | PermissionDenied | StoreFailure,
    readonly BatchOutcome<Failure, Lent>[]
  > =>
    pipe(
      members.member(memberId),
      TE.flatMap(() =>
        TE.fromEither<NotFound | PermissionDenied | StoreFailure, void>(
          permitted(act.actor, 'loan:create', { memberId, branchId: deskOf(act.actor) }),
        ),
      ),
      TE.flatMap(() =>
        inTurn(barcodes, barcode =>
          checkOut({
            act,
            member: { memberId },
            wanted: { barcode },
            branchId: null,
            notes: null,
            override: null,
          }),
        ),
      ),
      TE.flatMap(outcomes => TE.fromEither(failedAltogether(outcomes))),
    )

const inTurn = <Failure extends { readonly type: string }, Lent>(
  barcodes: readonly string[],
  lend: (barcode: string) => TaskEither<Failure, Lent>,
): TaskEither<never, readonly BatchOutcome<Failure, Lent>[]> =>
  barcodes.reduce<TaskEither<never, readonly BatchOutcome<Failure, Lent>[]>>(
    (before, barcode) =>
      pipe(
        before,
        TE.flatMap(outcomes => {
          const last = outcomes.at(-1)?.result
          const result =
            last !== undefined && E.isLeft(last) && isAway(last.left) ? TE.left(last.left) : lend(barcode)
          return pipe(
            TE.fromTask<Either<Failure, Lent>>(result),
            TE.map(told => [...outcomes, { barcode, result: told }]),
          )
        }),
      ),
    TE.right([]),
  )

const isAway = (failure: { readonly type: string }): failure is StoreFailure =>
  failure.type === 'StoreFailure' &&
  'reason' in failure &&
  (failure.reason === 'busy' || failure.reason === 'unavailable')

const failedAltogether = <Failure extends { readonly type: string }, Lent>(
  outcomes: readonly BatchOutcome<Failure, Lent>[],
): Either<StoreFailure, readonly BatchOutcome<Failure, Lent>[]> => {
  const nothingLent = outcomes.every(({ result }) => E.isLeft(result))
  const away = outcomes.flatMap(({ result }): readonly StoreFailure[] =>
    E.isLeft(result) && isAway(result.left) ? [result.left] : [],
  )
  return nothingLent && away[0] !== undefined ? E.left(away[0]) : E.right(outcomes)
}
