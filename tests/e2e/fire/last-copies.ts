/** Some copies and more members than that: each copy goes to one of them. */
import { expect } from 'chai'
import { dataOf, refusalOf, tally } from './ask.ts'
import type { Answer } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

/** @param copies of a new book, each round */
export const lastCopies = (copies: number, members: number): Race => ({
  title: `${copies} copies, ${members} members: each is lent once, nobody is told anything but 409 besides`,
  setUp: async track => async round => {
    const { bookId, copyIds } = await track.newBook(copies)
    const lend = (index: number): Promise<Answer> => {
      const { id, token } = track.crowd[index]!
      // Half name a copy, half take any.
      const wanted = index % 4 < 2 ? { book_id: bookId } : { book_copy_id: copyIds[index % copies] }
      return track.desk(
        index,
        'POST',
        '/borrowings',
        { ...wanted, ...(token === null ? { user_id: id } : {}) },
        token === null ? {} : { token },
      )
    }
    const row =
      round % 4 === 0
        ? ({ table: 'book_copies', id: copyIds[0]! } as const)
        : ({ table: 'books', id: bookId } as const)
    const answers = await atOnce(track, round, { row, waiting: Math.min(members, 30) }, members, lend)

    expect(tally(answers)).to.deep.equal({ 201: copies, 409: members - copies })
    const lent = answers.filter(({ status }) => status === 201).map(dataOf)
    expect(new Set(lent.map(({ book_copy_id }) => book_copy_id)).size).to.equal(copies)
    for (const refused of answers.filter(({ status }) => status === 409)) {
      expect(refusalOf(refused)).to.match(/^(NO_COPY|COPY_NOT)_AVAILABLE copy-status$/)
    }
    // They may all come again.
    for (const { barcode } of lent) await track.desk(round, 'POST', '/returns', { barcode })
    return answers
  },
})
