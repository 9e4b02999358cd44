/** A desk that was offline sends its list again and again, to both processes: each operation is applied once (CIR-12). */
import { expect } from 'chai'
import { answersOf, anOfflineDay } from './offline-day.ts'
import { tally } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

const senders = 8
const titles = 5

export const oneOfflineList: Race = {
  title: `one offline list of ${2 * titles} operations, ${senders} times at once: each is applied once, and told alike`,
  setUp: async track => {
    const borrower = await track.join('offline')
    return async round => {
      const copyIds: number[] = []
      for (let count = 0; count < titles; count += 1) copyIds.push(...(await track.newBook(1)).copyIds)
      const operations = await anOfflineDay(track, `round ${round}`, borrower, copyIds, track.world.branchId)
      const row = { table: 'offline_operations', id: null } as const
      const answers = await atOnce(track, round, { row, waiting: senders }, senders, index =>
        track.desk(index, 'POST', '/offline', { operations }),
      )
      expect(tally(answers)).to.deep.equal({ 200: senders })
      const told = answers.map(answersOf)
      for (const index of operations.keys()) {
        const ofOne = told.map(list => list[index]!)
        expect(ofOne.filter(({ status }) => status === 'applied')).to.have.length(1)
        expect(ofOne.filter(({ status }) => status === 'duplicate')).to.have.length(senders - 1)
        expect(new Set(ofOne.map(({ borrowing_id }) => borrowing_id)).size).to.equal(1)
      }
      const loans = await track.tables
        .read('borrowings')
        .whereIn('book_copy_id', copyIds)
        .select<{ state: string }[]>('state')
      expect(loans.map(({ state }) => state)).to.deep.equal(copyIds.map(() => 'returned'))
      return answers
    }
  },
}
