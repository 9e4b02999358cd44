import { expect } from 'chai'
import { E, TE } from '../../../core/shared/fp.ts'
import type { TaskEither } from '../../../core/shared/fp.ts'
import { notFound } from '../../../core/shared/refusal.ts'
import type { NotFound } from '../../../core/shared/refusal.ts'
import { keysMoved, startingOver } from '../../../core/shared/unit-of-work.ts'
import type { KeysMoved } from '../../../core/shared/unit-of-work.ts'

/** Answers one after the other, the last one for ever. */
const attempts = (...answers: readonly TaskEither<NotFound | KeysMoved, string>[]) => {
  const made = { count: 0 }
  const attempt: TaskEither<NotFound | KeysMoved, string> = () => {
    const answer = answers[Math.min(made.count, answers.length - 1)]!
    made.count += 1
    return answer()
  }
  return { made, attempt }
}

const moved = TE.left(keysMoved)
const absent = notFound('copy', 1)

describe('starting over when the keys moved', () => {
  const cases = [
    ['a success at once', [TE.right('lent')], 1, E.right('lent')],
    ['a success after others', [moved, moved, TE.right('lent')], 3, E.right('lent')],
    ['the last try', [moved, moved, moved, TE.right('lent')], 4, E.right('lent')],
    ['any other refusal is final', [moved, TE.left(absent), TE.right('lent')], 2, E.left(absent)],
  ] as const
  for (const [what, answers, count, result] of cases) {
    it(`${what}: ${count} in all`, async () => {
      const { made, attempt } = attempts(...answers)
      expect(await startingOver<NotFound, string>(attempt)()).to.deep.equal(result)
      expect(made.count).to.equal(count)
    })
  }

  it('is a conflict for the caller when it goes on moving', async () => {
    const { made, attempt } = attempts(moved)
    const result = await startingOver<NotFound, string>(attempt)()
    expect(result).to.have.nested.property('left.type', 'Conflict')
    // Whoever sends it again may be lucky: under an Idempotency-Key it must not be kept.
    expect(result).to.have.nested.property('left.transient', true)
    expect(made.count).to.equal(4)
  })
})
