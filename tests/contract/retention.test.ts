import { expect } from 'chai'
import { register } from '../../core/members/member.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aMember, aRefreshToken, aSession, bySystem, daysAfter, noon } from '../support/builders.ts'
import { addMember, done, right } from '../support/world.ts'

/** A member of a day, with the event of it handed on when it is said. */
const registered = async (library: OpenLibrary, day: number, handedOn: Instant | null): Promise<number> => {
  const id = await right(library.ids.next('member'))
  await done(library, ({ members }) =>
    members.add(register(aMember({ id }), daysAfter(noon, day)), null, bySystem),
  )
  const [event] = await right(library.outbox.claim(1, noon, daysAfter(noon, 1000)))
  if (handedOn !== null) await right(library.outbox.done(event!.id, handedOn))
  return event!.id
}

const latest = (library: OpenLibrary) => done(library, ({ clockSetting }) => clockSetting.latestEvent())

onEveryBackend('events that were handed on', opened => {
  it('go when they are old enough, so many at a time, and what waits stays', async () => {
    const { library } = opened
    for (const day of [1, 2, 3]) await registered(library, day, daysAfter(noon, day))
    await registered(library, 4, null)
    const before = daysAfter(noon, 3)
    expect(await right(library.retention.doneEvents(before, 1))).to.equal(1)
    expect(await right(library.retention.doneEvents(before, 10))).to.equal(1)
    expect(await right(library.retention.doneEvents(before, 10))).to.equal(0)
    expect(await right(library.retention.doneEvents(instant(before + 1), 10))).to.equal(1)
    expect(
      await right(library.outbox.claim(10, daysAfter(noon, 2000), daysAfter(noon, 2001))),
    ).to.have.length(1)
  })

  it('leave the latest thing that happened, however old', async () => {
    const { library } = opened
    await registered(library, 500, noon)
    await registered(library, 1, noon)
    expect(await right(library.retention.doneEvents(daysAfter(noon, 900), 10))).to.equal(1)
    expect(await latest(library)).to.equal(daysAfter(noon, 500))
  })
})

onEveryBackend('sessions', opened => {
  it('go with their tokens when they ended or ran out long ago', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library)
    const open = async (some: { readonly expiresAt: Instant; readonly endedAt: Instant | null }) => {
      const session = aSession({ id: await right(library.ids.next('session')), memberId, ...some })
      const token = aRefreshToken({ sessionId: session.id })
      await done(library, ({ sessions }) => sessions.open(session, token))
      return token.hash
    }
    const [soon, late] = [daysAfter(noon, 1), daysAfter(noon, 100)]
    const ended = await open({ expiresAt: late, endedAt: soon })
    const ranOut = await open({ expiresAt: soon, endedAt: null })
    const goesOn = await open({ expiresAt: late, endedAt: null })
    const endedLate = await open({ expiresAt: late, endedAt: late })
    const found = (hash: string) => done(library, ({ sessions }) => sessions.byRefreshToken(hash))

    expect(await right(library.retention.endedSessions(soon, 10))).to.equal(0)
    expect(await right(library.retention.endedSessions(instant(soon + 1), 1))).to.equal(1)
    expect(await right(library.retention.endedSessions(instant(soon + 1), 10))).to.equal(1)
    expect([await found(ended), await found(ranOut)]).to.deep.equal([null, null])
    expect(await found(goesOn)).not.to.be.null
    expect(await found(endedLate)).not.to.be.null
  })
})
