/** One Idempotency-Key, sent 50 times at once, half to each process: one loan, and one answer for all. */
import { expect } from 'chai'
import { dataOf, refusalOf } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

const senders = 50

export const oneKey: Race = {
  title: `one Idempotency-Key, ${senders} times at once: done once, and the same bytes for everybody`,
  setUp: async track => {
    const { id: borrower } = await track.join('sender')
    return async round => {
      const { bookId, copyIds } = await track.newBook(5)
      const send = (index: number) =>
        track.desk(
          index,
          'POST',
          '/borrowings',
          { user_id: borrower, book_id: bookId },
          { key: `round ${round}` },
        )
      const row = { table: 'idempotency_keys', id: null } as const
      const answers = await atOnce(track, round, { row, waiting: 30 }, senders, send)

      const told = answers.filter(({ status }) => status === 201)
      expect(told.filter(({ replayed }) => !replayed)).to.have.length(1)
      for (const waiting of answers.filter(({ status }) => status !== 201)) {
        expect(`${waiting.status} ${refusalOf(waiting)}`).to.equal('409 IDEMPOTENCY_CONFLICT')
      }
      const again = await Promise.all(Array.from({ length: senders }, (_, index) => send(index)))
      for (const { status, text, replayed } of [...again, ...told.filter(answer => answer.replayed)]) {
        expect({ status, text, replayed }).to.deep.equal({ status: 201, text: told[0]!.text, replayed: true })
      }
      const loans = await track.tables
        .read('borrowings')
        .whereIn('book_copy_id', [...copyIds])
        .select<{ user_id: number }[]>('user_id')
      expect(loans.map(({ user_id }) => user_id)).to.deep.equal([borrower])
      await track.desk(round, 'POST', '/returns', { barcode: dataOf(told[0]!)['barcode'] })
      return answers
    }
  },
}
