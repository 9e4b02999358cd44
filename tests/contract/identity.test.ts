import { expect } from 'chai'
import { secrets } from '../../adapters/security/secrets.ts'
import { actBy, anonymous } from '../../core/identity/actor.ts'
import { openSession as openFor } from '../../core/identity/open-session.ts'
import type { RefreshToken, Session } from '../../core/identity/session.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { instant, plusMinutes } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aRefreshToken, aSession, daysAfter, noon } from '../support/builders.ts'
import { enrolled } from '../support/second-factor.ts'
import { addMember, aLibrary, done, left, right } from '../support/world.ts'

const later = plusMinutes(noon, 10)
const never = { type: 'TokenRefused', reason: 'malformed' } as const

const openSession = async (
  library: OpenLibrary,
  memberId: MemberId,
  some: Partial<Session> = {},
): Promise<{ readonly session: Session; readonly token: RefreshToken }> => {
  const sessionId = await right(library.ids.next('session'))
  const session = aSession({ ...some, id: sessionId, memberId })
  const token = aRefreshToken({ sessionId })
  await done(library, ({ sessions }) => sessions.open(session, token))
  return { session, token }
}

const find = (library: OpenLibrary, hash: string) =>
  done(library, ({ sessions }) => sessions.byRefreshToken(hash))

const end = (library: OpenLibrary, { id: only, memberId }: Session, at = later) =>
  done(library, ({ sessions }) => sessions.end({ memberId, only }, at))

const endAll = (library: OpenLibrary, memberId: MemberId, at = later) =>
  done(library, ({ sessions }) => sessions.end({ memberId, only: null }, at))

const account = (library: OpenLibrary, session: Session, now = later) =>
  right(library.queries.identity.sessionAccount(session.id, now))

