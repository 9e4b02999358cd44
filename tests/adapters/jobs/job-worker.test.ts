import { expect } from 'chai'
import { startJobWorker } from '../../../adapters/jobs/job-worker.ts'
import type { JobWorkerOptions } from '../../../adapters/jobs/job-worker.ts'
import type { Loop } from '../../../adapters/jobs/loop.ts'
import type { ClaimedJob } from '../../../core/operations/ports.ts'
import type { JobOutcome } from '../../../core/operations/use-cases/work-jobs.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'

const away = storeFailure('unavailable', 'ECONNREFUSED')
const done: JobOutcome = { kind: 'done', job: 'purge', result: { done: 1, skipped: 0, failed: 0 } }
const claimed: ClaimedJob = { id: 1, name: 'purge', attempts: 1 }
const forever = 3_600_000

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(1)
}

describe('the worker of jobs', () => {
  let worker: Loop
  let outcomes: JobOutcome[]
  let failures: unknown[]
  let claims: number
  beforeEach(() => {
    outcomes = []
    failures = []
    claims = 0
  })
  afterEach(() => worker.stop())

  const start = (
    waiting: number,
    {
      run = () => TE.right(done),
      keep = () => TE.right(true),
      ...options
    }: Partial<JobWorkerOptions['work']> & { beat?: number; interval?: number } = {},
  ): void => {
    worker = startJobWorker({
      interval: options.interval ?? forever,
      ...(options.beat === undefined ? {} : { beat: options.beat }),
      onOutcome: outcome => outcomes.push(outcome),
      onFailure: failure => failures.push(failure),
      work: {
        claim:
          options.claim ??
          TE.fromIO(() => {
            claims += 1
            return claims <= waiting ? claimed : null
          }),
        keep,
        run,
      },
    })
  }

  it('runs one job after another until nothing is due, and then rests', async () => {
    start(3)
    await until(() => claims === 4)
    await pause(20)
    expect(claims).to.equal(4)
    expect(outcomes).to.deep.equal([done, done, done])
  })

  it('tells a database that is away, and rests', async () => {
    start(0, { claim: TE.left(away) })
    await pause(20)
    expect(failures).to.deep.equal([away])
  })

  it('tells an outcome that could not be written down', async () => {
    start(1, { run: () => TE.left(away) })
    await until(() => failures.length === 1)
    expect(failures).to.deep.equal([away])
    expect(outcomes).to.deep.equal([])
  })

  it('tells a bug, and goes on', async () => {
    const bug = new Error('a bug')
    start(2, {
      interval: 1,
      run: () => () => {
        throw bug
      },
    })
    await until(() => claims >= 3)
    expect(failures).to.deep.equal([bug, bug])
  })

  it('holds what it runs, tells when it cannot, and lets go at the end', async () => {
    let kept = 0
    let finish: () => void = () => undefined
    start(1, {
      beat: 1,
      keep: () => async () => {
        kept += 1
        if (kept === 3) throw new Error('a bug')
        return kept === 2 ? E.left(away) : E.right(true)
      },
      run: () => () =>
        new Promise(resolve => {
          finish = () => resolve(E.right(done))
        }),
    })
    await until(() => kept >= 5)
    finish()
    await until(() => outcomes.length === 1)
    const before = kept
    await pause(20)
    expect(kept).to.equal(before)
    expect(failures[0]).to.equal(away)
    expect(String(failures[1])).to.equal('Error: a bug')
    expect(failures).to.have.length(2)
  })

  it('stops after the job that is under way, which is waited for', async () => {
    let finish: () => void = () => undefined
    start(5, {
      run: () => () =>
        new Promise(resolve => {
          finish = () => resolve(E.right(done))
        }),
    })
    await until(() => claims === 1)
    let stopped = false
    const stopping = worker.stop().then(() => (stopped = true))
    await pause(20)
    expect(stopped).to.be.false
    finish()
    await stopping
    expect(outcomes).to.deep.equal([done])
    expect(claims).to.equal(1)
  })
})
