import { expect } from 'chai'
import { E, TE } from '../../../core/shared/fp.ts'
import type { TaskEither } from '../../../core/shared/fp.ts'
import { oneByOne } from '../../../core/shared/one-by-one.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'

/** 1 to `count`, in pages as they are asked for. */
const upTo = (count: number) => (after: number | null, limit: number) =>
  TE.right(
    Array.from({ length: Math.min(limit, count - (after ?? 0)) }, (_none, index) => (after ?? 0) + index + 1),
  )

describe('the work of a job, one by one', () => {
  it('what fails, or throws, holds up nobody behind it, on this page or the next', async () => {
    const seen: number[] = []
    const byTurns = (id: number): TaskEither<unknown, boolean> => {
      seen.push(id)
      if (id % 4 === 0) return () => Promise.reject(new Error('A damaged row'))
      return id % 4 === 1 ? TE.left(storeFailure('busy', 'x')) : TE.right(id % 4 === 2)
    }
    expect(await oneByOne(upTo(450), byTurns)()).to.deep.equal(
      E.right({ done: 113, skipped: 112, failed: 225 }),
    )
    expect(seen).to.deep.equal(Array.from({ length: 450 }, (_none, index) => index + 1))
  })

  it('of nothing is nothing, and what cannot be looked for fails the run', async () => {
    expect(await oneByOne(upTo(0), () => TE.right(true))()).to.deep.equal(
      E.right({ done: 0, skipped: 0, failed: 0 }),
    )
    const away = storeFailure('unavailable', 'x')
    expect(
      await oneByOne(
        () => TE.left(away),
        () => TE.right(true),
      )(),
    ).to.deep.equal(E.left(away))
  })
})