onEveryBackend('sessions', opened => {
  it('are found by their refresh token', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const opened1 = await openSession(library, memberIds[0]!)
    const other = await openSession(library, memberIds[0]!)
    expect(await find(library, opened1.token.hash)).to.deep.equal(opened1)
    expect(await find(library, other.token.hash)).to.deep.equal(other)
    expect(await find(library, 'no such hash')).to.be.null
  })

  it('go on with the successor of a token, and the spent one is remembered', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const { session, token } = await openSession(library, memberIds[0]!)
    const spent = { ...token, spentAt: later }
    const successor = aRefreshToken({ sessionId: session.id, createdAt: later })
    const used: Session = {
      ...session,
      lastUsedAt: later,
      expiresAt: daysAfter(noon, 31),
      address: '2001:db8::7',
      userAgent: 'Señora’s phone',
    }
    await done(library, ({ sessions }) => sessions.rotate(used, spent, successor))
    expect(await find(library, token.hash)).to.deep.equal({ session: used, token: spent })
    expect(await find(library, successor.hash)).to.deep.equal({ session: used, token: successor })
  })

  it('end one at a time, and end once', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library, { members: 2 })
    const [ended, going] = [
      await openSession(library, memberIds[0]!),
      await openSession(library, memberIds[0]!),
    ]
    expect(await end(library, ended.session)).to.deep.equal([ended.session.id])
    expect(await end(library, ended.session, plusMinutes(later, 10))).to.deep.equal([])
    expect((await find(library, ended.token.hash))?.session.endedAt).to.equal(later)
    expect((await find(library, going.token.hash))?.session.endedAt).to.be.null
    expect(await end(library, { ...going.session, id: id(404) })).to.deep.equal([])
    expect(await end(library, { ...going.session, memberId: memberIds[1]! })).to.deep.equal([])
    expect((await find(library, going.token.hash))?.session.endedAt).to.be.null
  })

  it('end all of a member, but not those of others', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library, { members: 2 })
    const [first, second, other] = [
      await openSession(library, memberIds[0]!),
      await openSession(library, memberIds[0]!),
      await openSession(library, memberIds[1]!),
    ]
    await end(library, first.session)
    expect(await endAll(library, memberIds[0]!, plusMinutes(later, 10))).to.deep.equal([second.session.id])
    const endings = await Promise.all(
      [first, second, other].map(async ({ token }) => (await find(library, token.hash))?.session.endedAt),
    )
    expect(endings).to.deep.equal([later, plusMinutes(later, 10), null])
  })

  it('stay as they were when their unit of work is undone', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const { session, token } = await openSession(library, memberIds[0]!)
    const successor = aRefreshToken({ sessionId: session.id })
    await left(
      library.work.run(({ sessions }) =>
        pipe(
          sessions.rotate(session, { ...token, spentAt: later }, successor),
          TE.flatMap(() => sessions.end({ memberId: session.memberId, only: session.id }, later)),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    expect(await find(library, token.hash)).to.deep.equal({ session, token })
    expect(await find(library, successor.hash)).to.be.null
  })

  it('that ran out are left as they are', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const { token } = await openSession(library, memberIds[0]!, { expiresAt: later })
    expect(await endAll(library, memberIds[0]!)).to.deep.equal([])
    expect((await find(library, token.hash))?.session.endedAt).to.be.null
  })

  it('that go on are told, by age to a login and by their last use to their member', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library, { members: 2 })
    const at = (minutes: number) => plusMinutes(noon, minutes)
    const open = async (some: Partial<Session>, memberId = memberIds[0]!) =>
      (await openSession(library, memberId, some)).session
    const young = await open({ createdAt: at(2), lastUsedAt: at(3), address: null, userAgent: null })
    const old = await open({ createdAt: at(1), lastUsedAt: at(5) })
    const sameAge = await open({ createdAt: at(2), lastUsedAt: at(3) })
    await open({ expiresAt: later })
    await end(library, await open({}), at(1))
    const others = await open({}, memberIds[1])
    const going = (memberId: MemberId) => done(library, ({ sessions }) => sessions.going(memberId, later))
    expect(await going(memberIds[0]!)).to.deep.equal([old, young, sameAge])
    expect(await going(memberIds[1]!)).to.deep.equal([others])
    const told = await right(library.queries.identity.sessionsOf(memberIds[0]!, later))
    expect(told).to.deep.equal([old, sameAge, young])
  })

  it('that begin at once are counted one after another', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const [memberId] = memberIds as readonly [MemberId]
    const begin = async () => {
      const sessionId = await right(library.ids.next('session'))
      return right(
        library.work.run(({ sessions }) =>
          pipe(
            sessions.going(memberId, later),
            TE.tapTask(() => () => new Promise<void>(resolve => setTimeout(resolve, 10))),
            TE.tap(() => sessions.open(aSession({ id: sessionId, memberId }), aRefreshToken({ sessionId }))),
            TE.map(({ length }) => length),
          ),
        ),
      )
    }
    const counted = await Promise.all(Array.from({ length: 5 }, begin))
    expect(counted.toSorted()).to.deep.equal([0, 1, 2, 3, 4])
  })

  it('spend a token once, however many show it at once', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const { token } = await openSession(library, memberIds[0]!)
    const refresh = (hash: string) =>
      library.work.run(({ sessions }) =>
        pipe(
          sessions.byRefreshToken(token.hash),
          TE.tapTask(() => () => new Promise<void>(resolve => setTimeout(resolve, 10))),
          TE.flatMap(found =>
            found?.token.spentAt !== null
              ? TE.right(false)
              : pipe(
                  sessions.rotate(
                    found.session,
                    { ...found.token, spentAt: later },
                    aRefreshToken({ sessionId: found.session.id, hash }),
                  ),
                  TE.map(() => true),
                ),
          ),
        ),
      )
    const spent = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(hash => right(refresh(hash))))
    expect(spent.filter(done => done).length).to.equal(1)
  })
})

