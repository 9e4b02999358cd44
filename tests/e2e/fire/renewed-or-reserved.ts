/** A member renews while another reserves the title: renewed before anybody waited, or refused since somebody does (R5.2). */
import { expect } from 'chai'
import { dataOf, refusalOf } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

export const renewedOrReserved: Race = {
  title: 'a renewal against a reservation of the title: it comes before it, or is refused for it',
  setUp: async track => {
    const { id: borrower } = await track.join('reads.on')
    const { id: waiting } = await track.join('wants.it.too')
    return async round => {
      const { bookId, copyIds } = await track.newBook(1)
      const lent = await track.desk(round, 'POST', '/borrowings', {
        user_id: borrower,
        book_copy_id: copyIds[0],
      })
      expect(lent.status, lent.text).to.equal(201)
      const { id: loan, barcode, due_date } = dataOf(lent)
      const row = { table: 'books', id: bookId } as const
      const answers = await atOnce(track, round, { row, waiting: 2 }, 2, index =>
        index === 0
          ? track.desk(round, 'PUT', `/borrowings/${String(loan)}/renew`, {})
          : track.desk(round + 1, 'POST', `/books/${bookId}/reserve`, {
              user_id: waiting,
              branch_id: track.world.branchId,
            }),
      )

      const [renewed, reserved] = answers
      expect(reserved!.status, reserved!.text).to.equal(201)
      const shown = dataOf(await track.desk(round, 'GET', `/borrowings/${String(loan)}`, null))
      if (renewed!.status === 200) {
        expect(shown).to.include({ renewal_count: 1, due_date: dataOf(renewed!)['due_date'] })
        // In the order in which they were written, each while it held the title.
        const written = await track.tables
          .read('audit_log')
          .whereRaw(
            "((target_type = 'borrowing' and target_id = ?) or (target_type = 'reservation' and target_id = ?))",
            [Number(loan), Number(dataOf(reserved!)['id'])],
          )
          .orderBy('id')
          .select<{ action: string }[]>('action')
        expect(written.map(({ action }) => action)).to.deep.equal([
          'borrowing.created',
          'borrowing.renewed',
          'reservation.created',
        ])
      } else {
        expect(`${renewed!.status} ${refusalOf(renewed!)}`).to.equal(
          '422 RENEWAL_REFUSED reservations-waiting',
        )
        expect(shown).to.include({ renewal_count: 0, due_date })
      }
      const back = await track.desk(round, 'POST', '/returns', { barcode })
      expect(dataOf(back)['next_step'], back.text).to.include({ action: 'hold' })
      const cancelled = await track.desk(
        round,
        'DELETE',
        `/reservations/${String(dataOf(reserved!)['id'])}`,
        null,
      )
      expect(cancelled.status, cancelled.text).to.equal(200)
      return answers
    }
  },
}
