import { expect } from 'chai'
import { register } from '../../../core/members/member.ts'
import type { Notice } from '../../../core/notices/notice.ts'
import type { Notifier, Outbox, QueuedEvent } from '../../../core/notices/ports.ts'
import { sendOutbox } from '../../../core/notices/use-cases/send-outbox.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { instant } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import { aMember, at } from '../builders.ts'

interface Entry {
  attempts: number
  /** null is a dead letter. */
  notBefore: Instant | null
  done: boolean
  reason: string | null
}

const event = (() => {
  const { version: _version, ...member } = aMember()
  return register(member, at('2026-03-10T10:00:00Z')).events[0]!
})()

/** So many events that wait, a clock that only the test moves, and a channel that takes what it likes. */
const post = (waiting: number, takes: (notice: Notice) => boolean = () => true) => {
  let now = at('2026-03-10T10:00:00Z')
  const entries = new Map<number, Entry>(
    Array.from({ length: waiting }, (_, index) => [
      index + 1,
      { attempts: 0, notBefore: now, done: false, reason: null },
    ]),
  )
  const sent: string[] = []
  const leases: number[] = []
  const outbox: Outbox = {
    claim: (limit, from, leaseUntil) => {
      leases.push(leaseUntil - from)
      const due = [...entries].filter(
        ([, { done, notBefore }]) => !done && notBefore !== null && notBefore <= from,
      )
      return TE.right(
        due.slice(0, limit).map(([id, entry]): QueuedEvent => {
          entry.attempts += 1
          entry.notBefore = leaseUntil
          return { id, event, attempts: entry.attempts }
        }),
      )
    },
    done: id => {
      entries.get(id)!.done = true
      return TE.right(undefined)
    },
    retry: (id, notBefore, reason) => {
      Object.assign(entries.get(id)!, { notBefore, reason })
      return TE.right(undefined)
    },
  }
  const notifier: Notifier = {
    send: notice => {
      if (!takes(notice)) return TE.left({ type: 'NotSent', detail: 'mailbox full' })
      sent.push(notice.key)
      return TE.right(undefined)
    },
  }
  return {
    deps: { outbox, notifier, writeEnclosure: () => TE.right(null), clock: { now: () => now } },
    entries,
    sent,
    leases,
    now: () => now,
    comesTo: (moment: Instant) => {
      now = moment
    },
  }
}

describe('handing on the outbox (NOT-6)', () => {
  it('sends what waits, in order, and marks it done', async () => {
    const { deps, entries, sent } = post(3)
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 3, failed: 0 }))
    expect(sent).to.deep.equal(['event-1', 'event-2', 'event-3'])
    expect([...entries.values()].every(({ done }) => done)).to.be.true
  })

  it('has nothing to do when nothing waits', async () => {
    const { deps } = post(0)
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 0, failed: 0 }))
  })

  it('takes one batch of 50 under a lease of a minute; the next run takes the rest', async () => {
    const { deps, leases } = post(70)
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 50, failed: 0 }))
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 20, failed: 0 }))
    expect(leases).to.deep.equal([60_000, 60_000])
  })

  it('a channel that does not take one notice holds up no other', async () => {
    const { deps, entries, sent } = post(3, ({ key }) => key !== 'event-2')
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 2, failed: 1 }))
    expect(sent).to.deep.equal(['event-1', 'event-3'])
    expect(entries.get(2)).to.include({ done: false, reason: 'mailbox full' })
  })

  it('waits longer after each failure and gives up after the tenth: a dead letter, kept', async () => {
    const { deps, entries, now, comesTo } = post(1, () => false)
    const waits: (number | null)[] = []
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 0, failed: 1 }))
      const { notBefore } = entries.get(1)!
      waits.push(notBefore === null ? null : (notBefore - now()) / 1000)
      if (notBefore !== null) comesTo(notBefore)
    }
    expect(waits).to.deep.equal([1, 2, 4, 8, 16, 32, 64, 128, 256, null])
    expect(entries.get(1)).to.deep.equal({
      attempts: 10,
      notBefore: null,
      done: false,
      reason: 'mailbox full',
    })
    comesTo(instant(now() + 86_400_000))
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 0, failed: 0 }))
  })

  it('is not tried again before its time', async () => {
    const { deps, now, comesTo } = post(1, () => false)
    await sendOutbox(deps)()
    comesTo(instant(now() + 999))
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 0, failed: 0 }))
    comesTo(instant(now() + 1))
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 0, failed: 1 }))
  })

  it('gets through once the channel takes it again', async () => {
    let up = false
    const { deps, entries, sent, now, comesTo } = post(1, () => up)
    await sendOutbox(deps)()
    up = true
    comesTo(instant(now() + 1000))
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 1, failed: 0 }))
    expect(sent).to.deep.equal(['event-1'])
    expect(entries.get(1)).to.include({ attempts: 2, done: true })
  })

  it('tells when the store fails, and leaves the rest to the end of the lease', async () => {
    const { deps, sent } = post(3)
    const down = E.left(storeFailure('unavailable', 'down'))
    const failing = { ...deps, outbox: { ...deps.outbox, done: () => TE.fromEither(down) } }
    expect(await sendOutbox(failing)()).to.deep.equal(down)
    expect(sent).to.deep.equal(['event-1'])
    expect(await sendOutbox(deps)()).to.deep.equal(E.right({ done: 0, failed: 0 }))
  })
})
