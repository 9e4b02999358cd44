/** A member has room for one loan more, and 20 desks lend him a title each. */
import { expect } from 'chai'
import { defaultValues } from '../../../core/circulation/rule-table.ts'
import { dataOf, refusalOf, tally } from './ask.ts'
import type { Answer } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

const desks = 20

export const oneSlot: Race = {
  title: `one slot left, ${desks} desks: one lends, the others are told of the limit`,
  setUp: async track => {
    const limit = defaultValues.maxLoans ?? 0
    const { id: borrower } = await track.join('nearly.full')
    const copies: number[] = []
    for (let count = 0; count < limit - 1 + desks; count += 1) {
      copies.push((await track.newBook(1)).copyIds[0]!)
    }
    const lend = (copy: number, index: number): Promise<Answer> =>
      track.desk(index, 'POST', '/borrowings', { user_id: borrower, book_copy_id: copy })
    for (const copy of copies.slice(desks)) expect((await lend(copy, 0)).status).to.equal(201)

    return async round => {
      const row = { table: 'users', id: borrower } as const
      const answers = await atOnce(track, round, { row, waiting: desks }, desks, index =>
        lend(copies[index]!, index),
      )
      expect(tally(answers)).to.deep.equal({ 201: 1, 422: desks - 1 })
      for (const refused of answers.filter(({ status }) => status === 422)) {
        expect(refusalOf(refused)).to.equal('CHECKOUT_REFUSED loan-limit')
      }
      const { barcode } = dataOf(answers.find(({ status }) => status === 201)!)
      await track.desk(round, 'POST', '/returns', { barcode })
      return answers
    }
  },
}
