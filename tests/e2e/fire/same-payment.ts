/** Ten desks take a payment of one fine: all that is owed and nothing more is taken. */
import { expect } from 'chai'
import { newFine, post } from '../../support/world.ts'
import { dataOf, refusalOf, tally } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

const desks = 10
/** Minor units. */
const owed = 300

export const samePayment: Race = {
  title: `payments of one fine at ${desks} desks: what is owed is paid, and no more`,
  setUp: async track => {
    const { id: memberId } = await track.join('debtor')
    return async round => {
      const fine = await newFine(track.library, { memberId }, ['charge', owed])
      await post(track.library, fine)
      // Two rounds pay it whole, two in thirds.
      const parts = round % 4 < 2 ? 1 : 3
      const row = round % 4 === 0 ? { table: 'users', id: memberId } : { table: 'fines', id: fine.id }
      const answers = await atOnce(
        track,
        round,
        { row, waiting: desks } as Parameters<typeof atOnce>[2],
        desks,
        index =>
          track.desk(index, 'POST', `/fines/${fine.id}/payments`, { amount: owed / parts, method: 'cash' }),
      )
      expect(tally(answers)).to.deep.equal({ 201: parts, 422: desks - parts })
      for (const refused of answers.filter(({ status }) => status === 422)) {
        expect(refusalOf(refused)).to.match(/^PAYMENT_REFUSED/)
      }
      const shown = dataOf(await track.desk(round, 'GET', `/fines/${fine.id}`, null))
      expect(shown).to.deep.include({ status: 'paid', balance: { amount: 0, currency: 'EUR' } })
      return answers
    }
  },
}
