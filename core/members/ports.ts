/** What members need of a store. */
import type { Act, Role } from '../identity/actor.ts'
import type { Changed } from '../shared/changed.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { BlockId, BranchId, MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { InvalidInput, NotFound } from '../shared/refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure } from '../shared/unit-of-work.ts'
import type { MemberEvent } from './events.ts'
import type { MemberBlock } from './member-block.ts'
import type { MemberStatus } from './member-status.ts'
import type { Member, MemberDetails, StaffPosition } from './member.ts'

export interface Members {
  /** Locks the member for change. */
  get(id: MemberId): TaskEither<NotFound, Member>
  /**
   * A new member, his credentials and his events. The hash is of the password, null for one who cannot log in.
   * @returns `DuplicateKey` for `username`, `email` or `library_card_number`
   */
  add(
    member: Changed<Member, MemberEvent>,
    passwordHash: string | null,
    act: Act,
  ): TaskEither<DuplicateKey, Member>
  save(member: Member): TaskEither<StaleWrite | DuplicateKey, Member>
  /** Tells of it, in the transaction of the change; its member is locked. */
  tell(event: MemberEvent, act: Act): TaskEither<never, void>
  /** Gives a member a desk. */
  appoint(memberId: MemberId, position: StaffPosition): TaskEither<never, void>
}

export interface MembershipType {
  readonly name: string
  /** How long a new membership lasts, null is without end. */
  readonly durationMonths: number | null
}

export interface MembershipTypes {
  named(name: string): TaskEither<never, MembershipType | null>
}

/** What a member's row refers to, when it is there. */
export interface MemberReferences {
  branchKnown(id: BranchId): TaskEither<never, boolean>
  /** null: there is no such member. */
  birthOf(id: MemberId): TaskEither<never, Pick<MemberDetails, 'dateOfBirth'> | null>
  /** `user` for a member without a desk. */
  roleOf(id: MemberId): TaskEither<never, Role>
}

/** Manual blocks; they change under their member's lock alone. */
export interface MemberBlocks {
  /** One of the member's that was not lifted. */
  get(memberId: MemberId, id: BlockId): TaskEither<NotFound, MemberBlock>
  add(block: Omit<MemberBlock, 'id' | 'version' | 'setAt'>): TaskEither<never, MemberBlock>
  /** It counts no more; its row stays. */
  lift(block: MemberBlock, at: Instant): TaskEither<StaleWrite, void>
}

/** Slow on purpose, and never run inside `work.run`. */
export interface PasswordHasher {
  hash(password: string): TaskEither<StoreFailure, string>
}

/** May this become the password of somebody of whom this is known (AUT-7)? As slow. */
export type FitPassword = (
  field: string,
  password: string,
  owner: Pick<Member, 'username' | 'email' | 'firstName' | 'lastName' | 'cardNumber' | 'phone'>,
) => TaskEither<InvalidInput | StoreFailure, void>

export interface MemberStores {
  readonly members: Members
  readonly membershipTypes: MembershipTypes
  readonly memberReferences: MemberReferences
  readonly memberBlocks: MemberBlocks
}

export interface MemberRecord {
  readonly member: Member
  readonly staff: StaffPosition | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

export type MemberSort =
  | 'id'
  | 'username'
  | 'email'
  | 'first_name'
  | 'last_name'
  | 'library_card_number'
  | 'membership_type'
  | 'membership_date'
  | 'membership_expires_on'
  | 'status'
  | 'created_at'

export interface MemberFilter {
  readonly status?: MemberStatus
  readonly membershipType?: string
  readonly homeBranchId?: BranchId
  readonly cardNumber?: string
  /** Folded words; each occurs in a name, the user name or the e-mail address. */
  readonly words?: readonly string[]
}

export type BlockSort = 'id' | 'created_at' | 'expires_on'

export interface MemberQueries {
  members(filter: MemberFilter, page: PageRequest<MemberSort>): TaskEither<StoreFailure, Page<MemberRecord>>
  member(id: MemberId): TaskEither<NotFound | StoreFailure, MemberRecord>
  /** Those of a member that were not lifted. */
  blocks(memberId: MemberId, page: PageRequest<BlockSort>): TaskEither<StoreFailure, Page<MemberBlock>>
}
