/** The API on a real socket over any storage: every use case wired, with stand-ins for what is slow. */
import type { ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import type { HttpDeps, RequestLine } from '../../../adapters/http/deps.ts'
import { httpServer } from '../../../adapters/http/listener.ts'
import type { Route } from '../../../adapters/http/routes.ts'
import { api } from '../../../adapters/http/api.ts'
import { httpApp } from '../../../adapters/http/server.ts'
import { libraryClock } from '../../../app/library-clock.ts'
import { libraryChecks } from '../../../app/modules/consistency.ts'
import { emergencies, libraryJobs } from '../../../app/modules/jobs.ts'
import type { Persistence } from '../../../app/persistence.ts'
import { product, swaggerUiFolder } from '../../../app/product.ts'
import { apiKeySecrets } from '../../../adapters/security/api-key-secrets.ts'
import { fingerprints } from '../../../adapters/security/fingerprints.ts'
import { listFines, listMemberFines, showFine } from '../../../core/accounts/use-cases/list-fines.ts'
import { listLedger } from '../../../core/accounts/use-cases/list-ledger.ts'
import { recordPayment } from '../../../core/accounts/use-cases/record-payment.ts'
import { refundFine } from '../../../core/accounts/use-cases/refund-fine.ts'
import { waiveFine } from '../../../core/accounts/use-cases/waive-fine.ts'
import { addBranch, changeBranch, removeBranch } from '../../../core/branches/use-cases/keep-branches.ts'
import { addClosure, removeClosure } from '../../../core/branches/use-cases/keep-closures.ts'
import { addBook } from '../../../core/catalogue/use-cases/add-book.ts'
import { changeBook } from '../../../core/catalogue/use-cases/change-book.ts'
import * as records from '../../../core/catalogue/use-cases/keep-catalogue-records.ts'
import { borrowingPolicies } from '../../../core/circulation/borrowing-policies.ts'
import { renewalPolicies } from '../../../core/circulation/renewal-policies.ts'
import { reservationPolicies } from '../../../core/circulation/reservation-policies.ts'
import { applyOffline } from '../../../core/circulation/use-cases/apply-offline.ts'
import { cancelReservation } from '../../../core/circulation/use-cases/cancel-reservation.ts'
import { changeReservation } from '../../../core/circulation/use-cases/change-reservation.ts'
import { checkEligibility } from '../../../core/circulation/use-cases/check-eligibility.ts'
import { checkOutBatch } from '../../../core/circulation/use-cases/check-out-batch.ts'
import { checkOut, lendAt } from '../../../core/circulation/use-cases/check-out.ts'
import { changeRules, tryRules } from '../../../core/circulation/use-cases/change-rules.ts'
import {
  declareEmergencyClosure,
  tryEmergencyClosure,
} from '../../../core/circulation/use-cases/declare-emergency-closure.ts'
import {
  showEmergencyClosure,
  undoEmergencyClosure,
} from '../../../core/circulation/use-cases/undo-emergency-closure.ts'
import { explainLoan } from '../../../core/circulation/use-cases/explain-loan.ts'
import { addCopy, changeCopy } from '../../../core/circulation/use-cases/keep-copies.ts'
import { listBookBorrowers } from '../../../core/circulation/use-cases/list-book-borrowers.ts'
import { listInHouseUses } from '../../../core/circulation/use-cases/list-in-house-uses.ts'
import { listLoans, listMemberLoans, showLoan } from '../../../core/circulation/use-cases/list-loans.ts'
import * as reservationLists from '../../../core/circulation/use-cases/list-reservations.ts'
import { missCopy } from '../../../core/circulation/use-cases/miss-copy.ts'
import { listRuleChanges } from '../../../core/circulation/use-cases/list-rule-changes.ts'
import { listHoldShelf, listPulls } from '../../../core/circulation/use-cases/list-shelves.ts'
import {
  listEmergencyClosures,
  listEmergencyMoves,
} from '../../../core/circulation/use-cases/list-emergency-closures.ts'
import { listTransfers } from '../../../core/circulation/use-cases/list-transfers.ts'
import { sendCopy } from '../../../core/circulation/use-cases/send-copy.ts'
import { renewAll } from '../../../core/circulation/use-cases/renew-all.ts'
import { renewLoan } from '../../../core/circulation/use-cases/renew.ts'
import { claimReturned, reportDamage, reportLost } from '../../../core/circulation/use-cases/report-loan.ts'
import { reserve } from '../../../core/circulation/use-cases/reserve.ts'
import { returnCopy, takeBack } from '../../../core/circulation/use-cases/return-copy.ts'
import { returnLoan } from '../../../core/circulation/use-cases/return-loan.ts'
import { resolveRules, showRules } from '../../../core/circulation/use-cases/show-rules.ts'
import { fitPassword } from '../../../core/identity/password-policy.ts'
import { renewHash } from '../../../core/identity/renew-hash.ts'
import { forgotPassword, mailReset } from '../../../core/identity/use-cases/ask-for-reset.ts'
import { changePassword } from '../../../core/identity/use-cases/change-password.ts'
import { resetPassword } from '../../../core/identity/use-cases/reset-password.ts'
import { verifyEmail } from '../../../core/identity/use-cases/verify-email.ts'
import { writeLetter } from '../../../core/identity/use-cases/write-letter.ts'
import { accountTokenTexts } from '../../../adapters/security/account-token-texts.ts'
import type { Notice } from '../../../core/notices/notice.ts'
import { authenticate } from '../../../core/identity/use-cases/authenticate.ts'
import type { SessionPolicy } from '../../../core/identity/session.ts'
import { endSession, endSessionsOf, listSessions } from '../../../core/identity/use-cases/keep-sessions.ts'
import { authenticateKey, noteKeyUse } from '../../../core/identity/use-cases/authenticate-key.ts'
import * as keys from '../../../core/identity/use-cases/keep-api-keys.ts'
import * as mfa from '../../../core/identity/use-cases/keep-second-factor.ts'
import { listAudit } from '../../../core/identity/use-cases/list-audit.ts'
import { recordDenial } from '../../../core/identity/use-cases/record-denial.ts'
import { denialCount } from '../../../adapters/security/denial-count.ts'
import { verifyAudit } from '../../../core/identity/use-cases/verify-audit.ts'
import { secondFactor } from '../../support/second-factor.ts'
import { testSealing } from '../../support/sealing.ts'
import { logIn } from '../../../core/identity/use-cases/log-in.ts'
import { logOut } from '../../../core/identity/use-cases/log-out.ts'
import { refreshSession } from '../../../core/identity/use-cases/refresh-session.ts'
import { unlockAccount } from '../../../core/identity/use-cases/unlock-account.ts'
import { sendOutbox } from '../../../core/notices/use-cases/send-outbox.ts'
import { changeMember } from '../../../core/members/use-cases/change-member.ts'
import { liftBlock, listBlocks, setBlock } from '../../../core/members/use-cases/keep-blocks.ts'
import * as staff from '../../../core/members/use-cases/keep-staff.ts'
import { registerMember } from '../../../core/members/use-cases/register-member.ts'
import { listMembers, showMember } from '../../../core/members/use-cases/show-members.ts'
import { checkConsistency } from '../../../core/operations/use-cases/check-consistency.ts'
import { runJob } from '../../../core/operations/use-cases/run-job.ts'
import { setClock } from '../../../core/operations/use-cases/set-clock.ts'
import { changeSettings } from '../../../core/settings/use-cases/change-settings.ts'
import { showSettings } from '../../../core/settings/use-cases/show-settings.ts'
import { TE } from '../../../core/shared/fp.ts'
import type { Clock } from '../../../core/shared/clock.ts'
import { countedSecrets, passwords as quickPasswords, strength, tokensBy } from './stand-ins.ts'

export interface Log {
  readonly lines: RequestLine[]
  /** What was handed on by the job `send-outbox`. */
  readonly notices: Notice[]
  readonly bugs: { readonly error: unknown; readonly requestId: string | null }[]
}

export interface RunningApi {
  readonly url: string
  readonly port: number
  readonly deps: HttpDeps
  /** Other ones than the product's, where a test has its own. */
  readonly routes: readonly Route[] | null
  readonly log: Log
  readonly close: () => Promise<void>
}

interface Options {
  /** Real time; library time too, as long as nobody sets it. */
  readonly clock: Clock
  readonly hsts?: boolean
  /** Where they are slow, or cannot be looked at. */
  readonly passwords?: typeof quickPasswords
  /** How many refresh tokens the library has already: the next has the next number. */
  readonly refreshTokens?: number
  /** false where a test registers more strangers than one network may. */
  readonly rateLimits?: boolean
  /** Where sessions go by other numbers than those of the tests. */
  readonly session?: Partial<SessionPolicy>
  /** Proxies that are trusted, and where administrative routes are used from. */
  readonly addresses?: Partial<HttpDeps['addresses']>
  /** Replaces parts of what the adapter is given: stores that are away, use cases that throw. */
  readonly change?: (deps: HttpDeps) => HttpDeps
  readonly routes?: readonly Route[]
  /** What answers beside the API. */
  readonly beside?: (deps: HttpDeps) => Parameters<typeof httpApp>[2]
  /** How long a client may take, where a test cannot wait. */
  readonly limits?: ServerOptions
}

/** Of the tests. */
const tokenTexts = accountTokenTexts('a secret of the tests')

/** Everything the adapter needs, over this storage. */
const depsOver = (persistence: Persistence, options: Options, log: Log): HttpDeps => {
  const {
    clock: real,
    hsts = false,
    session,
    addresses,
    rateLimits = true,
    passwords = quickPasswords,
  } = options
  const { work, look, ids, queries } = persistence
  const { clock, keepTime } = libraryClock(real, queries.clock)
  const [tokens, secrets] = [tokensBy(real), countedSecrets(options.refreshTokens)]
  const keep = { work }
  const limit = { networkUses: rateLimits ? persistence.networkUses : null, realClock: real }
  const lockout = { work, countSentAway: denialCount(), clock: real, libraryClock: clock }
  const policy: SessionPolicy = {
    lifetime: 86_400,
    idle: 86_400,
    most: 20,
    whenFull: 'end_oldest',
    ...session,
  }
  let requests = 0
  return {
    catalogue: {
      queries: queries.catalogue,
      addBook: addBook(keep),
      changeBook: changeBook(keep),
      addAuthor: records.addAuthor(keep),
      changeAuthor: records.changeAuthor(keep),
      removeAuthor: records.removeAuthor(keep),
      addPublisher: records.addPublisher(keep),
      changePublisher: records.changePublisher(keep),
      removePublisher: records.removePublisher(keep),
      addGenre: records.addGenre(keep),
      changeGenre: records.changeGenre(keep),
      removeGenre: records.removeGenre(keep),
    },
    circulation: {
      queries: queries.circulation,
      addCopy: addCopy({ work, clock }),
      changeCopy: changeCopy({ work, clock }),
      checkOut: checkOut({ work, clock, ids, policies: borrowingPolicies }),
      checkOutBatch: checkOutBatch({
        checkOut: checkOut({ work, clock, ids, policies: borrowingPolicies }),
        members: queries.members,
      }),
      applyOffline: applyOffline({
        work,
        clock,
        ids,
        policies: borrowingPolicies,
        lend: lendAt(borrowingPolicies),
        takeBack,
      }),
      returnLoan: returnLoan({ work, clock, ids }),
      returnCopy: returnCopy({ work, clock, ids }),
      renewLoan: renewLoan({ work, clock, ids, policies: renewalPolicies }),
      reportLost: reportLost({ work, clock, ids }),
      claimReturned: claimReturned({ work, clock, ids }),
      reportDamage: reportDamage({ work, clock, ids }),
      missCopy: missCopy({ work, clock }),
      renewAll: renewAll({
        work,
        clock,
        ids,
        policies: renewalPolicies,
        queries: queries.circulation,
        members: queries.members,
      }),
      listInHouseUses: listInHouseUses({ queries: queries.inHouse }),
      listLoans: listLoans({ queries: queries.circulation, clock }),
      listMemberLoans: listMemberLoans({ queries: queries.circulation, clock, members: queries.members }),
      showLoan: showLoan({ queries: queries.circulation, clock }),
      listBookBorrowers: listBookBorrowers({ queries: queries.circulation }),
      explainLoan: explainLoan({ queries: queries.circulation, members: queries.members, look, clock }),
      reserve: reserve({ work, clock, ids, policies: reservationPolicies }),
      changeReservation: changeReservation({ work, clock }),
      cancelReservation: cancelReservation({ work, clock }),
      listReservations: reservationLists.listReservations({ queries: queries.reservations, look, clock }),
      listMemberReservations: reservationLists.listMemberReservations({
        queries: queries.reservations,
        look,
        clock,
        members: queries.members,
      }),
      showReservation: reservationLists.showReservation({ queries: queries.reservations, look, clock }),
      listPulls: listPulls({
        queries: queries.reservations,
        branches: queries.branches,
        look,
        clock,
      }),
      listHoldShelf: listHoldShelf({
        queries: queries.reservations,
        branches: queries.branches,
        clock,
      }),
      sendCopy: sendCopy({ work, clock }),
      listTransfers: listTransfers({
        queries: queries.transfers,
        branches: queries.branches,
        settings: queries.settings,
        clock,
      }),
      declareEmergencyClosure: declareEmergencyClosure({
        work,
        clock,
        hurry: emergencies(persistence.jobs, real),
      }),
      tryEmergencyClosure: tryEmergencyClosure({ look }),
      listEmergencyClosures: listEmergencyClosures({ queries: queries.emergencies }),
      listEmergencyMoves: listEmergencyMoves({ queries: queries.emergencies, branches: queries.branches }),
      showEmergencyClosure: showEmergencyClosure({ look }),
      undoEmergencyClosure: undoEmergencyClosure({ work, clock, hurry: emergencies(persistence.jobs, real) }),
      checkEligibility: checkEligibility({
        look,
        clock,
        borrowing: borrowingPolicies,
        renewal: renewalPolicies,
        reservation: reservationPolicies,
      }),
    },
    rules: {
      showRules: showRules({ look }),
      changeRules: changeRules(keep),
      tryRules: tryRules({ look }),
      resolveRules: resolveRules({ look, clock }),
      listRuleChanges: listRuleChanges({ queries: queries.audit }),
    },
    accounts: {
      listFines: listFines({ queries: queries.accounts, branches: queries.branches }),
      listMemberFines: listMemberFines({
        queries: queries.accounts,
        branches: queries.branches,
        members: queries.members,
      }),
      showFine: showFine({ queries: queries.accounts }),
      listLedger: listLedger({ queries: queries.accounts, members: queries.members }),
      recordPayment: recordPayment({ work, clock, ids }),
      waiveFine: waiveFine({ work, clock, ids }),
      refundFine: refundFine({ work, clock, ids }),
    },
    members: {
      listMembers: listMembers({ queries: queries.members }),
      showMember: showMember({ queries: queries.members }),
      registerMember: registerMember({
        work,
        clock,
        ids,
        passwords,
        fitPassword: fitPassword(strength),
        ...limit,
      }),
      changeMember: changeMember({ work, look, passwords, lockout, clock, realClock: real }),
      listBlocks: listBlocks({ queries: queries.members }),
      setBlock: setBlock({ work, clock }),
      liftBlock: liftBlock({ work, clock }),
    },
    staff: {
      listStaff: staff.listStaff({ queries: queries.staff }),
      showStaff: staff.showStaff({ queries: queries.staff }),
      appointStaff: staff.appointStaff({ work, realClock: real }),
      changeStaff: staff.changeStaff({ work, realClock: real }),
      dismissStaff: staff.dismissStaff({ work, realClock: real }),
    },
    branches: {
      queries: queries.branches,
      addBranch: addBranch(keep),
      changeBranch: changeBranch(keep),
      removeBranch: removeBranch(keep),
      addClosure: addClosure(keep),
      removeClosure: removeClosure(keep),
    },
    identity: {
      authenticate: authenticate({ tokens, queries: queries.identity, clock: real }),
      logIn: logIn({
        work,
        queries: queries.identity,
        passwords,
        renewHash: renewHash({ work, passwords }),
        secondFactor,
        tokens,
        secrets,
        ids,
        clock: real,
        policy,
        lockout,
      }),
      refreshSession: refreshSession({
        work,
        queries: queries.identity,
        tokens,
        secrets,
        clock: real,
        policy,
      }),
      logOut: logOut({ work, clock: real }),
      listSessions: listSessions({ queries: queries.identity, clock: real }),
      endSession: endSession({ work, clock: real }),
      endSessionsOf: endSessionsOf({ work, queries: queries.identity, clock: real }),
      unlockAccount: unlockAccount({ work, queries: queries.identity }),
    },
    passwords: {
      changePassword: changePassword({
        work,
        look,
        passwords,
        fitPassword: fitPassword(strength),
        lockout,
        clock,
        realClock: real,
      }),
      forgotPassword: forgotPassword({ work, ids, texts: tokenTexts, clock, ...limit }),
      mailReset: mailReset({ work, ids, texts: tokenTexts, clock, realClock: real }),
      resetPassword: resetPassword({
        work,
        look,
        passwords,
        fitPassword: fitPassword(strength),
        texts: tokenTexts,
        clock,
        realClock: real,
      }),
      verifyEmail: verifyEmail({ work, texts: tokenTexts, clock: real }),
    },
    mfa: {
      enrol: mfa.enrol({ work, secondFactor, clock: real }),
      confirm: mfa.confirm({ work, secondFactor, clock: real }),
      renewRecoveryCodes: mfa.renewRecoveryCodes({ work, secondFactor, lockout, clock: real }),
      removeSecondFactor: mfa.removeSecondFactor({ work, secondFactor, lockout, clock: real }),
      resetSecondFactor: mfa.resetSecondFactor({ work, queries: queries.identity, clock: real }),
    },
    apiKeys: {
      authenticateKey: authenticateKey({ secrets: apiKeySecrets(), queries: queries.apiKeys, clock: real }),
      noteKeyUse: noteKeyUse({ work, clock: real }),
      listApiKeys: keys.listApiKeys({ queries: queries.apiKeys }),
      createApiKey: keys.createApiKey({ work, secrets: apiKeySecrets(), clock: real }),
      rotateApiKey: keys.rotateApiKey({ work, secrets: apiKeySecrets(), clock: real }),
      revokeApiKey: keys.revokeApiKey({ work, clock: real }),
    },
    idempotency: {
      receipts: persistence.receipts,
      fingerprint: fingerprints('a secret of the tests'),
      newToken: randomUUID,
      now: () => clock.now(),
    },
    addresses: { trustedProxies: [], administrative: null, ...addresses },
    settings: {
      showSettings: showSettings({ queries: queries.settings }),
      changeSettings: changeSettings(keep),
    },
    jobs: {
      runJob: runJob({
        jobs: libraryJobs({
          persistence,
          send: sendOutbox({
            outbox: persistence.outbox,
            notifier: { send: notice => TE.fromIO(() => void log.notices.push(notice)) },
            writeEnclosure: writeLetter({ work, ids, texts: tokenTexts, clock: real }),
            clock: real,
          }),
          libraryClock: clock,
          realClock: real,
          renewal: renewalPolicies,
          sealing: testSealing,
        }),
        work,
        clock,
      }),
    },
    consistency: { checkConsistency: checkConsistency({ checks: libraryChecks(persistence), clock: real }) },
    clock: { keepTime, setClock: setClock({ work, clock: real }) },
    audit: {
      listAudit: listAudit({ queries: queries.audit, zones: queries.circulation }),
      verifyAudit: verifyAudit({ queries: queries.auditSeals, sealing: testSealing }),
      recordDenial: recordDenial({ work, count: denialCount(), clock: real }),
    },
    log: {
      request: line => log.lines.push(line),
      bug: (error, requestId) => log.bugs.push({ error, requestId }),
    },
    documents: { product: product(), swaggerUi: swaggerUiFolder() },
    currency: 'EUR',
    ready: () =>
      persistence.ping().then(
        () => ({ database: true }),
        () => ({ database: false }),
      ),
    now: () => performance.now(),
    newRequestId: () => {
      requests += 1
      return `request-${requests}`
    },
    hsts,
  }
}

export const startApi = async (persistence: Persistence, options: Options): Promise<RunningApi> => {
  const log: Log = { lines: [], notices: [], bugs: [] }
  const wired = depsOver(persistence, options, log)
  const deps = options.change?.(wired) ?? wired
  const server = httpServer(
    httpApp(deps, options.routes ?? api(deps), options.beside?.(deps)),
    deps,
    options.limits,
  )
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    deps,
    routes: options.routes ?? null,
    log,
    close: () =>
      new Promise(closed => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
