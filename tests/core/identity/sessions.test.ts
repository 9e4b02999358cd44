import { expect } from 'chai'
import { actBy, anonymous } from '../../../core/identity/actor.ts'
import type { Act } from '../../../core/identity/actor.ts'
import type { AuditStores } from '../../../core/identity/audit.ts'
import type { TokenPair } from '../../../core/identity/open-session.ts'
import { begun, giveWay, goneOn, isLive } from '../../../core/identity/session.ts'
import type { SessionPolicy } from '../../../core/identity/session.ts'
import { authenticate } from '../../../core/identity/use-cases/authenticate.ts'
import { logIn } from '../../../core/identity/use-cases/log-in.ts'
import { endSession } from '../../../core/identity/use-cases/keep-sessions.ts'
import { logOut } from '../../../core/identity/use-cases/log-out.ts'
import { refreshSession } from '../../../core/identity/use-cases/refresh-session.ts'
import { E, pipe, TE } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import type { UnitOfWork } from '../../../core/shared/unit-of-work.ts'
import type { LockoutStores } from '../../../core/identity/lockout-ports.ts'
import type { IdentityStores } from '../../../core/identity/ports.ts'
import type { SecondFactorStores } from '../../../core/identity/second-factor-ports.ts'
import { aSession } from '../../support/builders.ts'
import { at, branchId, memberId, sessionId } from '../builders.ts'
import { anIdentity } from './stand-ins.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const refused = (reason: 'malformed' | 'expired' | 'revoked') => E.left({ type: 'TokenRefused', reason })
const invalid = E.left({ type: 'InvalidCredentials' })
const down = E.left(storeFailure('unavailable', 'down'))
const broken: UnitOfWork<IdentityStores & LockoutStores & SecondFactorStores & AuditStores> = {
  run: () => TE.fromEither(down),
}

type Identity = ReturnType<typeof anIdentity>
/** The clients of the tests. */
const [laptop, phone] = ['192.0.2.7', '198.51.100.9'].map((address): Act => ({
  ...actBy(anonymous),
  address,
  requestId: 'request 1',
})) as [Act, Act]
const ada = { act: laptop, userAgent: 'a laptop', login: 'ada', password: 'right', otp: null }
const enter = async (identity: Identity): Promise<TokenPair> => right(await logIn(identity.deps)(ada)())
const refresh = (deps: Identity['deps'], refreshToken: string) =>
  refreshSession(deps)({ act: phone, userAgent: 'a phone', refreshToken })()
const his: Act = {
  ...laptop,
  actor: { kind: 'member', memberId: memberId(1), role: 'librarian', branchId: branchId(5), mustEnrol: true },
}
const leave = async ({ deps }: Identity, session: number, all = false) =>
  right(await logOut(deps)({ act: his, sessionId: sessionId(session), memberId: memberId(1), all })())
/** What the audit was told, without what opens a session. */
const told = (identity: Identity) =>
  identity
    .audit()
    .map(({ act, entry: { action, target, before, after } }) => [
      action,
      target.id,
      act.actor.kind,
      { ...before, ...after },
    ])

describe('logging in (AUT-1)', () => {
  it('gives both tokens, how long they last, and who it is', async () => {
    const pair = await enter(anIdentity())
    expect(pair).to.deep.include({
      accessToken: 'token 1 101',
      expiresIn: 3600,
      refreshToken: 'secret 1',
      refreshExpiresIn: 1000,
    })
    expect(pair.account.memberId).to.equal(1)
  })

  it('opens a session that lasts as long as its refresh token, of which only the hash is kept', async () => {
    const identity = anIdentity()
    await enter(identity)
    const now = identity.now()
    expect(identity.sessions()).to.deep.equal([
      {
        id: 101,
        memberId: 1,
        createdAt: now,
        lastUsedAt: now,
        expiresAt: now + 1_000_000,
        endedAt: null,
        address: '192.0.2.7',
        userAgent: 'a laptop',
      },
    ])
    expect(identity.tokens()).to.deep.equal([
      { hash: '#secret 1', sessionId: 101, createdAt: now, spentAt: null },
    ])
  })

  const strangers = [
    ['a wrong password', 'ada', 'wrong', 'hash of right'],
    ['an unknown name', 'mallory', 'right', null],
    ['a member without a password', 'bob', 'right', null],
    ['a deactivated member with the right password', 'eve', 'right', 'hash of right'],
    ['an inherited name', 'constructor', 'right', null],
  ] as const
  for (const [what, login, password, hash] of strangers) {
    it(`${what}: the same refusal after the same work, and no session (AUT-7)`, async () => {
      const identity = anIdentity()
      expect(await logIn(identity.deps)({ ...ada, login, password })()).to.deep.equal(invalid)
      expect(identity.verified).to.deep.equal([[password, hash]])
      expect(identity.sessions()).to.be.empty
    })
  }

  it('is no success when the session cannot be kept', async () => {
    const { deps } = anIdentity()
    const answer = await logIn({ ...deps, work: broken })(ada)()
    expect(answer).to.deep.equal(down)
  })

  it('hashes nothing inside the unit of work', async () => {
    const { deps, verified } = anIdentity()
    await logIn({ ...deps, work: broken })(ada)()
    expect(verified).to.have.length(1)
  })
})

