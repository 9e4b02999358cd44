/** A year of loans of the sample: who had what, what came back late, what is out now. */
import { chargeOverdue } from '../../core/accounts/fine.ts'
import type { Fine } from '../../core/accounts/fine.ts'
import { nearestOpenDay } from '../../core/branches/opening-calendar.ts'
import type { OpeningCalendar } from '../../core/branches/opening-calendar.ts'
import { dueDate, freeze } from '../../core/circulation/loan-terms.ts'
import { close, open } from '../../core/circulation/loan.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import { runningFine } from '../../core/circulation/standing.ts'
import { id } from '../../core/shared/id.ts'
import type { BookId, BranchId, CopyId, MemberId } from '../../core/shared/id.ts'
import { dayOf, instant, plusDays, plusMinutes, startOfDay } from '../../core/shared/local-time.ts'
import type { Day, Instant } from '../../core/shared/local-time.ts'
import { zero } from '../../core/shared/money.ts'
import { chance } from './random.ts'

export interface LentCopy {
  readonly copyId: CopyId
  readonly bookId: BookId
  readonly branchId: BranchId
}

export interface HistoryOptions {
  readonly seed: number
  readonly now: Instant
  readonly copies: readonly LentCopy[]
  readonly members: readonly MemberId[]
  readonly librarians: readonly MemberId[]
  readonly calendars: ReadonlyMap<BranchId, OpeningCalendar>
  /** How many loans at the most. */
  readonly loans: number
}

export interface History {
  /** Ids from 1 in the order of the list, fines and their entries likewise: the loader puts real ones in their place. */
  readonly loans: readonly Loan[]
  readonly fines: readonly Fine[]
}

/** A member of the sample has no more out than this. */
const mostOut = 4

export const loanHistory = (options: HistoryOptions): History => {
  const { seed, now, copies, members, librarians, calendars } = options
  const { integer, pick, happens } = chance(seed)
  const today = dayOf(now, 'UTC' as Parameters<typeof dayOf>[1])
  const loans: Loan[] = []
  const fines: Fine[] = []
  const out = new Map<MemberId, Set<BookId>>()
  const freeFrom = new Map<CopyId, Day>()

  for (let tries = 0; tries < options.loans * 2 && loans.length < options.loans; tries += 1) {
    const copy = pick(copies)
    const memberId = pick(members)
    const calendar = calendars.get(copy.branchId)
    if (calendar === undefined) continue
    const last = freeFrom.get(copy.copyId)
    const from = last === undefined ? plusDays(today, -integer(1, 365)) : plusDays(last, integer(1, 60))
    const day = nearestOpenDay(calendar, from, 1) ?? from
    if (day >= today) continue
    const borrowedAt = atDesk(calendar, day, integer(0, 239))
    const terms = freeze(defaultValues, copy.branchId, calendar.zone)
    const due = dueDate({
      from: borrowedAt,
      period: terms.loanPeriod,
      terms,
      calendar,
      membershipExpiresOn: null,
    })
    const loan = open(
      {
        id: id(loans.length + 1),
        memberId,
        copyId: copy.copyId,
        bookId: copy.bookId,
        branchId: copy.branchId,
        borrowedAt,
        terms,
        librarianId: happens(0.7) ? pick(librarians) : null,
        notes: null,
        override: null,
      },
      due,
    ).state
    const kept = happens(0.06) ? integer(22, 40) : integer(2, 21)
    const backOn = nearestOpenDay(calendar, plusDays(day, kept), 1) ?? plusDays(day, kept)
    freeFrom.set(copy.copyId, backOn)
    if (backOn >= today) {
      freeFrom.set(copy.copyId, plusDays(today, 1))
      const held = out.get(memberId) ?? new Set<BookId>()
      if (held.size < mostOut && !held.has(copy.bookId)) {
        out.set(memberId, held.add(copy.bookId))
        loans.push(loan)
      }
      continue
    }
    const returnedAt = atDesk(calendar, backOn, integer(0, 239))
    const { amount } = runningFine(loan, calendar, null, returnedAt, zero)
    loans.push(
      close(loan, {
        returnedAt,
        scannedAt: returnedAt,
        branchId: copy.branchId,
        fine: amount,
        notes: null,
        resolution: null,
      }).state,
    )
    if (amount > 0) {
      fines.push(
        chargeOverdue({
          fineId: id(fines.length + 1),
          entryId: id(fines.length + 1),
          memberId,
          loanId: loan.id,
          renewalCount: 0,
          amount,
          at: returnedAt,
          actorId: null,
          description: 'Returned late',
        }).state,
      )
    }
  }
  return { loans, fines }
}

/** Some minutes after ten in the morning, to the whole minute. */
const atDesk = ({ zone }: OpeningCalendar, day: Day, minutes: number): Instant =>
  instant(plusMinutes(startOfDay(day, zone), 600 + minutes))
