/** The table `library_branches`. */
import type { BranchDetails } from '../../core/branches/branch.ts'
import type { BranchStores } from '../../core/branches/ports.ts'
import type { MemberId } from '../../core/shared/id.ts'
import type { Zone } from '../../core/shared/local-time.ts'
import { fold } from '../../core/shared/text.ts'
import { fromJson, sortKey, toFlag } from './columns.ts'
import type { StoredFlag } from './columns.ts'
import { sql } from './failures.ts'
import { hoursFromJson, servicesFromJson } from './payloads.ts'
import type { RecordRow, RecordTable } from './records.ts'
import type { Transaction } from './unit-of-work.ts'

export interface BranchRow extends RecordRow {
  readonly name: string
  readonly address: string | null
  readonly city: string | null
  readonly state: string | null
  readonly zip_code: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly manager_id: MemberId | null
  readonly hours_of_operation: unknown
  readonly services_offered: unknown
  readonly time_zone: Zone
  readonly pickup: StoredFlag
}

export const branchTable: RecordTable<BranchRow, BranchDetails> = {
  table: 'library_branches',
  resource: 'branch',
  toRow: details => ({
    name: details.name,
    name_sort: fold(details.name),
    address: details.address,
    city: details.city,
    city_sort: sortKey(details.city),
    state: details.state,
    zip_code: details.zipCode,
    phone: details.phone,
    email: details.email,
    manager_id: details.managerId,
    hours_of_operation: fromJson(details.hoursOfOperation),
    services_offered: fromJson(details.servicesOffered),
    time_zone: details.timeZone,
    pickup: details.pickup,
  }),
  fromRow: row => ({
    name: row.name,
    address: row.address,
    city: row.city,
    state: row.state,
    zipCode: row.zip_code,
    phone: row.phone,
    email: row.email,
    managerId: row.manager_id,
    hoursOfOperation: hoursFromJson(row.hours_of_operation),
    servicesOffered: servicesFromJson(row.services_offered),
    timeZone: row.time_zone,
    pickup: toFlag(row.pickup),
  }),
  dependents: [
    { name: 'copies', table: 'book_copies', columns: ['branch_id', 'destination_branch_id'] },
    { name: 'staff', table: 'staff', columns: ['branch_id'] },
    { name: 'users', table: 'users', columns: ['home_branch_id'] },
    {
      name: 'borrowings',
      table: 'borrowings',
      columns: ['branch_id', 'calendar_branch_id', 'return_branch_id'],
    },
    { name: 'reservations', table: 'reservations', columns: ['branch_id'] },
    { name: 'transfers', table: 'transfers', columns: ['from_branch_id', 'to_branch_id'] },
    { name: 'rules', table: 'circulation_rules', columns: ['branch_id'] },
    { name: 'api_keys', table: 'api_keys', columns: ['branch_id'] },
  ],
}

export const managers = ({ knex }: Transaction): BranchStores['managers'] => ({
  known: memberId =>
    sql(
      async () =>
        (await knex('users').where({ id: memberId }).first<{ id: number } | undefined>('id')) !== undefined,
    ),
})