onEveryBackend('who acts in a session', opened => {
  it('is its member, a user where he has no desk', async () => {
    const { library } = opened
    const member = await addMember(library, { firstName: 'Zoë', status: 'pending' })
    const { session } = await openSession(library, member.id)
    const expected = {
      memberId: member.id,
      username: member.username,
      email: member.email,
      firstName: 'Zoë',
      lastName: member.lastName,
      cardNumber: member.cardNumber,
      status: 'pending',
      role: 'user',
      branchId: null,
      secondFactor: false,
    }
    expect(await account(library, session)).to.deep.equal(expected)
    expect(await right(library.queries.identity.account(member.id))).to.deep.equal(expected)
  })

  it('acts from his desk, from the moment he has one', async () => {
    const { library } = opened
    const { branchId, memberIds } = await aLibrary(library)
    const { session } = await openSession(library, memberIds[0]!)
    await done(library, ({ members }) => members.appoint(memberIds[0]!, { role: 'librarian', branchId }))
    expect(await account(library, session)).to.include({ role: 'librarian', branchId })
    await done(library, ({ members }) => members.appoint(memberIds[0]!, { role: 'admin', branchId: null }))
    expect(await account(library, session)).to.include({ role: 'admin', branchId: null })
    expect(await right(library.queries.identity.account(memberIds[0]!))).to.include({ role: 'admin' })
  })

  it('is nobody once it ran out, to the millisecond', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const { session } = await openSession(library, memberIds[0]!, { expiresAt: later })
    expect(await account(library, session, instant(later - 1))).to.include({ memberId: memberIds[0] })
    expect(await account(library, session, later)).to.be.null
  })

  it('is nobody once it ended, or where there is none', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const { session } = await openSession(library, memberIds[0]!)
    await end(library, session)
    expect(await account(library, session)).to.be.null
    expect(await right(library.queries.identity.sessionAccount(id(404), later))).to.be.null
  })

  it('is nobody once the member is deactivated, and still somebody who is suspended', async () => {
    const { library } = opened
    const member = await addMember(library)
    const { session } = await openSession(library, member.id)
    const save = (version: number, status: 'suspended' | 'deactivated') =>
      done(library, ({ members }) => members.save({ ...member, version, status }))
    await save(1, 'suspended')
    expect(await account(library, session)).to.include({ status: 'suspended' })
    await save(2, 'deactivated')
    expect(await account(library, session)).to.be.null
    expect(await right(library.queries.identity.account(member.id))).to.include({ status: 'deactivated' })
  })

  it('is seen only when the session is committed', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const sessionId = await right(library.ids.next('session'))
    const session = aSession({ id: sessionId, memberId: memberIds[0]! })
    const seen = await right(
      library.work.run(({ sessions }) =>
        pipe(
          sessions.open(session, aRefreshToken({ sessionId })),
          TE.flatMap(() => library.queries.identity.sessionAccount(sessionId, later)),
        ),
      ),
    )
    expect(seen).to.be.null
    expect(await account(library, session)).to.include({ memberId: memberIds[0] })
  })
})

onEveryBackend('by what a member is let in', opened => {
  const standing = (memberId: MemberId) => done(opened.library, ({ sessions }) => sessions.standing(memberId))
  const setPassword = (memberId: MemberId, hash: string) =>
    done(opened.library, ({ passwordHolders }) =>
      passwordHolders.setPassword(memberId, hash, [], actBy(anonymous)),
    )

  it('is his hash, whether he gets in, and since when his second factor is in force', async () => {
    const { library } = opened
    const member = await addMember(library, {}, 'a hash')
    const first = { passwordHash: 'a hash', active: true, secondFactorSince: null }
    expect(await standing(member.id)).to.deep.equal(first)
    await done(library, ({ secondFactors }) =>
      secondFactors.save({
        memberId: member.id,
        sealedSecret: 'f1.key.nonce.sealed',
        createdAt: noon,
        confirmedAt: null,
        lastStep: null,
      }),
    )
    expect(await standing(member.id)).to.deep.equal(first)
    await enrolled(library, member.id)
    const factor = await done(library, ({ secondFactors }) => secondFactors.get(member.id))
    await setPassword(member.id, 'another')
    await done(library, ({ members }) => members.save({ ...member, status: 'deactivated' }))
    expect(factor?.confirmedAt).to.be.a('number')
    expect(await standing(member.id)).to.deep.equal({
      passwordHash: 'another',
      active: false,
      secondFactorSince: factor?.confirmedAt,
    })
    expect(await standing(id(404))).to.deep.equal({
      passwordHash: null,
      active: false,
      secondFactorSince: null,
    })
  })

  it('is as it is after whoever changes it just now', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library, {}, 'a hash')
    const wait = (milliseconds: number) =>
      new Promise<void>(resolve => {
        setTimeout(resolve, milliseconds)
      })
    const changing = done(library, ({ passwordHolders }) =>
      pipe(
        passwordHolders.get(memberId),
        TE.tapTask(() => () => wait(60)),
        TE.flatMap(() => passwordHolders.setPassword(memberId, 'another', [], actBy(anonymous))),
        TE.tap(() => TE.fromTask(() => wait(60))),
      ),
    )
    await wait(20)
    expect((await standing(memberId)).passwordHash).to.equal('another')
    await changing
  })

  it('opens no session once it is another', async () => {
    const { library } = opened
    const open = openFor({
      work: library.work,
      tokens: { lifetime: 60, issue: () => TE.right('a token'), verify: () => TE.left(never) },
      secrets,
      ids: library.ids,
      clock: { now: () => later },
      policy: { lifetime: 60, idle: 60, most: null, whenFull: 'end_oldest' },
    })
    for (const change of [
      (member: Awaited<ReturnType<typeof addMember>>) => setPassword(member.id, 'another'),
      (member: Awaited<ReturnType<typeof addMember>>) => enrolled(library, member.id),
      (member: Awaited<ReturnType<typeof addMember>>) =>
        done(library, ({ members }) => members.save({ ...member, status: 'deactivated' })),
    ]) {
      const member = await addMember(library, {}, 'a hash')
      const asked = {
        account: await right(library.queries.identity.account(member.id)),
        standing: await standing(member.id),
        act: actBy(anonymous),
        userAgent: null,
      }
      await right(open(asked))
      await change(member)
      expect(await left(open(asked))).to.deep.equal({
        type: 'StandingChanged',
        present: await standing(member.id),
      })
      const going = await done(library, ({ sessions }) => sessions.going(member.id, later))
      expect(going).to.have.length(1)
    }
  })
})

