/** What is of no use any more is deleted, in statements that hold nobody up. */
import type { Knex } from 'knex'
import type { Retention } from '../../core/operations/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { fromInstant } from './columns.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'
import { withRetries } from './retry.ts'

export const retention = ({ write }: Database): Retention => {
  const remove = (
    table: string,
    which: (rows: Knex.QueryBuilder) => Knex.QueryBuilder,
    limit: number,
    key = 'id',
  ): TaskEither<StoreFailure, number> =>
    withRetries<never, number>(async () =>
      E.right(
        await write(table)
          .whereIn(key, which(write(table)).limit(limit).select(key))
          .del(),
      ),
    )
  return {
    doneEvents: (before, limit) =>
      remove(
        'outbox',
        rows =>
          rows
            .where('done_at', '<', fromInstant(before))
            .where('occurred_at', '<', write('outbox').max('occurred_at'))
            .orderBy('done_at'),
        limit,
      ),
    // Their refresh tokens go with them, by the foreign key.
    endedSessions: (before, limit) =>
      remove(
        'sessions',
        rows =>
          rows.where(ended => {
            void ended
              .where('ended_at', '<', fromInstant(before))
              .orWhere('expires_at', '<', fromInstant(before))
          }),
        limit,
      ),
    accountTokens: (before, limit) =>
      remove(
        'account_tokens',
        rows => rows.where('expires_at', '<', fromInstant(before)).orderBy('expires_at'),
        limit,
      ),
    loginFailures: (before, limit) => {
      const old = (rows: Knex.QueryBuilder) =>
        rows.where('last_at', '<', fromInstant(before)).orderBy('last_at')
      return pipe(
        remove('login_failures', old, limit, 'counter'),
        TE.flatMap(accounts =>
          pipe(
            remove('address_failures', old, limit - accounts, 'network'),
            TE.map(networks => accounts + networks),
          ),
        ),
        TE.flatMap(failures =>
          pipe(
            remove(
              'network_uses',
              rows => rows.where('since', '<', fromInstant(before)).orderBy('since'),
              limit - failures,
              'counter',
            ),
            TE.map(uses => failures + uses),
          ),
        ),
      )
    },
    doneJobs: (before, limit) =>
      remove('jobs', rows => rows.where('done_at', '<', fromInstant(before)).orderBy('done_at'), limit),
  }
}
