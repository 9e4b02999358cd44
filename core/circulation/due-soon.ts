/** When a member is reminded that a loan is due soon (NOT-2), and for which due dates again (R5.3). */
import { dayOf, plusDays, startOfDay } from '../shared/local-time.ts'
import type { Instant, Zone } from '../shared/local-time.ts'
import type { Loan, OpenLoan } from './loan.ts'

/**
 * What is due before it is due soon: today or in so many days by the wall calendar of a zone.
 * @param days the setting `due_reminder_days`; 0 is the very day that it is due
 */
export const soonUntil = (days: number, now: Instant, zone: Zone): Instant =>
  startOfDay(plusDays(dayOf(now, zone), days + 1), zone)

/**
 * Once for a due date: another one, by a renewal or by an emergency closure, is reminded of anew. On the day that its period began
 * nobody is: the member was told the due date that day.
 */
export const isToRemind = (loan: Loan, days: number, now: Instant): loan is OpenLoan => {
  const { zone } = loan.terms
  return (
    loan.state === 'open' &&
    loan.remindedFor !== loan.dueAt &&
    now < loan.dueAt &&
    loan.dueAt < soonUntil(days, now, zone) &&
    dayOf(loan.dueFrom ?? loan.borrowedAt, zone) < dayOf(now, zone)
  )
}
