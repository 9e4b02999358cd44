/** A library in memory: gone when the process ends. */
import type { AccountStores } from '../../core/accounts/ports.ts'
import type { BranchStores } from '../../core/branches/ports.ts'
import type { CatalogueStores } from '../../core/catalogue/ports.ts'
import type { EmergencyStores } from '../../core/circulation/closure-ports.ts'
import type { InHouseStores } from '../../core/circulation/in-house-ports.ts'
import type { OfflineStores } from '../../core/circulation/offline-ports.ts'
import type { CirculationStores } from '../../core/circulation/ports.ts'
import type { RuleStores } from '../../core/circulation/rule-ports.ts'
import type { ApiKeyStores } from '../../core/identity/api-key-ports.ts'
import type { AuditStores } from '../../core/identity/audit.ts'
import type { AuditSealStores } from '../../core/identity/audit-seal-ports.ts'
import type { PasswordStores } from '../../core/identity/password-ports.ts'
import type { LockoutStores } from '../../core/identity/lockout-ports.ts'
import type { IdentityStores } from '../../core/identity/ports.ts'
import type { SecondFactorStores } from '../../core/identity/second-factor-ports.ts'
import type { MemberStores } from '../../core/members/ports.ts'
import type { StaffStores } from '../../core/members/staff-ports.ts'
import type { ClockStores } from '../../core/operations/ports.ts'
import { instant } from '../../core/shared/local-time.ts'
import { accountFacts } from './account-facts.ts'
import { accountQueries } from './account-queries.ts'
import { accountTokens } from './account-tokens.ts'
import { apiKeyQueries, apiKeys } from './api-keys.ts'
import { audit } from './audit.ts'
import { auditQueries } from './audit-queries.ts'
import { auditSealQueries, auditSeals } from './audit-seals.ts'
import { books } from './books.ts'
import { borrowers } from './borrowers.ts'
import { branchQueries } from './branch-queries.ts'
import { branches } from './branches.ts'
import { calendars } from './calendars.ts'
import { catalogueQueries } from './catalogue-queries.ts'
import { circulationFacts } from './circulation-facts.ts'
import { circulationQueries } from './circulation-queries.ts'
import { clockQueries, clockSetting } from './clock-setting.ts'
import { copies, loanCategories } from './copies.ts'
import { emptyDatabase } from './database.ts'
import type { Database } from './database.ts'
import { emergencyClosures, emergencyQueries } from './emergency-closures.ts'
import { fines } from './fines.ts'
import { history } from './history.ts'
import { inHouseQueries, inHouseUses } from './in-house-uses.ts'
import { identityQueries } from './identity-queries.ts'
import { ids } from './ids.ts'
import { jobs } from './jobs.ts'
import { loading } from './loading.ts'
import { loans } from './loans.ts'
import { locks } from './locks.ts'
import { loginFailures } from './login-failures.ts'
import { networkUses } from './network-uses.ts'
import { memberAccounts } from './member-accounts.ts'
import { memberBlocks } from './member-blocks.ts'
import { memberQueries } from './member-queries.ts'
import { members } from './members.ts'
import { offlineOperations } from './offline-operations.ts'
import { operationsFacts } from './operations-facts.ts'
import { outbox } from './outbox.ts'
import { passwordHolders } from './password-holders.ts'
import { catalogueRecords } from './records.ts'
import { reminderQueries } from './reminder-queries.ts'
import { reservationQueries } from './reservation-queries.ts'
import { pickupBranches, reservations } from './reservations.ts'
import { receipts } from './receipts.ts'
import { retention } from './retention.ts'
import { rules } from './rules.ts'
import { secondFactors } from './second-factors.ts'
import { sessions } from './sessions.ts'
import { settings, settingsQueries } from './settings.ts'
import { staff, staffQueries } from './staff.ts'
import { supplies } from './supplies.ts'
import { titles } from './titles.ts'
import { transferQueries, transfers } from './transfers.ts'
import { lookOnly, unitOfWork } from './unit-of-work.ts'

type Stores = CatalogueStores &
  CirculationStores &
  EmergencyStores &
  OfflineStores &
  InHouseStores &
  RuleStores &
  MemberStores &
  StaffStores &
  BranchStores &
  IdentityStores &
  PasswordStores &
  SecondFactorStores &
  ApiKeyStores &
  LockoutStores &
  AuditStores &
  AuditSealStores &
  AccountStores &
  ClockStores

const storesOf = (on: Database): Stores => {
  const lending = { borrowers: borrowers(on), titles: titles(on), copies: copies(on), loans: loans(on) }
  return {
    memberBlocks: memberBlocks(on),
    staff: staff(on),
    books: books(on),
    loading: loading(on),
    locks: locks(lending),
    reservations: reservations(on),
    transfers: transfers(on),
    supplies: supplies(on),
    pickupBranches: pickupBranches(on),
    fines: fines(on),
    memberAccounts: memberAccounts(on),
    rules: rules(on),
    calendars: calendars(on),
    emergencyClosures: emergencyClosures(on),
    loanCategories,
    history: history(on),
    offlineOperations: offlineOperations(on),
    inHouseUses: inHouseUses(on),
    sessions: sessions(on),
    passwordHolders: passwordHolders(on),
    accountTokens: accountTokens(on),
    secondFactors: secondFactors(on),
    apiKeys: apiKeys(on),
    loginFailures: loginFailures(on),
    audit: audit(on),
    auditSeals: auditSeals(on),
    settings: settings(on),
    clockSetting: clockSetting(on),
    ...catalogueRecords(on),
    ...members(on),
    ...branches(on),
    ...lending,
  }
}

/**
 * An empty library.
 * @param options.now real time in milliseconds: what rows and events are stamped with
 */
export const openMemory = (options: { readonly now: () => number }) =>
  memoryOver(emptyDatabase(() => instant(options.now())))

/** A library on tables that somebody else looks into too. */
export const memoryOver = (database: Database) => {
  const book = receipts(database)
  return {
    work: unitOfWork(database, storesOf, book.witness),
    look: lookOnly(database, storesOf),
    ids: ids(database),
    outbox: outbox(database),
    receipts: book,
    jobs: jobs(database),
    networkUses: networkUses(database),
    retention: retention(database),
    queries: {
      catalogue: catalogueQueries(database),
      circulation: circulationQueries(database),
      reservations: reservationQueries(database),
      transfers: transferQueries(database),
      reminders: reminderQueries(database),
      emergencies: emergencyQueries(database),
      inHouse: inHouseQueries(database),
      accounts: accountQueries(database),
      members: memberQueries(database),
      staff: staffQueries(database),
      branches: branchQueries(database),
      identity: identityQueries(database),
      apiKeys: apiKeyQueries(database),
      audit: auditQueries(database),
      auditSeals: auditSealQueries(database),
      settings: settingsQueries(database),
      clock: clockQueries(database),
    },
    facts: {
      ...circulationFacts(database),
      ...accountFacts(database),
      ...operationsFacts(database),
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}
