/** Two librarians change one reservation they both read: the second is told that it has changed since, and nothing of his is kept. */
import { expect } from 'chai'
import { dataOf, refusalOf, tally } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

const librarians = 2

export const sameChange: Race = {
  title: `one reservation changed by ${librarians} librarians with If-Match: one change, one 412`,
  setUp: async track => {
    const { id: borrower } = await track.join('keeps.it')
    const { id: member } = await track.join('is.moved')
    const { bookId, copyIds } = await track.newBook(1)
    const lent = await track.desk(0, 'POST', '/borrowings', { user_id: borrower, book_copy_id: copyIds[0] })
    expect(lent.status, lent.text).to.equal(201)
    const reserved = await track.desk(0, 'POST', `/books/${bookId}/reserve`, {
      user_id: member,
      branch_id: track.world.branchId,
    })
    expect(reserved.status, reserved.text).to.equal(201)
    const path = `/reservations/${String(dataOf(reserved)['id'])}`
    return async round => {
      const seen = await track.desk(0, 'GET', path, null)
      const row = { table: 'books', id: bookId } as const
      const priorityOf = (index: number) => 1 + round * librarians + index
      const answers = await atOnce(track, round, { row, waiting: librarians }, librarians, index =>
        track.desk(index, 'PUT', path, { priority: priorityOf(index) }, { ifMatch: seen.etag! }),
      )
      expect(tally(answers)).to.deep.equal({ 200: 1, 412: 1 })
      expect(refusalOf(answers.find(({ status }) => status === 412)!)).to.equal('VERSION_MISMATCH')
      const won = answers.findIndex(({ status }) => status === 200)
      expect(dataOf(await track.desk(0, 'GET', path, null))['priority']).to.equal(priorityOf(won))
      return answers
    }
  },
}
