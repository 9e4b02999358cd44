/** Workers over every storage: one runs each job, another takes over from one that died, what fails is tried again. */
import { expect } from 'chai'
import { startJobWorker } from '../../adapters/jobs/job-worker.ts'
import type { JobOutcome } from '../../core/operations/use-cases/work-jobs.ts'
import { leaseMilliseconds, workJobs } from '../../core/operations/use-cases/work-jobs.ts'
import type { Job, JobResult } from '../../core/operations/job.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { instant } from '../../core/shared/local-time.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { noon } from '../support/builders.ts'
import { right } from '../support/world.ts'

const result: JobResult = { done: 1, skipped: 0, failed: 0 }

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(1)
}

onEveryBackend('the work of jobs', opened => {
  /** A process of its own, with what its jobs do. */
  const working = (
    library: OpenLibrary,
    runs: Readonly<Record<string, Job['run']>>,
    keepTime = TE.right(undefined),
  ) =>
    workJobs({
      queue: library.jobs,
      jobs: Object.entries(runs).map(([name, run]) => ({ name, schedule: '* * * * *', run })),
      keepTime,
      clock: { now: () => opened.clock.now },
    })

  it('is done by one of two workers, however long it takes, while both look for it', async () => {
    const { library } = opened
    let [running, most, runs] = [0, 0, 0]
    const long: Job['run'] = async () => {
      runs += 1
      running += 1
      most = Math.max(most, running)
      await pause(60)
      running -= 1
      return E.right(result)
    }
    const [one, other] = [working(library, { long }), working(library, { long })]
    await Promise.all([right(one.ask('long', noon)), right(other.ask('long', noon))])
    const outcomes: JobOutcome[] = []
    const failures: unknown[] = []
    const workers = [one, other].map(work =>
      startJobWorker({
        work,
        interval: 1,
        beat: 5,
        onOutcome: outcome => outcomes.push(outcome),
        onFailure: failure => failures.push(failure),
      }),
    )
    await until(() => outcomes.length > 0)
    await pause(30)
    await Promise.all(workers.map(worker => worker.stop()))
    expect({ most, runs, failures }).to.deep.equal({ most: 1, runs: 1, failures: [] })
    expect(outcomes).to.deep.equal([{ kind: 'done', job: 'long', result }])
  })

  it('is held while it runs: longer than a lease, and nobody else takes it', async () => {
    const { library } = opened
    let finish: () => void = () => undefined
    const waiting: Job['run'] = () =>
      new Promise(resolve => {
        finish = () => resolve(E.right(result))
      })
    const [one, other] = [working(library, { waiting }), working(library, { waiting })]
    await right(one.ask('waiting', noon))
    const outcomes: JobOutcome[] = []
    const worker = startJobWorker({
      work: one,
      interval: 1,
      beat: 2,
      onOutcome: outcome => outcomes.push(outcome),
      onFailure: failure => expect.fail(String(failure)),
    })
    await pause(30)
    for (let lease = 0; lease < 3; lease += 1) {
      opened.clock.now = instant(opened.clock.now + leaseMilliseconds - 1)
      await pause(40)
      expect(await right(other.claim)).to.be.null
    }
    finish()
    await until(() => outcomes.length > 0)
    await worker.stop()
    expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['done'])
  })

  it('is taken over when its worker died with it', async () => {
    const { library } = opened
    let runs = 0
    const job: Job['run'] = TE.fromIO(() => {
      runs += 1
      return result
    })
    const [died, other] = [working(library, { job }), working(library, { job })]
    await right(died.ask('job', noon))
    // Claimed, and never heard of again.
    expect(await right(died.claim)).not.to.be.null
    opened.clock.now = instant(noon + leaseMilliseconds - 1)
    expect(await right(other.claim)).to.be.null
    opened.clock.now = instant(noon + leaseMilliseconds)
    const claimed = await right(other.claim)
    expect(claimed).to.include({ attempts: 2 })
    expect(await right(other.run(claimed!))).to.deep.equal({ kind: 'done', job: 'job', result })
    expect(runs).to.equal(1)
    opened.clock.now = instant(noon + 10 * leaseMilliseconds)
    expect(await right(died.claim)).to.be.null
  })

  it('that fails is tried again after doubling waits, and given up after ten times', async () => {
    const { library } = opened
    const away = storeFailure('unavailable', 'ECONNREFUSED')
    const work = working(library, { failing: TE.left(away) })
    await right(work.ask('failing', noon))
    const deaths: boolean[] = []
    for (const wait of [1, 2, 4, 8, 16, 32, 64, 128, 256, null]) {
      const outcome = await right(work.run((await right(work.claim))!))
      expect(outcome).to.deep.include({ kind: 'failed', job: 'failing', cause: away })
      deaths.push(outcome.kind === 'failed' && outcome.dead)
      if (wait === null) continue
      opened.clock.now = instant(opened.clock.now + 1000 * wait - 1)
      expect(await right(work.claim), `after ${wait} seconds less a moment`).to.be.null
      opened.clock.now = instant(opened.clock.now + 1)
    }
    expect(deaths).to.deep.equal([...Array.from({ length: 9 }, () => false), true])
    opened.clock.now = instant(opened.clock.now + 365 * 86_400_000)
    expect(await right(work.claim)).to.be.null
    await right(work.ask('failing', opened.clock.now))
    expect(await right(work.claim)).to.include({ attempts: 1 })
  })

  it('that throws is a bug: it is told, and the job is not lost', async () => {
    const bug = new Error('a bug')
    const work = working(opened.library, {
      throwing: () => {
        throw bug
      },
      rejecting: () => Promise.reject(bug),
    })
    for (const name of ['throwing', 'rejecting']) {
      await right(work.ask(name, opened.clock.now))
      const claimed = await right(work.claim)
      expect(await right(work.run(claimed!))).to.deep.equal({
        kind: 'failed',
        job: name,
        cause: bug,
        dead: false,
      })
      opened.clock.now = instant(opened.clock.now + 999)
      expect(await right(work.claim)).to.be.null
      opened.clock.now = instant(opened.clock.now + 1)
      expect(await right(work.claim)).to.include({ name, attempts: 2 })
    }
  })

  it('that kills its worker each time is given up without being run again', async () => {
    let runs = 0
    const deadly: Job['run'] = TE.fromIO(() => {
      runs += 1
      return result
    })
    const work = working(opened.library, { deadly })
    await right(work.ask('deadly', noon))
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect(await right(work.claim)).to.include({ attempts: attempt })
      opened.clock.now = instant(opened.clock.now + leaseMilliseconds)
    }
    const last = await right(work.claim)
    expect(await right(work.run(last!))).to.include({ kind: 'failed', dead: true })
    expect(runs).to.equal(0)
  })

  it('begins with asking how the clock of the library is set', async () => {
    const order: string[] = []
    const saying = <A>(what: string, answer: A) =>
      TE.fromIO(() => {
        order.push(what)
        return answer
      })
    const work = working(opened.library, { job: saying('run', result) }, saying('time', undefined))
    await right(work.ask('job', noon))
    await right(work.run((await right(work.claim))!))
    expect(order).to.deep.equal(['time', 'run'])
  })
})
