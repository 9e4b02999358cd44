/** R5.3: who is reminded, and how often: a due date is told once, before it is over, and nothing else of the loan changes. */
import { isDeepStrictEqual } from 'node:util'
import type { Loan } from '../../core/circulation/loan.ts'
import { firstSettings } from '../../core/settings/settings.ts'
import { changedOnes, loansIn, moved, newOnes } from './seen.ts'
import type { Rule, Seen } from './seen.ts'

const isRun = ({ operation }: Seen): boolean => operation.do === 'run' && operation.job === 'due-reminders'

const isRightly = (seen: Seen, before: Loan, after: Loan): boolean =>
  isRun(seen) &&
  before.state === 'open' &&
  before.remindedFor !== before.dueAt &&
  seen.now < before.dueAt &&
  isDeepStrictEqual(after, { ...before, version: before.version + 1, remindedFor: before.dueAt })

const remindedOnce: Rule = seen => {
  const marked = changedOnes(loansIn(seen)).filter(
    ({ before, after }) => before.remindedFor !== after.remindedFor,
  )
  const told = newOnes(moved('outbox', seen)).flatMap(({ event }) =>
    event.type === 'LoanDueSoon' ? [`loan ${event.aggregateId} due ${event.payload.dueAt}`] : [],
  )
  const expected = marked.map(({ after }) => `loan ${after.id} due ${after.dueAt}`)
  return [
    ...marked
      .filter(({ before, after }) => !isRightly(seen, before, after))
      .map(({ after }) => `loan ${after.id} was marked as reminded of ${String(after.remindedFor)}`),
    ...(isDeepStrictEqual([...told].sort(), expected.sort())
      ? []
      : [`${expected.join(', ')} marked, ${told.join(', ')} told`]),
  ]
}

/** Whatever is due within the days that the library says was reminded of, when the job has run. */
const nobodyForgotten: Rule = seen => {
  if (!isRun(seen)) return []
  const day = 86_400_000
  const [settings = firstSettings] = seen.after.settings.values()
  const days = settings.dueReminderDays
  if (days === null) return []
  // Well within them, whatever the zone and its clocks; and begun a day before or longer ago.
  return [...seen.after.loans.values()]
    .filter(
      ({ state, dueAt, dueFrom, borrowedAt, remindedFor }) =>
        state === 'open' &&
        seen.now < dueAt &&
        dueAt - seen.now < (days - 1) * day &&
        seen.now - (dueFrom ?? borrowedAt) > 2 * day &&
        remindedFor !== dueAt,
    )
    .map(({ id, dueAt }) => `nobody was reminded of loan ${id}, due ${dueAt}`)
}

export const reminders: Readonly<Record<string, Rule>> = {
  'R5.3 once': remindedOnce,
  'R5.3 all': nobodyForgotten,
}
