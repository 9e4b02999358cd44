import { expect } from 'chai'
import { accountLocked } from '../../core/identity/lockout-audit.ts'
import { countedGuess } from '../../core/identity/counted-guess.ts'
import { actBy, anonymous } from '../../core/identity/actor.ts'
import { failedOnce } from '../../core/identity/lockout.ts'
import type { AccountFailures } from '../../core/identity/lockout.ts'
import { unlocked } from '../../core/identity/unlocking.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { bySystem, daysAfter, noon } from '../support/builders.ts'
import { addMember, all, done, right } from '../support/world.ts'

const ofAccount = (library: OpenLibrary, counter: 'user 1' | 'user 2' | 'nobody 3') =>
  done(library, ({ loginFailures }) => loginFailures.ofAccount(counter))
const ofAddress = (library: OpenLibrary, network: string) =>
  done(library, ({ loginFailures }) => loginFailures.ofAddress(network))

const some = (failures: number, at = noon): AccountFailures => ({
  failures,
  lastAt: at,
  lockedUntil: failures < 5 ? null : instant(at + 30_000),
})

onEveryBackend('wrong guesses', opened => {
  it('are kept by account: a member’s, and those of names that are nobody’s', async () => {
    const { library } = opened
    expect(await ofAccount(library, 'user 1')).to.be.null
    for (const [counter, failures] of [
      ['user 1', some(5)],
      ['nobody 3', some(1)],
    ] as const) {
      await done(library, ({ loginFailures }) =>
        pipe(
          loginFailures.ofAccount(counter),
          TE.flatMap(() => loginFailures.saveAccount(counter, failures)),
        ),
      )
    }
    expect(await ofAccount(library, 'user 1')).to.deep.equal(some(5))
    expect(await ofAccount(library, 'nobody 3')).to.deep.equal(some(1))
    expect(await ofAccount(library, 'user 2')).to.be.null
    await done(library, ({ loginFailures }) => loginFailures.saveAccount('user 1', null))
    expect(await ofAccount(library, 'user 1')).to.be.null
  })

  it('are kept by network, each with its moment', async () => {
    const { library } = opened
    expect(await ofAddress(library, '2001:db8:0:0::/64')).to.deep.equal([])
    const moments = [noon, noon, instant(noon + 1)]
    await done(library, ({ loginFailures }) =>
      pipe(
        loginFailures.ofAddress('192.0.2.7'),
        TE.flatMap(() => loginFailures.saveAddress('192.0.2.7', moments)),
      ),
    )
    expect(await ofAddress(library, '192.0.2.7')).to.deep.equal(moments)
    expect(await ofAddress(library, '192.0.2.8')).to.deep.equal([])
    await done(library, ({ loginFailures }) => loginFailures.saveAddress('192.0.2.7', []))
    expect(await ofAddress(library, '192.0.2.7')).to.deep.equal([])
  })

  it('that come at once each find those before', async () => {
    const { library } = opened
    const once = () =>
      done(library, ({ loginFailures }) =>
        pipe(
          loginFailures.ofAddress('192.0.2.7'),
          TE.flatMap(known => loginFailures.saveAddress('192.0.2.7', [...known, noon])),
          TE.flatMap(() => loginFailures.ofAccount('nobody 3')),
          TE.flatMap(known =>
            loginFailures.saveAccount('nobody 3', { ...some(1), failures: (known?.failures ?? 0) + 1 }),
          ),
        ),
      )
    await Promise.all(Array.from({ length: 20 }, once))
    expect((await ofAccount(library, 'nobody 3'))?.failures).to.equal(20)
    expect(await ofAddress(library, '192.0.2.7')).to.have.length(20)
  })

  it('of a unit of work that is undone leave nothing', async () => {
    const { library } = opened
    const refused = await library.work.run(({ loginFailures }) =>
      pipe(
        loginFailures.ofAccount('user 1'),
        TE.flatMap(() => loginFailures.saveAccount('user 1', some(4))),
        TE.flatMap(() => TE.left('no')),
      ),
    )()
    expect(refused).to.deep.equal(E.left('no'))
    expect(await ofAccount(library, 'user 1')).to.be.null
  })

  it('lock an account, of which its member is told once, and a row remains', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library)
    const guess = countedGuess({
      work: library.work,
      countSentAway: () => null,
      clock: { now: () => opened.clock.now },
      libraryClock: { now: () => daysAfter(noon, 3) },
    })
    const act = { ...actBy(anonymous), address: '192.0.2.7' }
    for (let times = 0; times < 7; times += 1)
      await guess({ act, memberId, login: 'ada', isWrong: () => true }, () => TE.left('wrong'))()
    const events = (await right(library.outbox.claim(10, daysAfter(noon, 9), daysAfter(noon, 10))))
      .map(({ event }) => event)
      .filter(({ type }) => type === 'AccountLocked')
    expect(events).to.deep.equal([
      accountLocked(
        memberId,
        { failures: 5, lastAt: noon, lockedUntil: instant(noon + 30_000) },
        daysAfter(noon, 3),
      ),
    ])
    const filter = { target: { type: 'user', id: memberId }, outcome: 'failed' } as const
    const rows = await all((page: Parameters<typeof library.queries.audit.records>[1]) =>
      library.queries.audit.records(filter, page),
    )
    expect(rows.map(({ action, address }) => [action, address])).to.deep.equal(
      Array.from({ length: 7 }, () => ['session.refused', '192.0.2.7']),
    )
  })

  it('that lock a name that is nobody’s are told to nobody', async () => {
    const { library } = opened
    await addMember(library)
    await right(library.outbox.claim(10, daysAfter(noon, 9), daysAfter(noon, 10)))
    await done(library, ({ loginFailures }) => loginFailures.tell(null, actBy(anonymous)))
    expect(await right(library.outbox.claim(10, daysAfter(noon, 9), daysAfter(noon, 10)))).to.be.empty
  })

  it('are forgotten when the account is unlocked', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library)
    const counter = `user ${memberId}` as const
    await done(library, stores => unlocked(stores, bySystem, memberId, 'by_staff'))
    await done(library, ({ loginFailures }) =>
      pipe(
        loginFailures.ofAccount(counter),
        TE.flatMap(known => loginFailures.saveAccount(counter, failedOnce(known, noon))),
      ),
    )
    await done(library, stores => unlocked(stores, bySystem, memberId, 'new_password'))
    expect(await done(library, ({ loginFailures }) => loginFailures.ofAccount(counter))).to.be.null
  })

  it('go where none came since, so many at a time', async () => {
    const { library, clock } = opened
    const guessed = (day: number, counter: 'user 1' | 'user 2' | 'nobody 3', network: string) =>
      done(library, ({ loginFailures }) =>
        pipe(
          loginFailures.ofAddress(network),
          TE.flatMap(() => loginFailures.saveAddress(network, [daysAfter(noon, day)])),
          TE.flatMap(() => loginFailures.ofAccount(counter)),
          TE.flatMap(() => loginFailures.saveAccount(counter, some(1, daysAfter(noon, day)))),
        ),
      )
    await guessed(1, 'user 1', '192.0.2.1')
    await guessed(2, 'user 2', '192.0.2.2')
    await guessed(3, 'nobody 3', '192.0.2.3')
    clock.now = daysAfter(noon, 3)
    const purge = (limit: number) =>
      right(library.retention.loginFailures(instant(daysAfter(noon, 2) + 1), limit))
    expect([await purge(3), await purge(3), await purge(3)]).to.deep.equal([3, 1, 0])
    expect(await ofAccount(library, 'user 1')).to.be.null
    expect(await ofAccount(library, 'user 2')).to.be.null
    expect(await ofAccount(library, 'nobody 3')).not.to.be.null
    expect(await ofAddress(library, '192.0.2.2')).to.deep.equal([])
    expect(await ofAddress(library, '192.0.2.3')).to.have.length(1)
  })
})
