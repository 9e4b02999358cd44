import { expect } from 'chai'
import { checkOutBatch } from '../../../core/circulation/use-cases/check-out-batch.ts'
import { actBy } from '../../../core/identity/actor.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { conflict, notFound } from '../../../core/shared/refusal.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import { actor, aMember, at, memberId } from '../builders.ts'

const busy = storeFailure('busy', 'others hold the locks')
const gone = storeFailure('reference_gone', 'the copy was deleted')
const taken = conflict('It is on loan')
type Failure = typeof busy | typeof taken

/** A pile of one letter each; what was asked for, and what came of it. */
const lending = async (answers: Readonly<Record<string, Either<Failure, string>>>) => {
  const asked: string[] = []
  const now = at('2026-03-10T15:00:00+01:00')
  const record = { member: aMember(), staff: null, createdAt: now, updatedAt: now }
  const batch = checkOutBatch<Failure, string>({
    checkOut: ({ wanted: { barcode } }) => {
      asked.push(barcode)
      return TE.fromEither(answers[barcode]!)
    },
    members: {
      member: wanted => (wanted === record.member.id ? TE.right(record) : TE.left(notFound('user', wanted))),
    },
  })
  const act = actBy(actor('librarian'))
  const result = await batch({ act, memberId: memberId(1), barcodes: Object.keys(answers) })()
  return { asked, result }
}

describe('a batch of checkouts', () => {
  it('tells of each what came of it', async () => {
    const answers = { A: E.right('lent'), B: E.left(taken), C: E.right('lent') }
    const { asked, result } = await lending(answers)
    expect(asked).to.deep.equal(['A', 'B', 'C'])
    expect(result).to.deep.equal(
      E.right(Object.entries(answers).map(([barcode, told]) => ({ barcode, result: told }))),
    )
  })

  it('does not try the rest once the store is away, and says so of each', async () => {
    const { asked, result } = await lending({ A: E.right('lent'), B: E.left(busy), C: E.right('lent') })
    expect(asked).to.deep.equal(['A', 'B'])
    expect(result).to.deep.equal(
      E.right([
        { barcode: 'A', result: E.right('lent') },
        { barcode: 'B', result: E.left(busy) },
        { barcode: 'C', result: E.left(busy) },
      ]),
    )
  })

  it('has failed as a whole where the store is away and nothing was lent', async () => {
    const { asked, result } = await lending({ A: E.left(taken), B: E.left(busy), C: E.right('lent') })
    expect(asked).to.deep.equal(['A', 'B'])
    expect(result).to.deep.equal(E.left(busy))
  })

  it('goes on after a failure that was of one copy alone', async () => {
    const { asked, result } = await lending({ A: E.left(gone), B: E.left(taken) })
    expect(asked).to.deep.equal(['A', 'B'])
    expect(E.isRight(result)).to.be.true
  })
})
