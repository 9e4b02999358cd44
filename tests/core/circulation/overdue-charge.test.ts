import { actBy } from '../../../core/identity/actor.ts'
import { expect } from 'chai'
import type { Fine } from '../../../core/accounts/fine.ts'
import { postOverdue, spareIds } from '../../../core/circulation/overdue-charge.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { Ids } from '../../../core/shared/id.ts'
import { minor } from '../../../core/shared/money.ts'
import { duplicateKey } from '../../../core/shared/unit-of-work.ts'
import { aCalendar, aFineRule, aLoan, actor, at, entryId, fineId, memberId, someTerms } from '../builders.ts'

const act = actBy(actor('librarian', { memberId: memberId(9) }))
const loan = aLoan({ renewalCount: 1, terms: someTerms({ fine: aFineRule({ amount: minor(10) }) }) })
const charge = {
  loan,
  calendar: aCalendar(),
  price: null,
  unpaidOverdue: minor(0),
  until: at('2026-04-03T12:00:00+02:00'),
  at: at('2026-04-04T09:00:00+02:00'),
  description: 'Returned late',
  spare: { fineId: fineId(7), entryId: entryId(70) },
}

/** Fines as they are written. */
const ledger = () => {
  const written: Fine[] = []
  return {
    written,
    fines: {
      add: ({ state }: { readonly state: Fine }) => {
        written.push(state)
        return TE.right(undefined)
      },
    },
  }
}

describe('posting an overdue fine (R4.2, R4.5)', () => {
  it('writes what has run until the return, by whom and when it was scanned', async () => {
    const { written, fines } = ledger()
    const posted = await postOverdue({ fines }, act, charge)()
    expect(posted).to.deep.equal(E.right({ fine: written[0], amount: 30 }))
    expect(written).to.have.length(1)
    expect(written[0]).to.include({ id: 7, chargeKey: 'overdue:1:1', issuedAt: charge.at })
    expect(written[0]!.entries[0]).to.include({ id: 70, amount: 30, actorId: 9 })
  })

  it('writes a single cent', async () => {
    const { written, fines } = ledger()
    const cent = aLoan({ terms: someTerms({ fine: aFineRule({ amount: minor(1) }) }) })
    await postOverdue({ fines }, act, { ...charge, loan: cent, until: at('2026-04-01T12:00:00+02:00') })()
    expect(written[0]!.entries[0]!.amount).to.equal(1)
  })

  const free = [
    ['in time', { until: at('2026-03-31T23:59:59.999+02:00') }],
    ['late, and free', { loan: aLoan({ terms: someTerms({ fine: aFineRule({ amount: minor(0) }) }) }) }],
    [
      'late, and the cap is reached already',
      {
        loan: aLoan({
          finesPosted: minor(50),
          terms: someTerms({ fine: aFineRule({ amount: minor(10), cap: minor(50) }) }),
        }),
      },
    ],
    [
      'late, and the member owes what he may already (R4.4)',
      {
        unpaidOverdue: minor(80),
        loan: aLoan({ terms: someTerms({ fine: aFineRule({ amount: minor(10), memberCap: minor(80) }) }) }),
      },
    ],
    ['late, and its branch has no calendar', { calendar: undefined }],
  ] as const
  for (const [what, changes] of free) {
    it(`writes nothing when it is ${what}: no zero entry is ever posted`, async () => {
      const { written, fines } = ledger()
      const posted = await postOverdue({ fines }, act, { ...charge, ...changes })()
      expect(posted).to.deep.equal(E.right({ fine: null, amount: 0 }))
      expect(written).to.be.empty
    })
  }

  it('writes what the cap per member, frozen on this loan, leaves room for (R4.4)', async () => {
    const { written, fines } = ledger()
    const capped = aLoan({
      terms: someTerms({ fine: aFineRule({ amount: minor(10), memberCap: minor(80) }) }),
    })
    await postOverdue({ fines }, act, { ...charge, loan: capped, unpaidOverdue: minor(55) })()
    expect(written[0]!.entries[0]!.amount).to.equal(25)
  })

  it('what was charged under its key already is not charged again', async () => {
    const twice = E.left(duplicateKey('charge_key'))
    const fines = { add: () => TE.fromEither(twice) }
    expect(await postOverdue({ fines }, act, charge)()).to.deep.equal(twice)
  })

  it('takes the ids it may need before anything is known', async () => {
    const asked: string[] = []
    const ids: Ids = {
      next: kind => {
        asked.push(kind)
        return TE.right(id(asked.length))
      },
    }
    expect(await spareIds(ids)()).to.deep.equal(E.right({ fineId: 1, entryId: 2 }))
    expect(asked).to.deep.equal(['fine', 'ledger_entry'])
  })
})
