/** 20 desks scan the same copy: its loan is closed once. */
import { expect } from 'chai'
import { dataOf, tally } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

const desks = 20

export const oneReturn: Race = {
  title: `one copy scanned at ${desks} desks: one closes the loan, the others hear that it was`,
  setUp: async track => {
    const { id: borrower } = await track.join('returner')
    const { bookId, copyIds } = await track.newBook(1)
    return async round => {
      const lent = await track.desk(round, 'POST', '/borrowings', {
        user_id: borrower,
        book_copy_id: copyIds[0],
      })
      expect(lent.status, lent.text).to.equal(201)
      const { barcode } = dataOf(lent)
      const row = { table: 'books', id: bookId } as const
      const answers = await atOnce(track, round, { row, waiting: desks }, desks, index =>
        track.desk(index, 'POST', '/returns', { barcode }),
      )
      expect(tally(answers)).to.deep.equal({ 200: desks })
      expect(answers.filter(answer => dataOf(answer)['already_returned'] === false)).to.have.length(1)
      return answers
    }
  },
}