describe('refreshing (AUT-1)', () => {
  it('gives new tokens for what is left of the session, and spends the old one', async () => {
    const identity = anIdentity()
    await enter(identity)
    identity.passes(400.5)
    const next = right(await refresh(identity.deps, 'secret 1'))
    expect(next).to.deep.include({
      accessToken: 'token 1 101',
      expiresIn: 3600,
      refreshToken: 'secret 2',
      refreshExpiresIn: 599,
    })
    expect(identity.tokens()).to.deep.equal([
      { hash: '#secret 1', sessionId: 101, createdAt: at('2026-03-10T10:00:00Z'), spentAt: identity.now() },
      { hash: '#secret 2', sessionId: 101, createdAt: identity.now(), spentAt: null },
    ])
  })

  it('goes on from token to token, and does not lengthen the session', async () => {
    const identity = anIdentity()
    await enter(identity)
    for (const secret of ['secret 1', 'secret 2', 'secret 3']) {
      identity.passes(300)
      right(await refresh(identity.deps, secret))
    }
    identity.passes(100)
    expect(await refresh(identity.deps, 'secret 4')).to.deep.equal(refused('expired'))
  })

  it('a spent token ends the session, although the answer is no: its last token is dead too', async () => {
    const identity = anIdentity()
    const { accessToken } = await enter(identity)
    right(await refresh(identity.deps, 'secret 1'))
    identity.passes(10)
    expect(await refresh(identity.deps, 'secret 1')).to.deep.equal(refused('revoked'))
    expect(identity.sessions()[0]?.endedAt).to.equal(identity.now())
    expect(await refresh(identity.deps, 'secret 2')).to.deep.equal(refused('revoked'))
    expect(await authenticate(identity.deps)(accessToken)()).to.deep.equal(refused('revoked'))
  })

  it('a spent token ends only its own session', async () => {
    const identity = anIdentity()
    await enter(identity)
    await enter(identity)
    right(await refresh(identity.deps, 'secret 1'))
    await refresh(identity.deps, 'secret 1')
    expect(identity.sessions().map(({ endedAt }) => endedAt !== null)).to.deep.equal([true, false])
    right(await refresh(identity.deps, 'secret 2'))
  })

  it('a token that was never given is malformed, and ends nothing', async () => {
    const identity = anIdentity()
    await enter(identity)
    expect(await refresh(identity.deps, 'guessed')).to.deep.equal(refused('malformed'))
    expect(identity.sessions()[0]?.endedAt).to.be.null
  })

  it('a session that ran out has expired, from that very instant', async () => {
    const identity = anIdentity()
    await enter(identity)
    identity.passes(1000)
    expect(await refresh(identity.deps, 'secret 1')).to.deep.equal(refused('expired'))
    expect(identity.tokens()).to.have.length(1)
  })

  it('a session that was ended is revoked', async () => {
    const identity = anIdentity()
    await enter(identity)
    await leave(identity, 101, false)
    expect(await refresh(identity.deps, 'secret 1')).to.deep.equal(refused('revoked'))
  })

  it('a member who was deactivated since is not let in again', async () => {
    const identity = anIdentity()
    await enter(identity)
    identity.deactivate(memberId(1))
    expect(await refresh(identity.deps, 'secret 1')).to.deep.equal(refused('revoked'))
  })

  it('is no success when it cannot be kept', async () => {
    const { deps } = anIdentity()
    expect(await refresh({ ...deps, work: broken }, 'secret 1')).to.deep.equal(down)
  })
})

