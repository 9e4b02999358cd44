/** A library with thousands of dates that fall into an emergency closure, and some before and after it. */
import { fromInstant } from '../../../adapters/knex/columns.ts'
import { insertMany } from '../../../adapters/knex/insert-many.ts'
import type { Database } from '../../../adapters/knex/database.ts'
import { endOf } from '../../../core/circulation/loan-terms.ts'
import { nearestOpenDay } from '../../../core/branches/opening-calendar.ts'
import { calendarOf } from '../../../core/branches/branch.ts'
import type { OpenLoan } from '../../../core/circulation/loan.ts'
import type { BranchId } from '../../../core/shared/id.ts'
import { atWallTime, dayOf, instant, plusDays, toIso } from '../../../core/shared/local-time.ts'
import type { Day, Instant, WallTime } from '../../../core/shared/local-time.ts'
import { aBranch, aLoan, daysAfter, zone } from '../../support/builders.ts'
import { addBook, aLibrary, done, right } from '../../support/world.ts'
import { datesInEmergency } from './length.ts'
import type { Site } from './site.ts'

export interface Stormy {
  readonly branchId: BranchId
  readonly from: Day
  readonly to: Day
  readonly reopensOn: Day
  readonly loans: number
  readonly shelf: number
}

const berlin = zone('Europe/Berlin')
/** Copies of a title. */
const copiesOfEach = 250
/** One loan in so many is due by the hour. */
const timed = 10

/** When the loan of this number is due: most on the days of the closure, one in eleven on the day before or after it. */
const dueOf = (index: number, from: Day, days: number): Pick<OpenLoan, 'dueAt' | 'overdueFrom'> => {
  const beside = index % 22 === 0 ? -1 : index % 22 === 11 ? days : null
  const day = plusDays(from, beside ?? index % days)
  if (index % timed !== 1) return endOf(day, berlin)
  const dueAt = atWallTime(day, '12:30' as WallTime, berlin)
  return { dueAt, overdueFrom: dueAt }
}

/** Everything is as desks would have left it, but for the events, and what the books say of their copies: the job `recount` mends that. */
export const beforeTheStorm = async ({ library, tables, join }: Site): Promise<Stormy> => {
  const world = await aLibrary(library, { copies: 0, members: 0 })
  const { branchId } = world
  const members = []
  for (let index = 0; index < 50; index += 1) members.push((await join(`reader.${index}`)).id)
  const now = instant(Date.now())
  const [from, days] = [plusDays(dayOf(now, berlin), 4), 3]
  const to = plusDays(from, days - 1)
  const wanted = Math.ceil((datesInEmergency.loans * 11) / 10)
  let count = 0
  let falling = 0
  for (let title = 0; count < wanted; title += 1) {
    const { bookId, copyIds } = await addBook(library, world, { title: `Title ${title}` }, copiesOfEach)
    const loans: OpenLoan[] = []
    for (const copyId of copyIds) {
      const memberId = members[count % members.length]!
      const due = dueOf(count, from, days)
      const day = dayOf(due.dueAt, berlin)
      if (from <= day && day <= to) falling += 1
      const borrowedAt = daysAfter(now, -10)
      loans.push(
        aLoan({
          id: await right(library.ids.next('loan')),
          memberId,
          copyId,
          bookId,
          branchId,
          borrowedAt,
          ...due,
        }),
      )
      count += 1
    }
    await done(library, ({ history }) => history.add(loans, []))
  }
  await tables.write('book_copies').update({
    status: 'on_loan',
    loan_id: tables
      .write('borrowings')
      .where({ book_copy_id: tables.write.ref('book_copies.id') })
      .select('id'),
  })
  const shelf = await fillShelf(tables, { library, world, members, until: endOf(to, berlin).dueAt, now })
  const branch = calendarOf(aBranch(), [])
  return { branchId, from, to, reopensOn: nearestOpenDay(branch, plusDays(to, 1), 1)!, loans: falling, shelf }
}

interface Shelf {
  readonly library: Site['library']
  readonly world: Parameters<typeof addBook>[1]
  readonly members: readonly number[]
  readonly until: Instant
  readonly now: Instant
}

/** Each title has a copy for each of its members. */
const fillShelf = async (
  tables: Database,
  { library, world, members, until, now }: Shelf,
): Promise<number> => {
  const stamps = { created_at: toIso(now), updated_at: toIso(now) }
  let shelved = 0
  for (let title = 0; shelved < datesInEmergency.shelf; title += 1) {
    const copies = members.slice(0, datesInEmergency.shelf - shelved).length
    const { bookId, copyIds } = await addBook(library, world, { title: `Wanted ${title}` }, copies)
    const rows = []
    for (const [index, copyId] of copyIds.entries()) {
      rows.push({
        id: await right(library.ids.next('reservation')),
        user_id: members[index]!,
        book_id: bookId,
        branch_id: world.branchId,
        book_copy_id: copyId,
        reservation_date: fromInstant(now),
        status: 'ready',
        unfillable: false,
        notification_sent: true,
        ready_until: fromInstant(until),
        version: 1,
        ...stamps,
      })
      await tables
        .write('book_copies')
        .where({ id: copyId })
        .update({ status: 'kept', kept_for_id: members[index]! })
    }
    await insertMany(tables.write, 'reservations', rows)
    shelved += copies
  }
  return shelved
}

/** All dates as the bare tables have them, versions aside. */
export const datesOf = async ({ read }: Database) => ({
  loans: await read('borrowings')
    .orderBy('id')
    .select<{ id: number; due_date: number | string; overdue_from: number | string }[]>(
      'id',
      'due_date',
      'overdue_from',
      'due_from',
      'state',
      'renewal_count',
      'not_renewed_for',
      'calendar_branch_id',
    ),
  reservations: await read('reservations')
    .orderBy('id')
    .select<{ id: number; ready_until: number | string }[]>('id', 'status', 'ready_until', 'book_copy_id'),
})

/** How many on the lists have come to this. */
export const countOf = async ({ read }: Database, outcome: string): Promise<number> => {
  const [row] = await read('emergency_moves').where({ outcome }).count<{ count: number }[]>({ count: '*' })
  return row!.count
}
