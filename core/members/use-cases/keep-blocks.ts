/** CIR-1: the staff set manual blocks on a member, look at them and lift them. */
import { memberOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { BlockId, MemberId } from '../../shared/id.ts'
import { dayOf, plusDays } from '../../shared/local-time.ts'
import type { Instant, Zone } from '../../shared/local-time.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { blockLifted, blockSet } from '../audit-entries.ts'
import type { BlockDetails, MemberBlock } from '../member-block.ts'
import type { BlockSort, MemberQueries, MemberStores } from '../ports.ts'

export interface KeepBlocksDeps {
  readonly work: UnitOfWork<Pick<MemberStores, 'members' | 'memberBlocks'> & AuditStores>
  readonly clock: Clock
}

export interface SetBlock {
  readonly act: Act
  readonly memberId: MemberId
  readonly details: BlockDetails
}

/** Under the member's lock, so that a checkout under way has seen it or comes before it. */
export const setBlock =
  ({ work, clock }: KeepBlocksDeps) =>
  ({
    act,
    memberId,
    details,
  }: SetBlock): TaskEither<NotFound | PermissionDenied | InvalidInput | StoreFailure, MemberBlock> =>
    work.run(({ members, memberBlocks, audit }) => {
      const now = clock.now()
      return pipe(
        TE.Do,
        TE.tap(() => members.get(memberId)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'member:block', { memberId }))),
        TE.tap(() => TE.fromEither(stillToCome(details, now))),
        TE.flatMap(() => memberBlocks.add({ ...details, memberId, setBy: memberOf(act.actor) })),
        TE.tap(block => audit.record(act, blockSet(block, now))),
      )
    })

/** A last day that is over wherever on earth the library may be would block nothing. */
const stillToCome = ({ expiresOn }: BlockDetails, now: Instant): Either<InvalidInput, void> =>
  expiresOn !== null && expiresOn < plusDays(dayOf(now, 'UTC' as Zone), -1)
    ? E.left(invalidInput('expires_on', 'OUT_OF_RANGE', 'It must not lie in the past'))
    : E.right(undefined)

export interface LiftBlock {
  readonly act: Act
  readonly memberId: MemberId
  readonly blockId: BlockId
}

/** One of them; the others go on. */
export const liftBlock =
  ({ work, clock }: KeepBlocksDeps) =>
  ({
    act,
    memberId,
    blockId,
  }: LiftBlock): TaskEither<
    NotFound | PermissionDenied | VersionMismatch | StaleWrite | StoreFailure,
    void
  > =>
    work.run(({ members, memberBlocks, audit }) => {
      const now = clock.now()
      return pipe(
        TE.Do,
        TE.tap(() => members.get(memberId)),
        TE.bindW('block', () => memberBlocks.get(memberId, blockId)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'member:block', { memberId }))),
        TE.tap(({ block }) => TE.fromEither(asExpected(act, 'block', block))),
        TE.tap(({ block }) => audit.record(act, blockLifted(block, now))),
        TE.flatMap(({ block }) => memberBlocks.lift(block, now)),
      )
    })

export interface ListBlocks {
  readonly act: Act
  readonly memberId: MemberId
  readonly page: PageRequest<BlockSort>
}

/** All that nobody has lifted, those whose last day is over among them. */
export const listBlocks =
  ({ queries }: { readonly queries: Pick<MemberQueries, 'member' | 'blocks'> }) =>
  ({
    act,
    memberId,
    page,
  }: ListBlocks): TaskEither<NotFound | PermissionDenied | StoreFailure, Page<MemberBlock>> =>
    pipe(
      queries.member(memberId),
      TE.tap(() => TE.fromEither(permitted(act.actor, 'member:block', { memberId }))),
      TE.flatMap(() => queries.blocks(memberId, page)),
    )