onEveryBackend('credentials', opened => {
  const credentials = (login: string) => right(opened.library.queries.identity.credentials(login))

  it('are found by user name and by e-mail address in normal form', async () => {
    const member = await addMember(
      opened.library,
      { username: 'Ada.Lovelace', email: 'Ada@Example.org' },
      'a hash',
    )
    const expected = { memberId: member.id, passwordHash: 'a hash', active: true }
    expect(await credentials('ada.lovelace')).to.deep.equal(expected)
    expect(await credentials('ada@example.org')).to.deep.equal(expected)
  })

  it('are null for a name nobody has', async () => {
    await addMember(opened.library, { username: 'ada' }, 'a hash')
    expect(await credentials('grace')).to.be.null
    expect(await credentials('ad%')).to.be.null
    expect(await credentials('')).to.be.null
  })

  it('have no hash where the member cannot log in', async () => {
    const { id: memberId } = await addMember(opened.library, { username: 'ada' })
    expect(await credentials('ada')).to.deep.equal({ memberId, passwordHash: null, active: true })
  })

  it('tell whether the member gets in', async () => {
    for (const [status, active] of [
      ['pending', true],
      ['active', true],
      ['suspended', true],
      ['deactivated', false],
    ] as const) {
      await addMember(opened.library, { username: `is.${status}`, status })
      expect((await credentials(`is.${status}`))?.active).to.equal(active)
    }
  })

  it('follow a member who is renamed', async () => {
    const { library } = opened
    const member = await addMember(library, { username: 'before', email: 'before@example.org' })
    await done(library, ({ members }) =>
      members.save({ ...member, username: 'after', email: 'after@example.org' }),
    )
    expect(await credentials('before')).to.be.null
    expect(await credentials('before@example.org')).to.be.null
    expect((await credentials('after'))?.memberId).to.equal(member.id)
    expect((await credentials('after@example.org'))?.memberId).to.equal(member.id)
  })
})

onEveryBackend('an administrator', opened => {
  it('is there when a member has the desk and is active', async () => {
    const { library } = opened
    const hasAdmin = () => right(library.queries.identity.hasAdmin())
    expect(await hasAdmin()).to.be.false
    const [librarian, admin] = [await addMember(library), await addMember(library)]
    await done(library, ({ members }) => members.appoint(librarian.id, { role: 'librarian', branchId: null }))
    expect(await hasAdmin()).to.be.false
    await done(library, ({ members }) => members.appoint(admin.id, { role: 'admin', branchId: null }))
    expect(await hasAdmin()).to.be.true
    const suspended = await done(library, ({ members }) => members.save({ ...admin, status: 'suspended' }))
    expect(await hasAdmin()).to.be.false
    await done(library, ({ members }) => members.save({ ...suspended, status: 'deactivated' }))
    expect(await hasAdmin()).to.be.false
  })
})

onEveryBackend('the session of a member who is there', opened => {
  it('keeps its times to the millisecond', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const times = { createdAt: instant(noon + 1), expiresAt: instant(daysAfter(noon, 30) + 999) }
    const { token } = await openSession(library, memberIds[0]!, times)
    expect((await find(library, token.hash))?.session).to.include(times)
  })
})
