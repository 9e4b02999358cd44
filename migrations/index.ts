/** The migrations in order: named here, so that the compiled product and the tests run the same ones. */
import type { Knex } from 'knex'
import * as peopleAndPlaces from './0001-people-and-places.ts'
import * as catalogue from './0002-catalogue.ts'
import * as circulation from './0003-circulation.ts'
import * as accounts from './0004-accounts.ts'
import * as identityAndOperations from './0005-identity-and-operations.ts'
import * as firstRows from './0006-first-rows.ts'
import * as reservations from './0007-reservations.ts'
import * as idempotencyKeys from './0008-idempotency-keys.ts'
import * as finesByDate from './0009-fines-by-date.ts'
import * as settingsClockAndJobs from './0010-settings-clock-and-jobs.ts'
import * as selfCheckouts from './0011-self-checkouts.ts'
import * as versionsOfBlocksAndClosures from './0013-versions-of-blocks-and-closures.ts'
import * as suspendedReservations from './0014-suspended-reservations.ts'
import * as renewals from './0015-renewals.ts'
import * as transfers from './0016-transfers.ts'
import * as emergencyClosures from './0017-emergency-closures.ts'
import * as offline from './0018-offline.ts'
import * as inHouseUses from './0019-in-house-uses.ts'
import * as sessions from './0020-sessions.ts'
import * as apiKeys from './0021-api-keys.ts'
import * as auditSeals from './0022-audit-seals.ts'
import * as accountTokens from './0023-account-tokens.ts'
import * as loginFailures from './0024-login-failures.ts'
import * as secondFactors from './0025-second-factors.ts'
import * as reminders from './0027-reminders.ts'
import * as networkUses from './0028-network-uses.ts'

interface Migration {
  readonly up: (knex: Knex) => Promise<void>
  readonly down: (knex: Knex) => Promise<void>
}

const migrations: Readonly<Record<string, Migration>> = {
  '0001-people-and-places': peopleAndPlaces,
  '0002-catalogue': catalogue,
  '0003-circulation': circulation,
  '0004-accounts': accounts,
  '0005-identity-and-operations': identityAndOperations,
  '0006-first-rows': firstRows,
  '0007-reservations': reservations,
  '0008-idempotency-keys': idempotencyKeys,
  '0009-fines-by-date': finesByDate,
  '0010-settings-clock-and-jobs': settingsClockAndJobs,
  '0011-self-checkouts': selfCheckouts,
  '0013-versions-of-blocks-and-closures': versionsOfBlocksAndClosures,
  '0014-suspended-reservations': suspendedReservations,
  '0015-renewals': renewals,
  '0016-transfers': transfers,
  '0017-emergency-closures': emergencyClosures,
  '0018-offline': offline,
  '0019-in-house-uses': inHouseUses,
  '0020-sessions': sessions,
  '0021-api-keys': apiKeys,
  '0022-audit-seals': auditSeals,
  '0023-account-tokens': accountTokens,
  '0024-login-failures': loginFailures,
  '0025-second-factors': secondFactors,
  '0027-reminders': reminders,
  '0028-network-uses': networkUses,
}

export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve(Object.keys(migrations)),
  getMigrationName: name => name,
  getMigration: name => {
    const migration = migrations[name]
    return migration === undefined
      ? Promise.reject(new Error(`There is no migration ${name}`))
      : Promise.resolve(migration)
  },
}
