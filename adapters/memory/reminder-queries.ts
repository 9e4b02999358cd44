/** Loans that are due soon, for the job that reminds of them. */
import type { Loan } from '../../core/circulation/loan.ts'
import type { ReminderQueries } from '../../core/circulation/reminder-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Database, Tables } from './database.ts'

export const reminderQueries = ({ tables }: Database): ReminderQueries => ({
  zonesDue: (now, until) =>
    TE.fromIO(() => [...new Set(dueWithin(tables, now, until).map(({ terms }) => terms.zone))]),
  dueSoon: ({ zone, now, until }, after, limit) =>
    TE.fromIO(() =>
      dueWithin(tables, now, until)
        .filter(
          ({ id, terms, dueAt, remindedFor }) =>
            terms.zone === zone && id > (after ?? 0) && remindedFor !== dueAt,
        )
        .map(({ id }) => id)
        .sort((a, b) => a - b)
        .slice(0, limit),
    ),
})

const dueWithin = ({ loans }: Tables, now: Instant, until: Instant): readonly Loan[] =>
  [...loans.all()].filter(({ state, dueAt }) => state === 'open' && now < dueAt && dueAt < until)
