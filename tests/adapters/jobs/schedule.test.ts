import { expect } from 'chai'
import sinon from 'sinon'
import { openMemory } from '../../../adapters/memory/connect.ts'
import { startSchedule } from '../../../adapters/jobs/schedule.ts'
import type { Schedule, ScheduleOptions } from '../../../adapters/jobs/schedule.ts'
import { libraryJobs } from '../../../app/modules/jobs.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { instant, toIso } from '../../../core/shared/local-time.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import { testSealing } from '../../support/sealing.ts'

const away = storeFailure('unavailable', 'ECONNREFUSED')

describe('the schedule', () => {
  let time: sinon.SinonFakeTimers
  let schedules: Schedule[]
  let asked: string[]
  let failures: unknown[]
  beforeEach(() => {
    time = sinon.useFakeTimers({ now: Date.parse('2026-03-01T23:58:30.500Z') })
    schedules = []
    asked = []
    failures = []
  })
  afterEach(async () => {
    await Promise.all(schedules.map(schedule => schedule.stop()))
    sinon.restore()
  })

  const start = (jobs: ScheduleOptions['jobs'], ask?: ScheduleOptions['ask']): Schedule => {
    const schedule = startSchedule({
      jobs,
      ask:
        ask ??
        ((name, slot) =>
          TE.fromIO(() => {
            asked.push(`${name} ${toIso(slot)}`)
          })),
      onFailure: failure => failures.push(failure),
    })
    schedules.push(schedule)
    return schedule
  }

  it('asks for each job at its moments, in UTC, by the moment and not by the tick', async () => {
    start([
      { name: 'often', schedule: '* * * * *' },
      { name: 'nightly', schedule: '0 0 * * *' },
    ])
    await time.tickAsync(3 * 60_000)
    expect(asked.sort()).to.deep.equal([
      'nightly 2026-03-02T00:00:00.000Z',
      'often 2026-03-01T23:59:00.000Z',
      'often 2026-03-02T00:00:00.000Z',
      'often 2026-03-02T00:01:00.000Z',
    ])
    expect(failures).to.deep.equal([])
  })

  it('names the same moments in two processes', async () => {
    start([{ name: 'often', schedule: '* * * * *' }])
    await time.tickAsync(700)
    start([{ name: 'often', schedule: '* * * * *' }])
    await time.tickAsync(60_000)
    expect(asked).to.deep.equal(['often 2026-03-01T23:59:00.000Z', 'often 2026-03-01T23:59:00.000Z'])
  })

  it('asks late rather than never when the process was busy', async () => {
    start([{ name: 'nightly', schedule: '0 0 * * *' }])
    // The clock goes on, and nobody is called.
    time.setSystemTime(Date.parse('2026-03-02T00:02:00.000Z'))
    await time.tickAsync(120_000)
    expect(asked).to.deep.equal(['nightly 2026-03-02T00:00:00.000Z'])
  })

  it('tells what could not be asked, and asks for the next moment', async () => {
    const bug = new Error('a bug')
    const answers = [
      () => E.left(away),
      () => {
        throw bug
      },
      () => E.right(undefined),
    ]
    let calls = 0
    start([{ name: 'often', schedule: '* * * * *' }], () => async () => {
      calls += 1
      return answers[calls - 1]!()
    })
    await time.tickAsync(3 * 60_000)
    expect(calls).to.equal(3)
    expect(failures).to.deep.equal([away, bug])
  })

  it('asks no more once it was stopped, and waits for what is being asked', async () => {
    let answer: () => void = () => undefined
    const schedule = start(
      [{ name: 'often', schedule: '* * * * *' }],
      name => () =>
        new Promise(resolve => {
          asked.push(name)
          answer = () => resolve(E.right(undefined))
        }),
    )
    await time.tickAsync(60_000)
    let stopped = false
    const stopping = schedule.stop().then(() => (stopped = true))
    await time.tickAsync(5 * 60_000)
    expect(stopped).to.be.false
    answer()
    await stopping
    expect(asked).to.deep.equal(['often'])
  })

  it('takes no expression that is none', () => {
    expect(() => start([{ name: 'never', schedule: 'at noon' }])).to.throw()
  })

  it('understands every job of the library', async () => {
    const jobs = libraryJobs({
      persistence: openMemory({ now: () => 0 }),
      send: TE.left(away),
      libraryClock: { now: () => instant(0) },
      realClock: { now: () => instant(0) },
      renewal: [],
      sealing: testSealing,
    })
    start(jobs)
    await time.tickAsync(24 * 3_600_000)
    expect(new Set(asked.map(line => line.split(' ')[0]))).to.deep.equal(
      new Set(jobs.map(({ name }) => name)),
    )
  })
})
