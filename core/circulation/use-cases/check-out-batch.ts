/** CIR-1: a pile of copies is lent to one member; each is a checkout of its own, with its own answer (circulation R2). */
import { deskOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import type { MemberQueries } from '../../members/ports.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { MemberId } from '../../shared/id.ts'
import type { NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'

export interface CheckOutBatch {
  readonly act: Act
  readonly memberId: MemberId
  /** In normal form, in the order in which they are lent. */
  readonly barcodes: readonly string[]
}

/** One of the pile, and its checkout, which is not begun yet. */
export interface OneOfPile<Failure, Lent> {
  readonly barcode: string
  readonly checkout: TaskEither<Failure, Lent>
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

export type CheckOutBatchError = NotFound | PermissionDenied | StoreFailure

/** @returns the checkouts in the order of the pile: run one after another, each is asked with those before it on loan */
export const checkOutBatch =
  <Failure, Lent>({ checkOut, members }: CheckOutBatchDeps<Failure, Lent>) =>
  ({
    act,
    memberId,
    barcodes,
  }: CheckOutBatch): TaskEither<CheckOutBatchError, readonly OneOfPile<Failure, Lent>[]> =>
    pipe(
      members.member(memberId),
      TE.tap(() =>
        TE.fromEither(permitted(act.actor, 'loan:create', { memberId, branchId: deskOf(act.actor) })),
      ),
      TE.map(() =>
        barcodes.map(barcode => ({
          barcode,
          checkout: checkOut({
            act,
            member: { memberId },
            wanted: { barcode },
            branchId: null,
            notes: null,
            override: null,
          }),
        })),
      ),
    )
