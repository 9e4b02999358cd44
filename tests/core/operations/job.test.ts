import { expect } from 'chai'
import { untilNothingIsLeft } from '../../../core/operations/job.ts'
import { purge } from '../../../core/operations/use-cases/purge.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import { at } from '../builders.ts'

const away = storeFailure('unavailable', 'ECONNREFUSED')

describe('a job in batches', () => {
  it('goes on until a batch has nothing to do, and adds up', async () => {
    const batches = [
      { done: 50, failed: 0 },
      { done: 0, failed: 3 },
      { done: 2, failed: 1 },
      { done: 0, failed: 0 },
      { done: 9, failed: 9 },
    ]
    let run = 0
    const job = untilNothingIsLeft(
      TE.fromIO(() => {
        run += 1
        return batches[run - 1]!
      }),
    )
    expect(await job()).to.deep.equal(E.right({ done: 52, skipped: 0, failed: 4 }))
    expect(run).to.equal(4)
  })

  it('ends with the batch that fails', async () => {
    expect(await untilNothingIsLeft(TE.left(away))()).to.deep.equal(E.left(away))
  })
})

describe('the purge', () => {
  it('takes all that was done with thirty days ago, in batches, each time it is run', async () => {
    const asked: string[] = []
    const left: Record<string, number> = {
      events: 1234,
      sessions: 0,
      jobs: 500,
      tokens: 3,
      failures: 3,
      receipts: 7,
    }
    const going = (what: string) => (before: Parameters<typeof toIso>[0], limit: number) =>
      TE.fromIO(() => {
        asked.push(`${what} ${toIso(before)}`)
        const gone = Math.min(limit, left[what]!)
        left[what]! -= gone
        return gone
      })
    let now = at('2026-03-31T12:00:00Z')
    const run = purge({
      retention: {
        doneEvents: going('events'),
        endedSessions: going('sessions'),
        doneJobs: going('jobs'),
        accountTokens: going('tokens'),
        loginFailures: going('failures'),
      },
      receipts: { purge: going('receipts') },
      clock: { now: () => now },
    })
    expect(await run()).to.deep.equal(E.right({ done: 1747, skipped: 0, failed: 0 }))
    expect(new Set(asked)).to.deep.equal(
      new Set([
        ...['events', 'sessions', 'jobs', 'tokens'].map(what => `${what} 2026-03-01T12:00:00.000Z`),
        // They say where somebody called from: for a day alone.
        'failures 2026-03-30T12:00:00.000Z',
        // They say themselves until when they are kept.
        'receipts 2026-03-31T12:00:00.000Z',
      ]),
    )
    expect(Object.values(left)).to.deep.equal([0, 0, 0, 0, 0, 0])
    now = at('2026-04-01T12:00:00Z')
    await run()
    expect(asked.at(-1)).to.equal('receipts 2026-04-01T12:00:00.000Z')
  })

  it('ends where the database is away', async () => {
    const gone = () => TE.left(away)
    const run = purge({
      retention: {
        doneEvents: gone,
        endedSessions: gone,
        doneJobs: gone,
        accountTokens: gone,
        loginFailures: gone,
      },
      receipts: { purge: gone },
      clock: { now: () => at('2026-03-31T12:00:00Z') },
    })
    expect(await run()).to.deep.equal(E.left(away))
  })
})
