/** Ten desks renew one loan: as often as the rule allows, or once where they all say which version they saw. */
import { expect } from 'chai'
import { defaultValues } from '../../../core/circulation/rule-table.ts'
import { dataOf, refusalOf, tally } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race } from './race.ts'

const desks = 10

export const sameRenewal: Race = {
  title: `the same renewal at ${desks} desks: no more often than the rule allows, and once with If-Match`,
  setUp: async track => {
    const { id: borrower } = await track.join('renews')
    const allowed = defaultValues.maxRenewals ?? desks
    const { copyIds } = await track.newBook(1)
    return async round => {
      const lent = await track.desk(round, 'POST', '/borrowings', {
        user_id: borrower,
        book_copy_id: copyIds[0],
      })
      expect(lent.status, lent.text).to.equal(201)
      const { id: loan, barcode } = dataOf(lent)
      const seen = round % 4 < 2 ? lent.etag : null
      const row = { table: 'borrowings', id: Number(loan) } as const
      const answers = await atOnce(track, round, { row, waiting: desks }, desks, index =>
        track.desk(
          index,
          'PUT',
          `/borrowings/${String(loan)}/renew`,
          {},
          seen === null ? {} : { ifMatch: seen },
        ),
      )
      const granted = seen === null ? allowed : 1
      const refusal = seen === null ? 'RENEWAL_REFUSED max-renewals' : 'VERSION_MISMATCH'
      expect(tally(answers)).to.deep.equal({
        200: granted,
        [seen === null ? 422 : 412]: desks - granted,
      })
      for (const refused of answers.filter(({ status }) => status !== 200)) {
        expect(refusalOf(refused)).to.equal(refusal)
      }
      const dues = answers.filter(({ status }) => status === 200).map(answer => dataOf(answer)['due_date'])
      expect(new Set(dues).size).to.equal(granted)
      const back = await track.desk(round, 'POST', '/returns', { barcode })
      expect(dataOf(back)['renewal_count']).to.equal(granted)
      return answers
    }
  },
}
