/** The tables of a library in memory. What must be unique or is looked up often has an index. */
import type { Fine } from '../../core/accounts/fine.ts'
import type { Branch, ClosureRecord } from '../../core/branches/ports.ts'
import type { Author } from '../../core/catalogue/author.ts'
import { authorName } from '../../core/catalogue/author.ts'
import type { Book } from '../../core/catalogue/book.ts'
import type { Genre } from '../../core/catalogue/genre.ts'
import type { Publisher } from '../../core/catalogue/publisher.ts'
import type { ApiKey } from '../../core/identity/api-key.ts'
import type { AuditRecord } from '../../core/identity/audit.ts'
import type { AuditSeal } from '../../core/identity/audit-seal.ts'
import type { Copy } from '../../core/circulation/copy.ts'
import type { EmergencyClosure, Move } from '../../core/circulation/emergency-closure.ts'
import type { InHouseUse } from '../../core/circulation/in-house-ports.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { KeptOperation, KeptOutcome } from '../../core/circulation/offline.ts'
import { isKept, isLiving } from '../../core/circulation/reservation.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import type { RuleTable } from '../../core/circulation/rule-table.ts'
import type { Holdings } from '../../core/circulation/title.ts'
import type { TransferEnd } from '../../core/circulation/events.ts'
import type { OpenTransfer } from '../../core/circulation/transfer.ts'
import type { AccountToken } from '../../core/identity/account-token.ts'
import type { AccountFailures, AddressFailures, Counter } from '../../core/identity/lockout.ts'
import type { SecondFactor } from '../../core/identity/second-factor.ts'
import type { RefreshToken, Session } from '../../core/identity/session.ts'
import type { Uses } from '../../core/identity/network-uses.ts'
import type { MemberBlock } from '../../core/members/member-block.ts'
import { normaliseLogin } from '../../core/members/member.ts'
import type { Member } from '../../core/members/member.ts'
import type { StaffMember } from '../../core/members/staff.ts'
import type { LibraryEvent } from '../../core/notices/notice.ts'
import type { JobResult } from '../../core/operations/job.ts'
import type { ClockOffset } from '../../core/operations/ports.ts'
import type { Settings } from '../../core/settings/settings.ts'
import { id } from '../../core/shared/id.ts'
import type { BookId, BranchId, CopyId, EmergencyClosureId, Id, MemberId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { KeptKey } from '../../core/shared/receipts.ts'
import { fold } from '../../core/shared/text.ts'
import { emptyTable, overlay } from './table.ts'
import type { IndexValue, Overlay, RowKind, Table } from './table.ts'

export interface HoldingsRow {
  readonly bookId: BookId
  readonly holdings: Holdings
}

export interface ClosuresRow {
  readonly branchId: BranchId
  readonly closures: readonly ClosureRecord[]
}

export interface MoveRow {
  readonly id: number
  readonly closureId: EmergencyClosureId
  readonly move: Move
}

export interface MemberRow {
  readonly member: Member
  readonly passwordHash: string | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

export interface BlockRow extends MemberBlock {
  readonly liftedAt: Instant | null
}

export interface StaffRow {
  readonly memberId: MemberId
  readonly position: StaffMember
}

/** A key, with what is kept of each of its secrets, by prefix. */
export interface ApiKeyRow {
  readonly id: ApiKey['id']
  readonly apiKey: ApiKey
  readonly hashes: Readonly<Record<string, string>>
}

/** How often guesses at an account were wrong. */
export interface AccountFailuresRow {
  readonly counter: Counter
  readonly failures: AccountFailures
}

/** When guesses from a network were wrong. */
export interface AddressFailuresRow {
  readonly network: string
  readonly failures: AddressFailures
}

/** How often people without a name did something from a network. */
export interface NetworkUsesRow extends Uses {
  readonly counter: string
}

/** A transfer, open or ended. */
export interface TransferRow extends OpenTransfer {
  readonly endedAt: Instant | null
  readonly endedAs: TransferEnd | null
}

/** When a scan put a copy on its shelf last. */
export interface ShelvingRow {
  readonly id: CopyId
  readonly at: Instant
}

/** With the hashes of the recovery codes that are left. */
export interface SecondFactorRow {
  readonly factor: SecondFactor
  readonly recoveryHashes: readonly string[]
}

export interface OutboxRow {
  readonly id: number
  readonly event: LibraryEvent
  readonly actorId: MemberId | null
  readonly requestId: string | null
  /** Real time, beside the library time of the event itself. */
  readonly recordedAt: Instant
  readonly attempts: number
  /** Nobody takes it before; null is at once. */
  readonly notBefore: Instant | null
  readonly state: 'waiting' | 'done' | 'dead'
  readonly doneAt: Instant | null
  /** Why it could not be handed on the last time. */
  readonly reason: string | null
}

export interface ReceiptRow extends KeptKey {
  readonly caller: string
  readonly key: string
  /** The claim's. */
  readonly token: string
}

/** No caller has a line break in his name. */
export const receiptKey = ({ caller, key }: Pick<ReceiptRow, 'caller' | 'key'>): string => `${caller}\n${key}`

export interface OfflineRow extends Pick<KeptOperation, 'operation'> {
  readonly clientId: string
  /** null between its claim and its settling. */
  readonly outcome: KeptOutcome | null
}

export interface ClockRow {
  readonly offset: ClockOffset
}

export interface JobRow {
  readonly id: number
  readonly name: string
  /** One run for each, however often it is asked for. */
  readonly key: string
  /** Of one that is claimed: when the lease ends. */
  readonly dueAt: Instant
  readonly attempts: number
  readonly state: 'waiting' | 'done' | 'dead'
  readonly doneAt: Instant | null
  readonly result: JobResult | null
  /** Why it failed the last time. */
  readonly reason: string | null
}

const byId = <Row extends { readonly id: number }, Index extends string = never>(
  indexes: Readonly<Record<Index, (row: Row) => readonly IndexValue[]>>,
): RowKind<Row['id'], Row, Index> => ({ keyOf: row => row.id, indexes })

const known = (value: IndexValue | null): readonly IndexValue[] => (value === null ? [] : [value])

const bookKind = byId({
  isbn: ({ details }: Book) => known(details.isbn13),
  title: ({ details }: Book) => [fold(details.title)],
  author: ({ details }: Book) => [...new Set(details.authorIds)],
  publisher: ({ details }: Book) => known(details.publisherId),
  genre: ({ details }: Book) => known(details.genreId),
})

const emptyTables = () => ({
  authors: emptyTable(byId({ name: ({ details }: Author) => [fold(authorName(details))] })),
  publishers: emptyTable(byId({ name: ({ details }: Publisher) => [fold(details.name)] })),
  genres: emptyTable(
    byId({
      name: ({ details }: Genre) => [fold(details.name)],
      parent: ({ details }: Genre) => known(details.parentGenreId),
    }),
  ),
  books: emptyTable(bookKind),
  /** Out of the catalogue, but loans and restoring still need them. */
  deletedBooks: emptyTable(bookKind),
  holdings: emptyTable({ keyOf: (row: HoldingsRow) => row.bookId, indexes: {} }),
  branches: emptyTable(byId({ name: ({ details }: Branch) => [fold(details.name)] })),
  closures: emptyTable({ keyOf: (row: ClosuresRow) => row.branchId, indexes: {} }),
  emergencyClosures: emptyTable(
    byId({
      branch: (closure: EmergencyClosure) => [closure.branchId],
      unfinished: ({ state }: EmergencyClosure) =>
        state === 'applying' || state === 'undoing' ? ['yes'] : [],
    }),
  ),
  emergencyMoves: emptyTable(
    byId({
      closure: (row: MoveRow) => [row.closureId],
      loan: ({ move }: MoveRow) => (move.kind === 'loan' ? [move.loanId] : []),
    }),
  ),
  copies: emptyTable(
    byId({
      book: (copy: Copy) => [copy.bookId],
      branch: (copy: Copy) => [copy.branchId],
      barcode: (copy: Copy) => [copy.barcode],
      number: (copy: Copy) => [`${copy.bookId}/${copy.copyNumber}`],
    }),
  ),
  loans: emptyTable(
    byId({
      member: (loan: Loan) => [loan.memberId],
      book: (loan: Loan) => [loan.bookId],
      copy: (loan: Loan) => [loan.copyId],
      outCopy: (loan: Loan) => (loan.state === 'returned' ? [] : [loan.copyId]),
    }),
  ),
  reservations: emptyTable(
    byId({
      member: (one: Reservation) => [one.memberId],
      book: (one: Reservation) => [one.bookId],
      waitingFor: (one: Reservation) => (one.status === 'waiting' ? [one.bookId] : []),
      kept: (one: Reservation) => (isKept(one) ? [one.copyId] : []),
      living: (one: Reservation) => (isLiving(one) ? [`${one.memberId}/${one.bookId}`] : []),
    }),
  ),
  transfers: emptyTable(byId({ open: (one: TransferRow) => (one.endedAt === null ? [one.copyId] : []) })),
  offlineOperations: emptyTable({
    keyOf: (row: OfflineRow) => row.clientId,
    indexes: {
      loan: ({ outcome }: OfflineRow) => known(outcome?.status === 'applied' ? outcome.loanId : null),
    },
  }),
  inHouseUses: emptyTable(byId({ copy: (use: InHouseUse) => [use.copyId] })),
  shelvings: emptyTable(byId<ShelvingRow>({})),
  fines: emptyTable(
    byId({
      chargeKey: (fine: Fine) => [fine.chargeKey],
      member: (fine: Fine) => [fine.memberId],
      loan: (fine: Fine) => known(fine.loanId),
    }),
  ),
  members: emptyTable({
    keyOf: ({ member }: MemberRow) => member.id,
    indexes: {
      username: ({ member }: MemberRow) => [normaliseLogin(member.username)],
      email: ({ member }: MemberRow) => [normaliseLogin(member.email)],
      cardNumber: ({ member }: MemberRow) => [member.cardNumber],
      guardian: ({ member }: MemberRow) => known(member.guardianId),
    },
  }),
  memberBlocks: emptyTable(
    byId({ member: (block: BlockRow) => (block.liftedAt === null ? [block.memberId] : []) }),
  ),
  staff: emptyTable({
    keyOf: (row: StaffRow) => row.memberId,
    indexes: { branch: ({ position }: StaffRow) => known(position.branchId) },
  }),
  jobs: emptyTable(
    byId({
      open: ({ name, state }: JobRow) => (state === 'waiting' ? [name] : []),
      key: ({ key }: JobRow) => [key],
    }),
  ),
  clock: emptyTable({ keyOf: (_row: ClockRow) => 'clock', indexes: {} }),
  settings: emptyTable({ keyOf: (_row: Settings) => 'library', indexes: {} }),
  rules: emptyTable({ keyOf: (_row: RuleTable) => 'library', indexes: {} }),
  sessions: emptyTable(byId({ member: (session: Session) => [session.memberId] })),
  refreshTokens: emptyTable({ keyOf: (token: RefreshToken) => token.hash, indexes: {} }),
  accountTokens: emptyTable(byId({ member: ({ memberId }: AccountToken) => known(memberId) })),
  secondFactors: emptyTable({ keyOf: ({ factor }: SecondFactorRow) => factor.memberId, indexes: {} }),
  apiKeys: emptyTable(byId({ prefix: ({ hashes }: ApiKeyRow) => Object.keys(hashes) })),
  accountFailures: emptyTable({ keyOf: (row: AccountFailuresRow) => row.counter, indexes: {} }),
  addressFailures: emptyTable({ keyOf: (row: AddressFailuresRow) => row.network, indexes: {} }),
  networkUses: emptyTable({ keyOf: (row: NetworkUsesRow) => row.counter, indexes: {} }),
  outbox: emptyTable(byId({ state: (row: OutboxRow) => [row.state] })),
  receipts: emptyTable({ keyOf: (row: ReceiptRow) => receiptKey(row), indexes: {} }),
  audit: emptyTable({ keyOf: (row: AuditRecord) => row.id, indexes: {} }),
  auditSeals: emptyTable({ keyOf: (seal: AuditSeal) => seal.number, indexes: {} }),
})

export type Tables = ReturnType<typeof emptyTables>

/** What the stores work on: the tables, or an overlay on them. */
export interface Database {
  readonly tables: Tables
  /** Real time. */
  readonly now: () => Instant
  /** Never gives a number twice, even when what it was taken for is undone. */
  readonly nextId: <Kind extends string>(kind: Kind) => Id<Kind>
}

export interface Changes extends Database {
  readonly commit: () => void
  /** From here on nothing can be written any more. */
  readonly close: () => void
}

export const emptyDatabase = (now: () => Instant): Database => {
  const given = new Map<string, number>()
  return {
    tables: emptyTables(),
    now,
    nextId: kind => {
      const next = (given.get(kind) ?? 0) + 1
      given.set(kind, next)
      return id(next)
    },
  }
}

/** A view of the database that keeps its writes to itself until `commit`. */
export const changesOf = ({ tables, now, nextId }: Database): Changes => {
  let closed = false
  const commits: (() => void)[] = []
  const over = <Key, Row, Index extends string>(table: Table<Key, Row, Index>): Overlay<Key, Row, Index> => {
    const changes = overlay(table, () => {
      if (closed) throw new Error('Nothing can be written here: this is no open unit of work')
    })
    commits.push(changes.commit)
    return changes
  }
  return {
    now,
    nextId,
    tables: {
      authors: over(tables.authors),
      publishers: over(tables.publishers),
      genres: over(tables.genres),
      books: over(tables.books),
      deletedBooks: over(tables.deletedBooks),
      holdings: over(tables.holdings),
      branches: over(tables.branches),
      closures: over(tables.closures),
      emergencyClosures: over(tables.emergencyClosures),
      emergencyMoves: over(tables.emergencyMoves),
      copies: over(tables.copies),
      loans: over(tables.loans),
      reservations: over(tables.reservations),
      transfers: over(tables.transfers),
      offlineOperations: over(tables.offlineOperations),
      inHouseUses: over(tables.inHouseUses),
      shelvings: over(tables.shelvings),
      fines: over(tables.fines),
      members: over(tables.members),
      memberBlocks: over(tables.memberBlocks),
      staff: over(tables.staff),
      jobs: over(tables.jobs),
      clock: over(tables.clock),
      settings: over(tables.settings),
      rules: over(tables.rules),
      sessions: over(tables.sessions),
      refreshTokens: over(tables.refreshTokens),
      accountTokens: over(tables.accountTokens),
      secondFactors: over(tables.secondFactors),
      apiKeys: over(tables.apiKeys),
      accountFailures: over(tables.accountFailures),
      addressFailures: over(tables.addressFailures),
      networkUses: over(tables.networkUses),
      outbox: over(tables.outbox),
      receipts: over(tables.receipts),
      audit: over(tables.audit),
      auditSeals: over(tables.auditSeals),
    },
    commit: () => commits.forEach(commit => commit()),
    close: () => {
      closed = true
    },
  }
}
