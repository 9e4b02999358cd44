/** What the HTTP adapter is given: use cases ready to call, queries to show, and the few things of the outside it needs. */
import type { listFines, listMemberFines, showFine } from '../../core/accounts/use-cases/list-fines.ts'
import type { listLedger } from '../../core/accounts/use-cases/list-ledger.ts'
import type { recordPayment } from '../../core/accounts/use-cases/record-payment.ts'
import type { refundFine } from '../../core/accounts/use-cases/refund-fine.ts'
import type { waiveFine } from '../../core/accounts/use-cases/waive-fine.ts'
import type { BranchQueries } from '../../core/branches/ports.ts'
import type { addBranch, changeBranch, removeBranch } from '../../core/branches/use-cases/keep-branches.ts'
import type { addClosure, removeClosure } from '../../core/branches/use-cases/keep-closures.ts'
import type { CatalogueQueries } from '../../core/catalogue/ports.ts'
import type { addBook } from '../../core/catalogue/use-cases/add-book.ts'
import type { changeBook } from '../../core/catalogue/use-cases/change-book.ts'
import type {
  addAuthor,
  addGenre,
  addPublisher,
  changeAuthor,
  changeGenre,
  changePublisher,
  removeAuthor,
  removeGenre,
  removePublisher,
} from '../../core/catalogue/use-cases/keep-catalogue-records.ts'
import type { CirculationQueries } from '../../core/circulation/display-ports.ts'
import type { applyOffline } from '../../core/circulation/use-cases/apply-offline.ts'
import type { cancelReservation } from '../../core/circulation/use-cases/cancel-reservation.ts'
import type { changeReservation } from '../../core/circulation/use-cases/change-reservation.ts'
import type { checkEligibility } from '../../core/circulation/use-cases/check-eligibility.ts'
import type { changeRules, tryRules } from '../../core/circulation/use-cases/change-rules.ts'
import type { checkOutBatch } from '../../core/circulation/use-cases/check-out-batch.ts'
import type { checkOut, CheckOutError, CheckOutResult } from '../../core/circulation/use-cases/check-out.ts'
import type { addCopy, changeCopy } from '../../core/circulation/use-cases/keep-copies.ts'
import type {
  declareEmergencyClosure,
  tryEmergencyClosure,
} from '../../core/circulation/use-cases/declare-emergency-closure.ts'
import type { listBookBorrowers } from '../../core/circulation/use-cases/list-book-borrowers.ts'
import type { explainLoan } from '../../core/circulation/use-cases/explain-loan.ts'
import type { listInHouseUses } from '../../core/circulation/use-cases/list-in-house-uses.ts'
import type { listLoans, listMemberLoans, showLoan } from '../../core/circulation/use-cases/list-loans.ts'
import type {
  listMemberReservations,
  listReservations,
  showReservation,
} from '../../core/circulation/use-cases/list-reservations.ts'
import type { listRuleChanges } from '../../core/circulation/use-cases/list-rule-changes.ts'
import type { listHoldShelf, listPulls } from '../../core/circulation/use-cases/list-shelves.ts'
import type {
  listEmergencyClosures,
  listEmergencyMoves,
} from '../../core/circulation/use-cases/list-emergency-closures.ts'
import type { listTransfers } from '../../core/circulation/use-cases/list-transfers.ts'
import type { sendCopy } from '../../core/circulation/use-cases/send-copy.ts'
import type { renewAll } from '../../core/circulation/use-cases/renew-all.ts'
import type { renewLoan } from '../../core/circulation/use-cases/renew.ts'
import type { reserve } from '../../core/circulation/use-cases/reserve.ts'
import type { missCopy } from '../../core/circulation/use-cases/miss-copy.ts'
import type { claimReturned, reportDamage, reportLost } from '../../core/circulation/use-cases/report-loan.ts'
import type { returnCopy } from '../../core/circulation/use-cases/return-copy.ts'
import type { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import type {
  showEmergencyClosure,
  undoEmergencyClosure,
} from '../../core/circulation/use-cases/undo-emergency-closure.ts'
import type { resolveRules, showRules } from '../../core/circulation/use-cases/show-rules.ts'
import type { authenticate } from '../../core/identity/use-cases/authenticate.ts'
import type { endSession, endSessionsOf, listSessions } from '../../core/identity/use-cases/keep-sessions.ts'
import type {
  confirm,
  enrol,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
} from '../../core/identity/use-cases/keep-second-factor.ts'
import type { authenticateKey, noteKeyUse } from '../../core/identity/use-cases/authenticate-key.ts'
import type {
  createApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from '../../core/identity/use-cases/keep-api-keys.ts'
import type { forgotPassword, mailReset } from '../../core/identity/use-cases/ask-for-reset.ts'
import type { changePassword } from '../../core/identity/use-cases/change-password.ts'
import type { resetPassword } from '../../core/identity/use-cases/reset-password.ts'
import type { verifyEmail } from '../../core/identity/use-cases/verify-email.ts'
import type { listAudit } from '../../core/identity/use-cases/list-audit.ts'
import type { logIn } from '../../core/identity/use-cases/log-in.ts'
import type { logOut } from '../../core/identity/use-cases/log-out.ts'
import type { verifyAudit } from '../../core/identity/use-cases/verify-audit.ts'
import type { recordDenial } from '../../core/identity/use-cases/record-denial.ts'
import type { unlockAccount } from '../../core/identity/use-cases/unlock-account.ts'
import type { refreshSession } from '../../core/identity/use-cases/refresh-session.ts'
import type { changeMember } from '../../core/members/use-cases/change-member.ts'
import type { liftBlock, listBlocks, setBlock } from '../../core/members/use-cases/keep-blocks.ts'
import type {
  appointStaff,
  changeStaff,
  dismissStaff,
  listStaff,
  showStaff,
} from '../../core/members/use-cases/keep-staff.ts'
import type { registerMember } from '../../core/members/use-cases/register-member.ts'
import type { listMembers, showMember } from '../../core/members/use-cases/show-members.ts'
import type { Receipts } from '../../core/shared/receipts.ts'
import type { checkConsistency } from '../../core/operations/use-cases/check-consistency.ts'
import type { runJob } from '../../core/operations/use-cases/run-job.ts'
import type { setClock } from '../../core/operations/use-cases/set-clock.ts'
import type { changeSettings } from '../../core/settings/use-cases/change-settings.ts'
import type { showSettings } from '../../core/settings/use-cases/show-settings.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'

/** A use case that was given its dependencies. */
type Ready<UseCase extends (deps: never) => unknown> = ReturnType<UseCase>

export interface CatalogueDeps {
  readonly queries: CatalogueQueries
  readonly addBook: Ready<typeof addBook>
  readonly changeBook: Ready<typeof changeBook>
  readonly addAuthor: Ready<typeof addAuthor>
  readonly changeAuthor: Ready<typeof changeAuthor>
  readonly removeAuthor: Ready<typeof removeAuthor>
  readonly addPublisher: Ready<typeof addPublisher>
  readonly changePublisher: Ready<typeof changePublisher>
  readonly removePublisher: Ready<typeof removePublisher>
  readonly addGenre: Ready<typeof addGenre>
  readonly changeGenre: Ready<typeof changeGenre>
  readonly removeGenre: Ready<typeof removeGenre>
}

export interface CirculationDeps {
  readonly queries: Pick<CirculationQueries, 'copiesOf' | 'copy'>
  readonly addCopy: Ready<typeof addCopy>
  readonly changeCopy: Ready<typeof changeCopy>
  readonly checkOut: Ready<typeof checkOut>
  readonly checkOutBatch: Ready<typeof checkOutBatch<CheckOutError, CheckOutResult>>
  readonly applyOffline: Ready<typeof applyOffline>
  readonly returnLoan: Ready<typeof returnLoan>
  readonly returnCopy: Ready<typeof returnCopy>
  readonly renewLoan: Ready<typeof renewLoan>
  readonly reportLost: Ready<typeof reportLost>
  readonly claimReturned: Ready<typeof claimReturned>
  readonly reportDamage: Ready<typeof reportDamage>
  readonly missCopy: Ready<typeof missCopy>
  readonly renewAll: Ready<typeof renewAll>
  readonly listInHouseUses: Ready<typeof listInHouseUses>
  readonly listLoans: Ready<typeof listLoans>
  readonly listMemberLoans: Ready<typeof listMemberLoans>
  readonly showLoan: Ready<typeof showLoan>
  readonly listBookBorrowers: Ready<typeof listBookBorrowers>
  readonly explainLoan: Ready<typeof explainLoan>
  readonly reserve: Ready<typeof reserve>
  readonly changeReservation: Ready<typeof changeReservation>
  readonly cancelReservation: Ready<typeof cancelReservation>
  readonly listReservations: Ready<typeof listReservations>
  readonly listMemberReservations: Ready<typeof listMemberReservations>
  readonly showReservation: Ready<typeof showReservation>
  readonly listPulls: Ready<typeof listPulls>
  readonly listHoldShelf: Ready<typeof listHoldShelf>
  readonly sendCopy: Ready<typeof sendCopy>
  readonly listTransfers: Ready<typeof listTransfers>
  readonly checkEligibility: Ready<typeof checkEligibility>
  readonly declareEmergencyClosure: Ready<typeof declareEmergencyClosure>
  readonly tryEmergencyClosure: Ready<typeof tryEmergencyClosure>
  readonly listEmergencyClosures: Ready<typeof listEmergencyClosures>
  readonly listEmergencyMoves: Ready<typeof listEmergencyMoves>
  readonly showEmergencyClosure: Ready<typeof showEmergencyClosure>
  readonly undoEmergencyClosure: Ready<typeof undoEmergencyClosure>
}

export interface RuleDeps {
  readonly showRules: Ready<typeof showRules>
  readonly changeRules: Ready<typeof changeRules>
  readonly tryRules: Ready<typeof tryRules>
  readonly resolveRules: Ready<typeof resolveRules>
  readonly listRuleChanges: Ready<typeof listRuleChanges>
}

export interface AccountDeps {
  readonly listFines: Ready<typeof listFines>
  readonly listMemberFines: Ready<typeof listMemberFines>
  readonly showFine: Ready<typeof showFine>
  readonly listLedger: Ready<typeof listLedger>
  readonly recordPayment: Ready<typeof recordPayment>
  readonly waiveFine: Ready<typeof waiveFine>
  readonly refundFine: Ready<typeof refundFine>
}

export interface MemberDeps {
  readonly listMembers: Ready<typeof listMembers>
  readonly showMember: Ready<typeof showMember>
  readonly registerMember: Ready<typeof registerMember>
  readonly changeMember: Ready<typeof changeMember>
  readonly listBlocks: Ready<typeof listBlocks>
  readonly setBlock: Ready<typeof setBlock>
  readonly liftBlock: Ready<typeof liftBlock>
}

export interface StaffDeps {
  readonly listStaff: Ready<typeof listStaff>
  readonly showStaff: Ready<typeof showStaff>
  readonly appointStaff: Ready<typeof appointStaff>
  readonly changeStaff: Ready<typeof changeStaff>
  readonly dismissStaff: Ready<typeof dismissStaff>
}

export interface BranchDeps {
  readonly queries: BranchQueries
  readonly addBranch: Ready<typeof addBranch>
  readonly changeBranch: Ready<typeof changeBranch>
  readonly removeBranch: Ready<typeof removeBranch>
  readonly addClosure: Ready<typeof addClosure>
  readonly removeClosure: Ready<typeof removeClosure>
}

export interface IdentityDeps {
  readonly authenticate: Ready<typeof authenticate>
  readonly logIn: Ready<typeof logIn>
  readonly refreshSession: Ready<typeof refreshSession>
  readonly logOut: Ready<typeof logOut>
  readonly listSessions: Ready<typeof listSessions>
  readonly endSession: Ready<typeof endSession>
  readonly endSessionsOf: Ready<typeof endSessionsOf>
  readonly unlockAccount: Ready<typeof unlockAccount>
}

export interface PasswordDeps {
  readonly changePassword: Ready<typeof changePassword>
  readonly forgotPassword: Ready<typeof forgotPassword>
  readonly mailReset: Ready<typeof mailReset>
  readonly resetPassword: Ready<typeof resetPassword>
  readonly verifyEmail: Ready<typeof verifyEmail>
}

export interface MfaDeps {
  readonly enrol: Ready<typeof enrol>
  readonly confirm: Ready<typeof confirm>
  readonly renewRecoveryCodes: Ready<typeof renewRecoveryCodes>
  readonly removeSecondFactor: Ready<typeof removeSecondFactor>
  readonly resetSecondFactor: Ready<typeof resetSecondFactor>
}

export interface ApiKeyDeps {
  readonly authenticateKey: Ready<typeof authenticateKey>
  readonly noteKeyUse: Ready<typeof noteKeyUse>
  readonly listApiKeys: Ready<typeof listApiKeys>
  readonly createApiKey: Ready<typeof createApiKey>
  readonly rotateApiKey: Ready<typeof rotateApiKey>
  readonly revokeApiKey: Ready<typeof revokeApiKey>
}

/** What it takes to do a request once, however often it is sent. */
export interface IdempotencyDeps {
  readonly receipts: Receipts
  /** Tells texts apart, and nothing of what they say. */
  readonly fingerprint: (text: string) => string
  /** Another each time, in all processes. */
  readonly newToken: () => string
  /** Real time in milliseconds. */
  readonly now: () => number
}

export interface AuditDeps {
  readonly listAudit: Ready<typeof listAudit>
  readonly verifyAudit: Ready<typeof verifyAudit>
  readonly recordDenial: Ready<typeof recordDenial>
}

export interface SettingsDeps {
  readonly showSettings: Ready<typeof showSettings>
  readonly changeSettings: Ready<typeof changeSettings>
}

/** Of a library whose time may be set. */
export interface ClockDeps {
  /** Learns how the clock is set now; asked before each request, for another process may have set it. */
  readonly keepTime: TaskEither<StoreFailure, void>
  readonly setClock: Ready<typeof setClock>
}

export interface JobDeps {
  readonly runJob: Ready<typeof runJob>
}

export interface ConsistencyDeps {
  readonly checkConsistency: Ready<typeof checkConsistency>
}

/** The product, as its package says. */
export interface Product {
  readonly version: string
  /** By its SPDX identifier. */
  readonly license: string
}

/** What the documents need that no route knows. */
export interface DocumentDeps {
  readonly product: Product
  /** The folder of swagger-ui-dist. */
  readonly swaggerUi: string
}

/** One line a request: no bodies, no query strings, no names. */
export interface RequestLine {
  readonly requestId: string
  readonly method: string
  /** The route's pattern, null where none was met. */
  readonly route: string | null
  readonly status: number
  /** Until the answer was ready. */
  readonly milliseconds: number
  /** Of the answer's body. */
  readonly bytes: number
  readonly memberId: number | null
  readonly apiKeyId: number | null
}

export interface Logger {
  request(line: RequestLine): void
  /** A throw: told once, here. null where it happened outside of any request. */
  bug(error: unknown, requestId: string | null): void
}

/** AUT-8: whose word on where a request comes from is taken, and from where administrative ones may come. */
export interface AddressDeps {
  /** Addresses and CIDR networks of the proxies before the product. */
  readonly trustedProxies: readonly string[]
  /** null: from everywhere. */
  readonly administrative: readonly string[] | null
}

export interface HttpDeps {
  readonly catalogue: CatalogueDeps
  readonly circulation: CirculationDeps
  readonly rules: RuleDeps
  readonly accounts: AccountDeps
  readonly members: MemberDeps
  readonly staff: StaffDeps
  readonly branches: BranchDeps
  readonly identity: IdentityDeps
  readonly passwords: PasswordDeps
  readonly mfa: MfaDeps
  readonly apiKeys: ApiKeyDeps
  readonly idempotency: IdempotencyDeps
  readonly addresses: AddressDeps
  readonly audit: AuditDeps
  readonly settings: SettingsDeps
  /** null where library time is real time, always. */
  readonly clock: ClockDeps | null
  readonly jobs: JobDeps
  readonly consistency: ConsistencyDeps
  readonly documents: DocumentDeps
  readonly log: Logger
  /** ISO 4217, of every amount. */
  readonly currency: string
  /** Which of the things the product needs answer now. */
  readonly ready: () => Promise<Readonly<Record<string, boolean>>>
  /** Real time in milliseconds, for how long a request took. */
  readonly now: () => number
  readonly newRequestId: () => string
  /** Tell browsers to come by https only: true where the product is reached by https. */
  readonly hsts: boolean
}
