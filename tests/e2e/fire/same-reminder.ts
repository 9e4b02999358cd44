/** The job that reminds of due dates run in both processes at once: each member is told once of each date (R5.3). */
import { expect } from 'chai'
import { fromInstant } from '../../../adapters/knex/columns.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { ask, dataOf } from './ask.ts'
import { patiently } from './patiently.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'
import { logIn } from './site.ts'

const lent = 4
const day = 86_400_000

export const sameReminder: Race = {
  title: `due-reminders run in both processes at once: each of ${lent} due dates is told once`,
  setUp: async track => {
    const readers: number[] = []
    while (readers.length < lent) readers.push((await track.join(`forgets.${readers.length}`)).id)
    const token = await logIn(track.servers[0]!, 'root')
    return async round => {
      const { copyIds } = await track.newBook(lent)
      const loans: Readonly<Record<string, unknown>>[] = []
      for (const [index, book_copy_id] of copyIds.entries()) {
        const user_id = readers[index]!
        const checkout = await track.desk(index, 'POST', '/borrowings', { user_id, book_copy_id })
        expect(checkout.status, checkout.text).to.equal(201)
        loans.push(dataOf(checkout))
      }
      const ids = loans.map(({ id }) => Number(id))
      const now = Date.now()
      await patiently(() =>
        track.tables
          .write('borrowings')
          .whereIn('id', ids)
          .update({
            borrow_date: fromInstant(instant(now - 5 * day)),
            due_from: fromInstant(instant(now - 5 * day)),
            due_date: fromInstant(instant(now + 2 * day)),
            overdue_from: fromInstant(instant(now + 2 * day + 1000)),
          }),
      )
      const row = { table: 'borrowings', id: ids[0]! } as const
      const answers = await atOnce(track, round, { row, waiting: 2 }, 2, index =>
        ask(track.servers[index]!, 'POST', '/admin/jobs/due-reminders/run', {}, { token }),
      )
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
      const runs = answers.map(dataOf)
      expect(runs.map(({ failed }) => failed)).to.deep.equal([0, 0])
      expect(runs.reduce((sum, { done }) => sum + Number(done), 0)).to.equal(lent)
      const told = await track.tables
        .read('outbox')
        .where({ aggregate: 'loan', type: 'LoanDueSoon' })
        .whereIn('aggregate_id', ids)
        .select<{ aggregate_id: number }[]>('aggregate_id')
      expect(told.map(({ aggregate_id }) => aggregate_id)).to.have.members(ids)
      for (const [index, { barcode }] of loans.entries()) {
        const back = await track.desk(index, 'POST', '/returns', { barcode })
        expect(back.status, back.text).to.equal(200)
      }
      return answers
    }
  },
}
