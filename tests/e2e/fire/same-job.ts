/** A job run in both processes at once: each thing is done once, and each member told once. */
import { expect } from 'chai'
import { fromInstant } from '../../../adapters/knex/columns.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { ask, dataOf } from './ask.ts'
import { patiently } from './patiently.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'
import { logIn } from './site.ts'

const shelved = 4
const day = 86_400_000

export const sameJob: Race = {
  title: `expire-pickups run in both processes at once: each of ${shelved} reservations ends once`,
  setUp: async track => {
    const { id: borrower } = await track.join('lends.to.the.shelf')
    const { id: collector } = await track.join('never.comes')
    const token = await logIn(track.servers[0]!, 'root')
    return async round => {
      const ids: number[] = []
      const books: number[] = []
      for (let index = 0; index < shelved; index += 1) {
        const { bookId, copyIds } = await track.newBook(1)
        const lent = await track.desk(index, 'POST', '/borrowings', {
          user_id: borrower,
          book_copy_id: copyIds[0],
        })
        expect(lent.status, lent.text).to.equal(201)
        const reserved = await track.desk(index, 'POST', `/books/${bookId}/reserve`, {
          user_id: collector,
          branch_id: track.world.branchId,
        })
        expect(reserved.status, reserved.text).to.equal(201)
        const back = await track.desk(index, 'POST', '/returns', { barcode: dataOf(lent)['barcode'] })
        expect(dataOf(back)['next_step'], back.text).to.include({ action: 'hold' })
        ids.push(Number(dataOf(reserved)['id']))
        books.push(bookId)
      }
      await patiently(() =>
        track.tables
          .write('reservations')
          .whereIn('id', ids)
          .update({ ready_until: fromInstant(instant(Date.now() - day)) }),
      )
      const row = { table: 'books', id: books[0]! } as const
      const answers = await atOnce(track, round, { row, waiting: 2 }, 2, index =>
        ask(track.servers[index]!, 'POST', '/admin/jobs/expire-pickups/run', {}, { token }),
      )
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
      const runs = answers.map(dataOf)
      expect(runs.map(({ failed }) => failed)).to.deep.equal([0, 0])
      expect(runs.reduce((sum, { done }) => sum + Number(done), 0)).to.equal(shelved)
      const ended = await track.tables
        .read('outbox')
        .where({ aggregate: 'reservation', type: 'ReservationExpired' })
        .whereIn('aggregate_id', ids)
        .select<{ aggregate_id: number }[]>('aggregate_id')
      expect(ended.map(({ aggregate_id }) => aggregate_id)).to.have.members(ids)
      const free = await track.tables
        .read('book_copies')
        .whereIn('book_id', books)
        .select<{ status: string }[]>('status')
      expect(free.map(({ status }) => status)).to.deep.equal(ids.map(() => 'available'))
      return answers
    }
  },
}
