/** What a storage adapter gives the product: one shape for memory, SQLite and Postgres. */
import type { AccountFacts } from '../core/accounts/consistency-facts.ts'
import type { AccountQueries, AccountStores } from '../core/accounts/ports.ts'
import type { BranchQueries, BranchStores } from '../core/branches/ports.ts'
import type { CatalogueQueries, CatalogueStores } from '../core/catalogue/ports.ts'
import type { EmergencyQueries, EmergencyStores } from '../core/circulation/closure-ports.ts'
import type { CirculationFacts } from '../core/circulation/consistency-facts.ts'
import type { InHouseQueries, InHouseStores } from '../core/circulation/in-house-ports.ts'
import type { OfflineStores } from '../core/circulation/offline-ports.ts'
import type { CirculationQueries } from '../core/circulation/display-ports.ts'
import type { CirculationStores } from '../core/circulation/ports.ts'
import type { ReservationQueries } from '../core/circulation/reservation-ports.ts'
import type { RuleStores } from '../core/circulation/rule-ports.ts'
import type { ReminderQueries } from '../core/circulation/reminder-ports.ts'
import type { TransferQueries } from '../core/circulation/transfer-ports.ts'
import type { ApiKeyQueries, ApiKeyStores } from '../core/identity/api-key-ports.ts'
import type { AuditQueries, AuditStores } from '../core/identity/audit.ts'
import type { AuditSealQueries, AuditSealStores } from '../core/identity/audit-seal-ports.ts'
import type { NetworkUses } from '../core/identity/network-uses.ts'
import type { PasswordStores } from '../core/identity/password-ports.ts'
import type { LockoutStores } from '../core/identity/lockout-ports.ts'
import type { IdentityQueries, IdentityStores } from '../core/identity/ports.ts'
import type { SecondFactorStores } from '../core/identity/second-factor-ports.ts'
import type { MemberQueries, MemberStores } from '../core/members/ports.ts'
import type { StaffQueries, StaffStores } from '../core/members/staff-ports.ts'
import type { Outbox } from '../core/notices/ports.ts'
import type { OperationsFacts } from '../core/operations/consistency-facts.ts'
import type { ClockQueries, ClockStores, JobQueue, Retention } from '../core/operations/ports.ts'
import type { SettingsQueries } from '../core/settings/ports.ts'
import type { Ids } from '../core/shared/id.ts'
import type { Receipts } from '../core/shared/receipts.ts'
import type { UnitOfWork } from '../core/shared/unit-of-work.ts'

export type Stores = CatalogueStores &
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

export interface Persistence {
  /** Locks what it reads, writes all or nothing. */
  readonly work: UnitOfWork<Stores>
  /** The same stores for looking only: nothing is locked, a write is an error. */
  readonly look: UnitOfWork<Stores>
  readonly ids: Ids
  readonly outbox: Outbox
  readonly receipts: Receipts
  readonly jobs: JobQueue
  readonly networkUses: NetworkUses
  readonly retention: Retention
  readonly queries: {
    readonly catalogue: CatalogueQueries
    readonly circulation: CirculationQueries
    readonly reservations: ReservationQueries
    readonly transfers: TransferQueries
    readonly reminders: ReminderQueries
    readonly emergencies: EmergencyQueries
    readonly inHouse: InHouseQueries
    readonly accounts: AccountQueries
    readonly members: MemberQueries
    readonly staff: StaffQueries
    readonly branches: BranchQueries
    readonly identity: IdentityQueries
    readonly apiKeys: ApiKeyQueries
    readonly audit: AuditQueries
    readonly auditSeals: AuditSealQueries
    readonly settings: SettingsQueries
    readonly clock: ClockQueries
  }
  /** All that is stored, as it lies there, to be checked. */
  readonly facts: CirculationFacts & AccountFacts & OperationsFacts
  /** Answers when the database does; throws when it does not. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}
