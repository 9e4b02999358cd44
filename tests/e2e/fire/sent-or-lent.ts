/** Two desks send one copy to two branches while a third lends it: it is lent, or it is sent and goes on one way (CIR-11). */
import { expect } from 'chai'
import { ask, dataOf, refusalOf } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'
import { logIn } from './site.ts'

const desks = 3

export const sentOrLent: Race = {
  title: 'one copy sent to two branches at two desks, and lent at a third: it is lent, or it goes one way',
  setUp: async track => {
    const { id: borrower } = await track.join('has.it.in.his.hands')
    const token = await logIn(track.servers[0]!, 'root')
    const branches: number[] = []
    for (const name of ['North', 'South']) {
      const body = { name, time_zone: 'Europe/Berlin' }
      const made = await ask(track.servers[0]!, 'POST', '/branches', body, { token })
      expect(made.status, made.text).to.equal(201)
      branches.push(Number(dataOf(made)['id']))
    }
    return async round => {
      const { bookId, copyIds } = await track.newBook(1)
      const [copyId] = copyIds
      const copy = track.tables.read('book_copies').where({ id: copyId! })
      const { barcode } = await copy.clone().first<{ barcode: string }>('barcode')
      const row = { table: 'books', id: bookId } as const
      const answers = await atOnce(track, round, { row, waiting: desks }, desks, index =>
        index < branches.length
          ? track.desk(round + index, 'POST', '/transfers', { barcode, to_branch_id: branches[index] })
          : track.desk(round + index, 'POST', '/borrowings', { user_id: borrower, book_copy_id: copyId }),
      )

      const [first, second, lent] = answers
      const stands = await copy
        .clone()
        .first<{ status: string; branch_id: number; destination_branch_id: number | null }>()
      const ways = await track.tables
        .read('transfers')
        .where({ book_copy_id: copyId! })
        .select<{ to_branch_id: number; ended_at: unknown }[]>('to_branch_id', 'ended_at')
      if (lent!.status === 201) {
        for (const sent of [first!, second!])
          expect(`${sent.status} ${refusalOf(sent)}`).to.equal('409 CONFLICT')
        expect(stands).to.include({ status: 'on_loan' })
        expect(ways).to.deep.equal([])
      } else {
        expect(`${lent!.status} ${refusalOf(lent!)}`).to.match(/^409 COPY_NOT_AVAILABLE/)
        // The second to come sends it on: nobody has seen it yet, and it goes elsewhere on the same way.
        expect([first!.status, second!.status]).to.deep.equal([201, 201])
        expect(dataOf(first!)['id']).to.equal(dataOf(second!)['id'])
        expect(stands).to.include({ status: 'in_transit' })
        expect(ways.map(({ to_branch_id, ended_at }) => [to_branch_id, ended_at])).to.deep.equal([
          [stands.destination_branch_id, null],
        ])
        expect(branches).to.include(stands.destination_branch_id)
        expect(stands.branch_id, 'its home stays, until it arrives').to.equal(track.world.branchId)
      }
      await track.desk(round, 'POST', '/returns', { barcode, branch_id: stands.branch_id })
      return answers
    }
  },
}
