import { expect } from 'chai'
import sinon from 'sinon'
import { startOutboxRelay } from '../../../adapters/jobs/outbox-relay.ts'
import type { Relay, RelayOptions } from '../../../adapters/jobs/outbox-relay.ts'
import { E } from '../../../core/shared/fp.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'

type Sent = Awaited<ReturnType<RelayOptions['send']>>

const sent = (done: number, failed = 0): Sent => E.right({ done, failed })
const nothing = sent(0)
const away = storeFailure('unavailable', 'ECONNREFUSED')

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(1)
}

/** Longer than any test: whoever rests so long does not come back by itself. */
const forever = 3_600_000

describe('the outbox relay', () => {
  let relay: Relay
  let batches: number
  let failures: unknown[]
  beforeEach(() => {
    batches = 0
    failures = []
  })
  afterEach(async () => {
    sinon.restore()
    await relay.stop()
  })

  /** Answers each batch with what stands in the list, and with nothing after its end. */
  const start = (interval: number, ...answers: readonly (() => Sent | Promise<Sent>)[]): void => {
    relay = startOutboxRelay({
      interval,
      onFailure: failure => failures.push(failure),
      send: async () => {
        const answer = answers[batches]
        batches += 1
        return answer === undefined ? nothing : answer()
      },
    })
  }

  it('hands on batch after batch without a rest, until there is nothing left', async () => {
    start(
      forever,
      () => sent(50),
      () => sent(50),
      () => sent(49, 1),
      () => sent(3),
    )
    await until(() => batches === 5)
    await pause(20)
    expect(batches).to.equal(5)
    expect(failures).to.deep.equal([])
  })

  it('takes a batch of which nothing could be sent for work: what failed is due later', async () => {
    start(forever, () => sent(0, 7))
    await until(() => batches === 2)
  })

  it('rests when there is nothing, and looks again', async () => {
    start(20)
    const from = performance.now()
    await until(() => batches === 4)
    expect(performance.now() - from).to.be.greaterThan(50)
  })

  it('finds what came in while it rested', async () => {
    start(
      5,
      () => nothing,
      () => sent(1),
    )
    await until(() => batches === 3)
    expect(failures).to.deep.equal([])
  })

  it('tells a failure, rests and goes on', async () => {
    start(
      5,
      () => E.left(away),
      () => E.left(away),
      () => sent(1),
    )
    await until(() => batches === 4)
    expect(failures).to.deep.equal([away, away])
  })

  it('rests after a failure: a database that is away is not asked in a tight loop', async () => {
    start(forever, () => E.left(away))
    await pause(20)
    expect(batches).to.equal(1)
  })

  it('tells a bug that is thrown, and goes on', async () => {
    const bug = new Error('a bug')
    const throwing = (): Sent => {
      throw bug
    }
    start(
      5,
      throwing,
      () => Promise.reject(bug),
      () => sent(1),
    )
    await until(() => batches === 4)
    expect(failures).to.deep.equal([bug, bug])
  })

  it('stops while it rests, at once', async () => {
    start(forever)
    await until(() => batches === 1)
    await pause(5)
    await relay.stop()
    expect(batches).to.equal(1)
  })

  it('stops after the batch that is under way, which is waited for', async () => {
    let finish: (answer: Sent) => void = () => undefined
    start(5, () => new Promise(resolve => (finish = resolve)))
    let stopped = false
    const stopping = relay.stop().then(() => (stopped = true))
    await pause(20)
    expect(stopped).to.be.false
    finish(sent(50))
    await stopping
    await pause(20)
    expect(batches).to.equal(1)
  })

  it('stops though the last batch fails', async () => {
    let fail: (error: Error) => void = () => undefined
    start(forever, () => new Promise((_resolve, reject) => (fail = reject)))
    const stopping = relay.stop()
    fail(new Error('a bug'))
    await stopping
    expect(failures).to.have.length(1)
  })

  it('may be stopped twice', async () => {
    start(5)
    await Promise.all([relay.stop(), relay.stop()])
    await relay.stop()
  })

  it('keeps nothing of a rest that is over, however many there were', async () => {
    const heard = sinon.spy(AbortSignal.prototype, 'addEventListener')
    const unheard = sinon.spy(AbortSignal.prototype, 'removeEventListener')
    start(1)
    await until(() => batches === 20)
    expect(heard.callCount).to.be.at.least(19)
    expect(heard.callCount - unheard.callCount).to.be.at.most(1)
  })
})
