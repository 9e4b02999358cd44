import { expect } from 'chai'
import { chargeOverdue } from '../../core/accounts/fine.ts'
import { close, open, renew } from '../../core/circulation/loan.ts'
import type { NewLoan, OpenLoan } from '../../core/circulation/loan.ts'
import type { LoanEvent } from '../../core/circulation/events.ts'
import { register } from '../../core/members/member.ts'
import type { Changed } from '../../core/shared/changed.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { instant, plusMinutes } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aMember, bySystem, cents, daysAfter, noon, someTerms } from '../support/builders.ts'
import { addMember, aLibrary, done, left, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

const leaseOf = (minutes: number) => plusMinutes(noon, minutes)

/** Takes what is due at noon, for an hour. */
const claim = (library: OpenLibrary, limit = 100, now = noon, leaseUntil = leaseOf(60)) =>
  right(library.outbox.claim(limit, now, leaseUntil))

/** An open loan with the event of its opening, as the core makes it. */
const opening = async (library: OpenLibrary, { memberIds, copyIds, bookId, branchId }: World) => {
  const terms: NewLoan = {
    id: await right(library.ids.next('loan')),
    memberId: memberIds[0]!,
    copyId: copyIds[0]!,
    bookId,
    branchId,
    borrowedAt: noon,
    terms: someTerms(branchId),
    librarianId: null,
    notes: 'Not for the outbox',
    override: { rules: ['debt', 'loan-limit'], reason: 'Not for the outbox either' },
  }
  const dueAt = daysAfter(noon, 21)
  return open(terms, { dueAt, overdueFrom: instant(dueAt + 1000), calendarIgnored: false })
}

onEveryBackend('the outbox', opened => {
  it('is empty at first', async () => {
    expect(await claim(opened.library)).to.deep.equal([])
  })

  it('has the events of every change, in the order they came, as the core made them', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    await claim(library)
    const opening1 = await opening(library, world)
    const act = {
      actor: {
        kind: 'member' as const,
        memberId: world.memberIds[0]!,
        role: 'user' as const,
        branchId: null,
      },
      requestId: 'request-1',
      address: null,
      expects: null,
    }
    const save = (change: Changed<OpenLoan, LoanEvent>) =>
      done(library, ({ loans }) => loans.save(change, act))
    const lent = await save(opening1)
    const due = daysAfter(noon, 42)
    const renewal = renew(
      lent,
      { dueAt: due, overdueFrom: instant(due + 1000), calendarIgnored: false },
      daysAfter(noon, 20),
      cents(0),
      null,
    )
    const renewed = await save(renewal)
    const charge = chargeOverdue({
      fineId: await right(library.ids.next('fine')),
      entryId: await right(library.ids.next('ledger_entry')),
      memberId: lent.memberId,
      loanId: lent.id,
      renewalCount: 1,
      amount: cents(75),
      at: daysAfter(noon, 45),
      actorId: null,
      description: 'Returned late',
    })
    const closing = close(renewed, {
      returnedAt: daysAfter(noon, 44),
      scannedAt: daysAfter(noon, 45),
      branchId: world.branchId,
      fine: cents(75),
      notes: null,
      resolution: null,
    })
    await done(library, ({ fines, loans }) =>
      pipe(
        fines.add(charge, act),
        TE.flatMap(() => loans.save(closing, act)),
      ),
    )
    const id = await right(library.ids.next('member'))
    const joining = register(aMember({ id }), daysAfter(noon, 46))
    await done(library, ({ members }) => members.add(joining, null, bySystem))

    const queued = await claim(library)
    expect(queued.map(({ event }) => event)).to.deep.equal([
      ...opening1.events,
      ...renewal.events,
      ...charge.events,
      ...closing.events,
      ...joining.events,
    ])
    expect(queued.map(({ attempts }) => attempts)).to.deep.equal([1, 1, 1, 1, 1])
    const ids = queued.map(event => event.id)
    expect(ids).to.deep.equal([...new Set(ids)].sort((a, b) => a - b))
  })

  it('has nothing of a unit of work that was undone, by a Left or by a throw', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    await claim(library)
    const change = await opening(library, world)
    await left(
      library.work.run(({ loans }) =>
        pipe(
          loans.save(change, bySystem),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    const bug = new Error('a bug')
    const thrown = await library.work
      .run(({ loans }) =>
        pipe(
          loans.save(change, bySystem),
          TE.map(() => {
            throw bug
          }),
        ),
      )()
      .catch((error: unknown) => error)
    expect(thrown).to.equal(bug)
    expect(await claim(library)).to.deep.equal([])
    await done(library, ({ loans }) => loans.save(change, bySystem))
    expect((await claim(library)).map(({ event }) => event)).to.deep.equal(change.events)
  })

  it('has nothing of a change that was refused', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    await claim(library)
    const change = await opening(library, world)
    await done(library, ({ loans }) => loans.save(change, bySystem))
    expect((await claim(library)).length).to.equal(1)
    const again = await opening(library, world)
    await left(library.work.run(({ loans }) => loans.save(again, bySystem)))
    const stale = { ...change, state: { ...change.state, version: 7 } }
    await left(library.work.run(({ loans }) => loans.save(stale, bySystem)))
    expect(await claim(library)).to.deep.equal([])
  })

  it('gives out as many as are asked for, the earliest first, each once', async () => {
    const { library } = opened
    const members = [await addMember(library), await addMember(library), await addMember(library)]
    const first = await claim(library, 2)
    const second = await claim(library, 2)
    const third = await claim(library, 2)
    const of = (events: typeof first) => events.map(({ event }) => event.aggregateId)
    expect([of(first), of(second), of(third)]).to.deep.equal([
      [members[0]!.id, members[1]!.id],
      [members[2]!.id],
      [],
    ])
  })

  it('gives an event to one of those who ask at once', async () => {
    const { library } = opened
    for (let count = 0; count < 6; count += 1) await addMember(library)
    const claimed = await Promise.all(Array.from({ length: 6 }, () => claim(library, 2)))
    const ids = claimed.flat().map(({ id }) => id)
    expect(new Set(ids).size).to.equal(ids.length)
    const rest = await claim(library)
    expect(ids.length + rest.length).to.equal(6)
  })

  it('gives out again what was not done when the lease ends, and counts', async () => {
    const { library } = opened
    await addMember(library)
    const [first] = await claim(library, 1, noon, leaseOf(10))
    expect(await claim(library, 1, leaseOf(9))).to.deep.equal([])
    const again = await claim(library, 1, leaseOf(10), leaseOf(20))
    expect(again).to.deep.equal([{ ...first!, attempts: 2 }])
    expect(await claim(library, 1, leaseOf(15))).to.deep.equal([])
    expect((await claim(library, 1, leaseOf(20), leaseOf(30)))[0]?.attempts).to.equal(3)
  })

  it('never gives out again what is done', async () => {
    const { library } = opened
    await addMember(library)
    await addMember(library)
    const [first, second] = await claim(library)
    await right(library.outbox.done(first!.id, leaseOf(1)))
    const later = await claim(library, 100, daysAfter(noon, 365), daysAfter(noon, 366))
    expect(later.map(({ id }) => id)).to.deep.equal([second!.id])
  })

  it('keeps what failed back until its time', async () => {
    const { library } = opened
    await addMember(library)
    const [event] = await claim(library, 1, noon, leaseOf(60))
    await right(library.outbox.retry(event!.id, leaseOf(5), 'mailbox full'))
    expect(await claim(library, 1, leaseOf(4))).to.deep.equal([])
    const again = await claim(library, 1, leaseOf(5), leaseOf(60))
    expect(again).to.deep.equal([{ ...event!, attempts: 2 }])
    await right(library.outbox.done(event!.id, leaseOf(6)))
    expect(await claim(library, 1, leaseOf(600))).to.deep.equal([])
  })

  it('gives a dead letter to nobody, and the rest goes on', async () => {
    const { library } = opened
    await addMember(library)
    await addMember(library)
    const [dead, alive] = await claim(library, 2, noon, leaseOf(1))
    await right(library.outbox.retry(dead!.id, null, 'no such mailbox 📪'))
    const later = await claim(library, 100, daysAfter(noon, 365), daysAfter(noon, 366))
    expect(later.map(({ id }) => id)).to.deep.equal([alive!.id])
  })

  it('takes no harm from an id that names nothing', async () => {
    const { library } = opened
    await right(library.outbox.done(404, noon))
    await right(library.outbox.retry(404, noon, 'no'))
    expect(await claim(library)).to.deep.equal([])
  })
})
