/** The whole of storage on a database: all stores behind one unit of work, all queries. */
import type { BranchDetails } from '../../core/branches/branch.ts'
import type { AuthorDetails } from '../../core/catalogue/author.ts'
import type { GenreDetails } from '../../core/catalogue/genre.ts'
import type { PublisherDetails } from '../../core/catalogue/publisher.ts'
import type { AuthorId, BranchId, GenreId, PublisherId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { accountFacts } from './account-facts.ts'
import { accountQueries } from './account-queries.ts'
import { accountTokens } from './account-tokens.ts'
import { apiKeyQueries, apiKeys } from './api-keys.ts'
import { audit } from './audit.ts'
import { auditQueries } from './audit-queries.ts'
import { auditSealQueries, auditSeals } from './audit-seals.ts'
import { authorTable } from './authors.ts'
import type { AuthorRow } from './authors.ts'
import { books } from './books.ts'
import { branchQueries } from './branch-queries.ts'
import { branchTable, managers } from './branches.ts'
import type { BranchRow } from './branches.ts'
import { calendars } from './calendars.ts'
import type { CalendarCache } from './calendars.ts'
import { catalogueQueries } from './catalogue-queries.ts'
import { circulationFacts } from './circulation-facts.ts'
import { circulationQueries } from './circulation-queries.ts'
import { clockQueries, clockSetting } from './clock-setting.ts'
import { fromInstant } from './columns.ts'
import { closures } from './closures.ts'
import { connect } from './connect.ts'
import type { ConnectOptions } from './connect.ts'
import { copies } from './copies.ts'
import { emergencyClosures } from './emergency-closures.ts'
import { emergencyQueries } from './emergency-queries.ts'
import { fines } from './fines.ts'
import { genreTable } from './genres.ts'
import type { GenreRow } from './genres.ts'
import { history } from './history.ts'
import { idBlocks } from './ids.ts'
import { inHouseQueries, inHouseUses } from './in-house-uses.ts'
import { identityQueries } from './identity-queries.ts'
import { jobs } from './jobs.ts'
import { loading } from './loading.ts'
import { loans } from './loans.ts'
import { locks } from './locks.ts'
import { loginFailures } from './login-failures.ts'
import { networkUses } from './network-uses.ts'
import { memberAccounts } from './member-accounts.ts'
import { memberBlocks } from './member-blocks.ts'
import { memberQueries } from './member-queries.ts'
import { borrowers, memberReferences, members, membershipTypes } from './members.ts'
import { offlineOperations } from './offline-operations.ts'
import { operationsFacts } from './operations-facts.ts'
import { outbox } from './outbox.ts'
import { passwordHolders } from './password-holders.ts'
import { publisherTable } from './publishers.ts'
import type { PublisherRow } from './publishers.ts'
import { receipts } from './receipts.ts'
import { records } from './records.ts'
import { reminderQueries } from './reminder-queries.ts'
import { reservationQueries } from './reservation-queries.ts'
import { pickupBranches, reservations } from './reservations.ts'
import { retention } from './retention.ts'
import { rules } from './rules.ts'
import type { RuleCache } from './rules.ts'
import { secondFactors } from './second-factors.ts'
import { sessions } from './sessions.ts'
import { settings, settingsQueries } from './settings.ts'
import { staff, staffQueries } from './staff.ts'
import { supplies } from './supplies.ts'
import { loanCategories, titles } from './titles.ts'
import { snapshots } from './snapshots.ts'
import { transferQueries } from './transfer-queries.ts'
import { transfers } from './transfers.ts'
import { lookOnly, unitOfWork } from './unit-of-work.ts'
import type { Transaction } from './unit-of-work.ts'

export interface OpenKnexOptions extends ConnectOptions {
  /** Real time in milliseconds, for the stamps of rows. */
  readonly now: () => number
}

/** Opens a database whose schema is there already. */
export const openKnex = (options: OpenKnexOptions) => {
  const db = connect(options)
  const ids = idBlocks(db)
  const now = (): string => fromInstant(instant(options.now()))
  const ruleCache: RuleCache = { table: null }
  const calendarCache: CalendarCache = new Map()
  const stores = (transaction: Transaction) => ({
    authors: records<AuthorId, AuthorRow, AuthorDetails>(transaction, authorTable),
    publishers: records<PublisherId, PublisherRow, PublisherDetails>(transaction, publisherTable),
    genres: records<GenreId, GenreRow, GenreDetails>(transaction, genreTable),
    books: books(transaction),
    loading: loading(transaction),
    branches: records<BranchId, BranchRow, BranchDetails>(transaction, branchTable),
    closures: closures(transaction),
    managers: managers(transaction),
    members: members(transaction),
    membershipTypes: membershipTypes(transaction),
    memberReferences: memberReferences(transaction),
    memberBlocks: memberBlocks(transaction),
    staff: staff(transaction),
    borrowers: borrowers(transaction),
    titles: titles(transaction),
    copies: copies(transaction),
    loans: loans(transaction),
    reservations: reservations(transaction),
    transfers: transfers(transaction),
    supplies: supplies(transaction),
    pickupBranches: pickupBranches(transaction),
    fines: fines(transaction),
    locks: locks(transaction),
    memberAccounts: memberAccounts(transaction),
    rules: rules(ruleCache)(transaction),
    calendars: calendars(calendarCache)(transaction),
    emergencyClosures: emergencyClosures(transaction),
    loanCategories: loanCategories(transaction),
    history: history(transaction),
    offlineOperations: offlineOperations(transaction),
    inHouseUses: inHouseUses(transaction),
    sessions: sessions(transaction),
    passwordHolders: passwordHolders(transaction),
    accountTokens: accountTokens(transaction),
    secondFactors: secondFactors(transaction),
    apiKeys: apiKeys(transaction),
    loginFailures: loginFailures(transaction),
    audit: audit(transaction),
    auditSeals: auditSeals(transaction),
    settings: settings(transaction),
    clockSetting: clockSetting(transaction),
  })
  const book = receipts(db)
  const snapshot = snapshots(db, now)
  const parts = { db, ids, now, stores, witness: book.witness }
  return {
    work: unitOfWork(parts),
    look: lookOnly(parts),
    ids,
    outbox: outbox(db, now),
    receipts: book,
    jobs: jobs(db, now),
    networkUses: networkUses(db),
    retention: retention(db),
    queries: {
      catalogue: catalogueQueries(db),
      circulation: circulationQueries(db, calendarCache),
      reservations: reservationQueries(db),
      transfers: transferQueries(db),
      reminders: reminderQueries(db),
      emergencies: emergencyQueries(db),
      inHouse: inHouseQueries(db),
      accounts: accountQueries(db),
      members: memberQueries(db),
      staff: staffQueries(db),
      branches: branchQueries(db),
      identity: identityQueries(db),
      apiKeys: apiKeyQueries(db),
      audit: auditQueries(db),
      auditSeals: auditSealQueries(db, snapshot),
      settings: settingsQueries(db),
      clock: clockQueries(db),
    },
    facts: {
      ...circulationFacts(snapshot),
      ...accountFacts(snapshot),
      ...operationsFacts(snapshot),
    },
    ping: async (): Promise<void> => {
      await db.read.raw('select 1')
    },
    close: db.close,
  }
}
