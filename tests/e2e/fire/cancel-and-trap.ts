/** A copy comes back for the first in line while two desks cancel his reservation: it goes to the next one, whoever is first. */
import { expect } from 'chai'
import { dataOf, refusalOf } from './ask.ts'
import type { Answer } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

export const cancelAndTrap: Race = {
  title:
    'a cancellation, twice, against the return that traps: one cancels, and the copy is kept for the next',
  setUp: async track => {
    const { id: borrower } = await track.join('has.it')
    let rounds = 0
    return async round => {
      rounds += 1
      const { bookId, copyIds } = await track.newBook(1)
      const lent = await track.desk(round, 'POST', '/borrowings', {
        user_id: borrower,
        book_copy_id: copyIds[0],
      })
      expect(lent.status, lent.text).to.equal(201)
      const line: { readonly memberId: number; readonly reservation: string }[] = []
      for (const place of ['first', 'next']) {
        const { id: memberId } = await track.join(`${place}.${rounds}`)
        const reserved = await track.desk(round, 'POST', `/books/${bookId}/reserve`, {
          user_id: memberId,
          branch_id: track.world.branchId,
        })
        expect(reserved.status, reserved.text).to.equal(201)
        line.push({ memberId, reservation: String(dataOf(reserved)['id']) })
      }
      const [first, next] = line
      const send = (index: number): Promise<Answer> =>
        index === 0
          ? track.desk(round, 'POST', '/returns', { barcode: dataOf(lent)['barcode'] })
          : track.desk(index, 'DELETE', `/reservations/${first!.reservation}`, null)
      const row = { table: 'books', id: bookId } as const
      const answers = await atOnce(track, round, { row, waiting: 3 }, 3, send)

      const [back, ...cancels] = answers
      expect(back!.status).to.equal(200)
      expect(cancels.map(({ status }) => status).sort()).to.deep.equal([200, 409])
      expect(refusalOf(cancels.find(({ status }) => status === 409)!)).to.equal('CONFLICT')
      const shown = async (reservation: string) =>
        dataOf(await track.desk(0, 'GET', `/reservations/${reservation}`, null))
      expect((await shown(first!.reservation))['status']).to.equal('cancelled')
      expect(await shown(next!.reservation)).to.include({ status: 'ready', book_copy_id: copyIds[0] })
      const told = await track.tables
        .read('outbox')
        .where({ aggregate: 'reservation', aggregate_id: next!.reservation, type: 'ReservationReady' })
      expect(told).to.have.length(1)
      return answers
    }
  },
}