describe('every request (AUT-1)', () => {
  it('is made by the member of the session, with the role and the desk he has now', async () => {
    const identity = anIdentity()
    const { accessToken } = await enter(identity)
    const found = right(await authenticate(identity.deps)(accessToken)())
    expect(found.actor).to.deep.equal({
      kind: 'member',
      memberId: 1,
      role: 'librarian',
      branchId: 5,
      mustEnrol: true,
    })
    expect(found.sessionId).to.equal(101)
    expect(found.account.username).to.equal('member-1')
  })

  for (const [token, reason] of [
    ['nonsense', 'malformed'],
    ['old token', 'expired'],
    ['token 1 999', 'revoked'],
    ['token 2 101', 'revoked'],
  ] as const) {
    it(`with the token "${token}" is refused: ${reason}`, async () => {
      const identity = anIdentity()
      await enter(identity)
      expect(await authenticate(identity.deps)(token)()).to.deep.equal(refused(reason))
    })
  }

  it('is refused once the session ran out, or its member may not get in any more', async () => {
    const identity = anIdentity()
    const { accessToken } = await enter(identity)
    identity.passes(999)
    right(await authenticate(identity.deps)(accessToken)())
    identity.passes(1)
    expect(await authenticate(identity.deps)(accessToken)()).to.deep.equal(refused('revoked'))

    const another = anIdentity()
    await enter(another)
    another.deactivate(memberId(1))
    expect(await authenticate(another.deps)('token 1 101')()).to.deep.equal(refused('revoked'))
  })
})

describe('logging out (AUT-2)', () => {
  const ended = (identity: ReturnType<typeof anIdentity>) =>
    identity.sessions().map(({ endedAt }) => endedAt !== null)

  it('ends this session', async () => {
    const identity = anIdentity()
    await enter(identity)
    const { accessToken } = await enter(identity)
    await leave(identity, 101, false)
    expect(ended(identity)).to.deep.equal([true, false])
    expect(await authenticate(identity.deps)('token 1 101')()).to.deep.equal(refused('revoked'))
    right(await authenticate(identity.deps)(accessToken)())
  })

  it('ends all of them, and leaves those that had ended as they were', async () => {
    const identity = anIdentity()
    for (let entered = 0; entered < 3; entered += 1) await enter(identity)
    const first = identity.now()
    await leave(identity, 101, false)
    identity.passes(60)
    await leave(identity, 102, true)
    const now = identity.now()
    expect(identity.sessions().map(({ endedAt }) => endedAt)).to.deep.equal([first, now, now])
  })
})

describe('how many sessions there may be (AUT-2)', () => {
  const crowded = (policy: Partial<SessionPolicy>) => anIdentity({ most: 2, ...policy })

  it('the oldest ends for one more, and is told of', async () => {
    const identity = crowded({ whenFull: 'end_oldest' })
    for (let entered = 0; entered < 3; entered += 1) {
      await enter(identity)
      identity.passes(1)
    }
    expect(identity.sessions().map(({ endedAt }) => endedAt !== null)).to.deep.equal([true, false, false])
    expect(told(identity).slice(-2)).to.deep.equal([
      ['session.ended', 101, 'member', { user_id: 1, ending: 'too_many' }],
      ['session.started', 103, 'member', { user_id: 1 }],
    ])
  })

  it('or the login is refused, leaves nothing, and passes once another ended or ran out', async () => {
    const identity = crowded({ whenFull: 'refuse' })
    await enter(identity)
    identity.passes(500)
    await enter(identity)
    const refusal = await logIn(identity.deps)(ada)()
    expect(refusal).to.deep.include({ _tag: 'Left' })
    expect(refusal).to.have.nested.property('left.type', 'Conflict')
    expect(refusal).to.have.deep.nested.property('left.detail', { sessions: 2 })
    expect(identity.sessions()).to.have.length(2)
    expect(identity.tokens()).to.have.length(2)
    identity.passes(500)
    await enter(identity)
    await leave(identity, 102)
    await enter(identity)
  })

  it('any number where none is set', async () => {
    const identity = crowded({ most: null, whenFull: 'refuse' })
    for (let entered = 0; entered < 50; entered += 1) await enter(identity)
    expect(identity.sessions().filter(({ endedAt }) => endedAt === null)).to.have.length(50)
  })

  it('all that are too many end, when the number was lowered since', () => {
    const policy: SessionPolicy = { lifetime: 1, idle: 1, most: 2, whenFull: 'end_oldest' }
    const going = [1, 2, 3, 4].map(number => aSession({ id: sessionId(number), memberId: memberId(1) }))
    expect(giveWay(policy, going)?.map(({ id }) => id)).to.deep.equal([1, 2, 3])
    expect(giveWay({ ...policy, whenFull: 'refuse' }, going)).to.be.null
    expect(giveWay({ ...policy, most: 4 }, going)?.map(({ id }) => id)).to.deep.equal([1])
    expect(giveWay({ ...policy, most: 5, whenFull: 'refuse' }, going)).to.deep.equal([])
  })
})

