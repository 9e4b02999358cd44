import { expect } from 'chai'
import { openKnex } from '../../adapters/knex/open.ts'
import type { ClaimedJob } from '../../core/operations/ports.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { daysAfter, noon } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import { right } from '../support/world.ts'

const all = ['purge', 'recount', 'send-outbox']
const after = (minutes: number): Instant => plusMinutes(noon, minutes)
const result = { done: 3, skipped: 2, failed: 1 }

type Queue = Pick<OpenLibrary, 'jobs'>

const ask = ({ jobs }: Queue, name: string, minutes = 0): Promise<void> =>
  right(jobs.ask(name, `${name} ${minutes}`, after(minutes)))

/** For a minute. */
const claim = ({ jobs }: Queue, minutes = 0, names: readonly string[] = all): Promise<ClaimedJob | null> =>
  right(jobs.claim(names, after(minutes), after(minutes + 1)))

onEveryBackend('the queue of jobs', opened => {
  it('has nothing in a new library', async () => {
    expect(await claim(opened.library, 1000)).to.be.null
  })

  it('gives a job that is due, to one', async () => {
    const { library } = opened
    await ask(library, 'purge')
    const job = await claim(library)
    expect(job).to.include({ name: 'purge', attempts: 1 })
    expect(await claim(library)).to.be.null
  })

  it('gives nothing before it is due, and what has been due longest first', async () => {
    const { library } = opened
    await ask(library, 'recount', 10)
    await ask(library, 'purge', 5)
    expect(await claim(library, 4)).to.be.null
    expect(await claim(library, 10)).to.include({ name: 'purge' })
    expect(await claim(library, 10)).to.include({ name: 'recount' })
  })

  it('gives only jobs that the worker knows', async () => {
    const { library } = opened
    await ask(library, 'purge')
    expect(await claim(library, 0, ['recount'])).to.be.null
    expect(await claim(library, 0, [])).to.be.null
    expect(await claim(library, 0, ['recount', 'purge'])).to.include({ name: 'purge' })
  })

  it('takes one key for one run, however often it is asked, even when the run is over', async () => {
    const { library } = opened
    await Promise.all(Array.from({ length: 8 }, () => ask(library, 'purge')))
    const job = await claim(library)
    expect(await claim(library)).to.be.null
    await right(library.jobs.done(job!, result, after(0)))
    await ask(library, 'purge')
    expect(await claim(library, 100)).to.be.null
    await ask(library, 'purge', 60)
    expect(await claim(library, 60)).to.include({ name: 'purge', attempts: 1 })
  })

  it('asks for no second run while one waits or goes on, of this job', async () => {
    const { library } = opened
    await ask(library, 'purge', 0)
    await ask(library, 'purge', 1)
    await ask(library, 'recount', 1)
    const job = await claim(library, 2)
    await ask(library, 'purge', 2)
    expect(await claim(library, 2)).to.include({ name: 'recount' })
    expect(await claim(library, 2)).to.be.null
    await right(library.jobs.done(job!, result, after(2)))
    await ask(library, 'purge', 3)
    expect(await claim(library, 3, ['purge'])).to.include({ name: 'purge', attempts: 1 })
  })

  it('gives a job to another when its lease is over: its worker crashed', async () => {
    const { library } = opened
    await ask(library, 'purge')
    const first = await claim(library)
    expect(await claim(library, 0.9)).to.be.null
    const second = await claim(library, 1)
    expect(second).to.deep.equal({ ...first!, attempts: 2 })
  })

  it('is held longer by whoever has it, and by nobody else', async () => {
    const { library } = opened
    await ask(library, 'purge')
    const first = await claim(library)
    expect(await right(library.jobs.keep(first!, after(10)))).to.be.true
    expect(await claim(library, 9)).to.be.null
    const second = await claim(library, 10)
    expect(second).to.include({ attempts: 2 })
    expect(await right(library.jobs.keep(first!, after(100)))).to.be.false
    expect(await claim(library, 11)).to.include({ attempts: 3 })
  })

  it('takes no word from a worker that lost its job', async () => {
    const { library } = opened
    await ask(library, 'purge')
    const first = await claim(library)
    const second = await claim(library, 1)
    await right(library.jobs.done(first!, result, after(1)))
    await right(library.jobs.retry(first!, null, 'gave up'))
    await right(library.jobs.retry(first!, after(500), 'later'))
    expect(await claim(library, 2)).to.deep.equal({ ...second!, attempts: 3 })
  })

  it('keeps what failed until its time', async () => {
    const { library } = opened
    await ask(library, 'purge')
    await right(library.jobs.retry((await claim(library))!, after(5), 'the disk is full 💾'))
    expect(await claim(library, 4)).to.be.null
    const again = await claim(library, 5)
    expect(again).to.include({ attempts: 2 })
    await right(library.jobs.done(again!, result, after(5)))
    expect(await claim(library, 1000)).to.be.null
  })

  it('gives a dead letter to nobody, and the next one is asked for', async () => {
    const { library } = opened
    await ask(library, 'purge')
    await right(library.jobs.retry((await claim(library))!, null, 'no use'))
    expect(await claim(library, 1000)).to.be.null
    await ask(library, 'purge', 60)
    expect(await claim(library, 60)).to.include({ attempts: 1 })
  })

  it('gives each of many jobs to one of many workers who claim at once', async () => {
    const { library } = opened
    const names = Array.from({ length: 40 }, (_, place) => `job-${place}`)
    for (const name of names) await ask(library, name)
    const claimed: string[] = []
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let job = await claim(library, 0, names); job !== null; job = await claim(library, 0, names)) {
          claimed.push(job.name)
        }
      }),
    )
    expect(claimed.sort()).to.deep.equal([...names].sort())
  })
})

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`the queue of jobs of two processes on one ${name}`, () => {
    it('has one row for a moment of the schedule, and one worker for it', async () => {
      const { storage, drop } = await fresh()
      const both = [0, 1].map(() => openKnex({ ...connection, storage, now: () => noon }))
      try {
        const claimed: (ClaimedJob | null)[] = []
        for (let slot = 0; slot < 20; slot += 1) {
          await Promise.all(both.map(library => ask(library, 'purge', slot)))
          const got = await Promise.all([...both, ...both].map(library => claim(library, slot)))
          const [job, ...others] = got.filter(one => one !== null)
          expect(others).to.deep.equal([])
          claimed.push(job!)
          await right(both[slot % 2]!.jobs.done(job!, result, after(slot)))
        }
        expect(new Set(claimed.map(job => job!.id)).size).to.equal(20)
      } finally {
        for (const library of both) await library.close()
        await drop()
      }
    })
  })
}

onEveryBackend('done jobs', opened => {
  it('go when they are old enough; those that wait or were given up stay', async () => {
    const { library } = opened
    for (const name of all) await ask(library, name)
    const [old, dead] = [await claim(library), await claim(library)]
    await right(library.jobs.done(old!, result, noon))
    await right(library.jobs.retry(dead!, null, 'no use'))
    expect(await right(library.retention.doneJobs(noon, 10))).to.equal(0)
    expect(await right(library.retention.doneJobs(daysAfter(noon, 1), 10))).to.equal(1)
    expect(await right(library.retention.doneJobs(daysAfter(noon, 1), 10))).to.equal(0)
    expect(await claim(library)).not.to.be.null
  })
})
