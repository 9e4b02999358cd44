import { expect } from 'chai'
import { checkOutBatch } from '../../../core/circulation/use-cases/check-out-batch.ts'
import { actBy } from '../../../core/identity/actor.ts'
import type { Actor } from '../../../core/identity/actor.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { notFound } from '../../../core/shared/refusal.ts'
import { actor, aMember, at, memberId } from '../builders.ts'

/** A pile of two; what is asked for is written down when it is run. */
const lending = (who: Actor, member = memberId(1)) => {
  const asked: string[] = []
  const now = at('2026-03-10T15:00:00+01:00')
  const record = { member: aMember(), staff: null, createdAt: now, updatedAt: now }
  const batch = checkOutBatch<never, string>({
    checkOut: command =>
      TE.fromIO(() => {
        asked.push(command.wanted.barcode)
        return `${command.wanted.barcode} to ${String(command.member.memberId)}`
      }),
    members: {
      member: wanted => (wanted === record.member.id ? TE.right(record) : TE.left(notFound('user', wanted))),
    },
  })
  return { asked, pile: batch({ act: actBy(who), memberId: member, barcodes: ['A', 'B'] })() }
}

describe('a batch of checkouts', () => {
  it('is a checkout for each of the pile, in its order, of which none is begun', async () => {
    const { asked, pile } = lending(actor('librarian'))
    const made = await pile
    if (E.isLeft(made)) throw new Error('It was refused')
    expect(made.right.map(({ barcode }) => barcode)).to.deep.equal(['A', 'B'])
    expect(asked).to.deep.equal([])
    expect(await made.right[1]!.checkout()).to.deep.equal(E.right('B to 1'))
    expect(asked).to.deep.equal(['B'])
  })

  it('is refused as a whole for a member who is not there, and to whom may not lend to others', async () => {
    expect(await lending(actor('librarian'), memberId(2)).pile).to.deep.equal(E.left(notFound('user', 2)))
    expect(await lending(actor('user', { memberId: memberId(9) })).pile).to.deep.equal(
      E.left({ type: 'PermissionDenied', permission: 'loan:create' }),
    )
  })
})