describe('ending one of one’s sessions (AUT-2)', () => {
  const end = ({ deps }: Identity, member: number, session: number) =>
    endSession(deps)({ act: his, memberId: memberId(member), sessionId: sessionId(session) })()
  const nothing = (session: number) => E.left({ type: 'NotFound', resource: 'session', id: session })

  it('ends it, once, and no other', async () => {
    const identity = anIdentity()
    await enter(identity)
    await enter(identity)
    right(await end(identity, 1, 101))
    expect(identity.sessions().map(({ endedAt }) => endedAt !== null)).to.deep.equal([true, false])
    expect(await end(identity, 1, 101)).to.deep.equal(nothing(101))
  })

  it('of another there is none', async () => {
    const identity = anIdentity()
    await enter(identity)
    expect(await end(identity, 2, 101)).to.deep.equal(nothing(101))
    expect(await end(identity, 1, 999)).to.deep.equal(nothing(999))
    expect(identity.sessions()[0]?.endedAt).to.be.null
  })

  it('of one that ran out there is none', async () => {
    const identity = anIdentity()
    await enter(identity)
    identity.passes(1000)
    expect(await end(identity, 1, 101)).to.deep.equal(nothing(101))
  })
})

describe('the audit of sessions (AUT-9)', () => {
  it('is told of logins, of logouts and of sessions that were ended by hand, by whom and from where', async () => {
    const identity = anIdentity()
    for (let entered = 0; entered < 4; entered += 1) await enter(identity)
    await leave(identity, 101)
    right(await endSession(identity.deps)({ act: his, memberId: memberId(1), sessionId: sessionId(102) })())
    await leave(identity, 104, true)
    expect(told(identity)).to.deep.equal([
      ...[101, 102, 103, 104].map(number => ['session.started', number, 'member', { user_id: 1 }]),
      ['session.ended', 101, 'member', { user_id: 1, ending: 'logout' }],
      ['session.ended', 102, 'member', { user_id: 1, ending: 'by_hand' }],
      ['session.ended', 103, 'member', { user_id: 1, ending: 'logout_of_all' }],
      ['session.ended', 104, 'member', { user_id: 1, ending: 'logout_of_all' }],
    ])
    for (const { act, entry } of identity.audit()) {
      expect(act).to.deep.equal(his)
      expect(entry.at).to.be.null
    }
  })

  it('is told of reuse once, although the answer is no, and not who it was: that is not known', async () => {
    const identity = anIdentity()
    await enter(identity)
    right(await refresh(identity.deps, 'secret 1'))
    for (let again = 0; again < 2; again += 1)
      expect(await refresh(identity.deps, 'secret 1')).to.deep.equal(refused('revoked'))
    expect(told(identity).slice(1)).to.deep.equal([
      ['session.reused', 101, 'anonymous', { user_id: 1, ending: 'reuse' }],
    ])
    expect(identity.audit().at(-1)?.act).to.deep.equal(phone)
  })

  it('is told of no refresh that was good, nor of one that ended nothing', async () => {
    const identity = anIdentity()
    await enter(identity)
    right(await refresh(identity.deps, 'secret 1'))
    await refresh(identity.deps, 'guessed')
    identity.passes(1000)
    await refresh(identity.deps, 'secret 2')
    expect(told(identity)).to.have.length(1)
  })

  it('holds no token and no hash', async () => {
    const identity = anIdentity()
    const { accessToken } = await enter(identity)
    right(await refresh(identity.deps, 'secret 1'))
    await refresh(identity.deps, 'secret 1')
    const all = JSON.stringify(identity.audit())
    for (const secret of ['secret 1', 'secret 2', accessToken]) expect(all).not.to.include(secret)
  })
})

describe('a session that nobody refreshes (AUT-1, V7.3.1)', () => {
  it('runs out, and each refresh puts that off, but not beyond its life', async () => {
    const identity = anIdentity({ idle: 400 })
    const { refreshExpiresIn, accessToken } = await enter(identity)
    expect(refreshExpiresIn).to.equal(400)
    identity.passes(399)
    expect(right(await refresh(identity.deps, 'secret 1')).refreshExpiresIn).to.equal(400)
    expect(identity.sessions()[0]).to.include({
      lastUsedAt: identity.now(),
      createdAt: at('2026-03-10T10:00:00Z'),
      address: '198.51.100.9',
      userAgent: 'a phone',
    })
    identity.passes(399)
    expect(right(await refresh(identity.deps, 'secret 2')).refreshExpiresIn).to.equal(202)
    identity.passes(202)
    expect(await refresh(identity.deps, 'secret 3')).to.deep.equal(refused('expired'))
    expect(await authenticate(identity.deps)(accessToken)()).to.deep.equal(refused('revoked'))
  })

  it('has run out from that very instant', async () => {
    const identity = anIdentity({ idle: 400 })
    await enter(identity)
    identity.passes(400)
    expect(await refresh(identity.deps, 'secret 1')).to.deep.equal(refused('expired'))
  })
})

describe('a session', () => {
  const policy: SessionPolicy = { lifetime: 10, idle: 4, most: null, whenFull: 'refuse' }
  const origin = { address: null, userAgent: null }
  const session = {
    ...begun(policy, { id: sessionId(1), memberId: memberId(1), origin }, instant(0)),
    expiresAt: instant(1000),
  }
  it('is live until it runs out or is ended', () => {
    expect(isLive(session, instant(999))).to.be.true
    expect(isLive(session, instant(1000))).to.be.false
    expect(isLive({ ...session, endedAt: instant(5) }, instant(6))).to.be.false
  })

  for (const [at, until] of [
    [0, 4000],
    [3000, 7000],
    [6000, 10_000],
    [7000, 10_000],
    [9999, 10_000],
  ] as const)
    it(`that is refreshed after ${String(at)} ms goes on until ${String(until)}`, () => {
      expect(goneOn(policy, session, origin, instant(at)).expiresAt).to.equal(until)
    })
})

describe('a login in flight (AUT-7)', () => {
  /** Something changes after his password and code were looked at, before the session is opened. */
  const meanwhile = (identity: Identity, change: (identity: Identity) => void) => {
    const { queries, passwords } = identity.deps
    return logIn({
      ...identity.deps,
      queries: {
        ...queries,
        account: member =>
          pipe(
            queries.account(member),
            TE.tapIO(() => () => {
              change(identity)
            }),
          ),
      },
      // The same password has more than one hash.
      passwords: { ...passwords, verify: (password, hash) => TE.right(hash?.includes(password) === true) },
    })(ada)()
  }

  it('gets in where nothing has changed, or the same password was hashed anew', async () => {
    for (const hash of ['hash of right', 'another hash of right']) {
      const identity = anIdentity()
      right(await meanwhile(identity, ({ hashIs }) => hashIs(memberId(1), hash)))
      expect(identity.sessions()).to.have.length(1)
    }
  })

  for (const [name, change] of [
    ['another password', ({ hashIs }: Identity) => hashIs(memberId(1), 'hash of another')],
    ['a second factor', ({ enrolledMeanwhile }: Identity) => enrolledMeanwhile(memberId(1))],
    ['been deactivated', ({ deactivate }: Identity) => deactivate(memberId(1))],
    [
      'been deactivated and the same password hashed anew',
      ({ deactivate, hashIs }: Identity) => {
        deactivate(memberId(1))
        hashIs(memberId(1), 'another hash of right')
      },
    ],
  ] as const)
    it(`does not of somebody who has ${name} since`, async () => {
      const identity = anIdentity()
      expect(await meanwhile(identity, change)).to.deep.equal(invalid)
      expect(identity.sessions()).to.be.empty
    })
})
