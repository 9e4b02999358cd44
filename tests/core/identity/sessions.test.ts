import { expect } from 'chai'
import { isLive } from '../../../core/identity/session.ts'
import { authenticate } from '../../../core/identity/use-cases/authenticate.ts'
import { logIn } from '../../../core/identity/use-cases/log-in.ts'
import type { TokenPair } from '../../../core/identity/use-cases/log-in.ts'
import { logOut } from '../../../core/identity/use-cases/log-out.ts'
import { refreshSession } from '../../../core/identity/use-cases/refresh-session.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { storeFailure } from '../../../core/shared/unit-of-work.ts'
import type { UnitOfWork } from '../../../core/shared/unit-of-work.ts'
import type { IdentityStores } from '../../../core/identity/ports.ts'
import { at, memberId, sessionId } from '../builders.ts'
import { anIdentity } from './stand-ins.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const refused = (reason: 'malformed' | 'expired' | 'revoked') => E.left({ type: 'TokenRefused', reason })
const invalid = E.left({ type: 'InvalidCredentials' })
const down = E.left(storeFailure('unavailable', 'down'))
const broken: UnitOfWork<IdentityStores> = { run: () => TE.fromEither(down) }

const enter = async (identity: ReturnType<typeof anIdentity>): Promise<TokenPair> =>
  right(await logIn(identity.deps)({ login: 'ada', password: 'right' })())

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
      { id: 101, memberId: 1, createdAt: now, expiresAt: now + 1_000_000, endedAt: null },
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
      expect(await logIn(identity.deps)({ login, password })()).to.deep.equal(invalid)
      expect(identity.verified).to.deep.equal([[password, hash]])
      expect(identity.sessions()).to.be.empty
    })
  }

  it('is no success when the session cannot be kept', async () => {
    const { deps } = anIdentity()
    const answer = await logIn({ ...deps, work: broken })({ login: 'ada', password: 'right' })()
    expect(answer).to.deep.equal(down)
  })

  it('hashes nothing inside the unit of work', async () => {
    const { deps, verified } = anIdentity()
    await logIn({ ...deps, work: broken })({ login: 'ada', password: 'right' })()
    expect(verified).to.have.length(1)
  })
})

describe('refreshing (AUT-1)', () => {
  it('gives new tokens for what is left of the session, and spends the old one', async () => {
    const identity = anIdentity()
    await enter(identity)
    identity.passes(400.5)
    const next = right(await refreshSession(identity.deps)('secret 1')())
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
      right(await refreshSession(identity.deps)(secret)())
    }
    identity.passes(100)
    expect(await refreshSession(identity.deps)('secret 4')()).to.deep.equal(refused('expired'))
  })

  it('a spent token ends the session, although the answer is no: its last token is dead too', async () => {
    const identity = anIdentity()
    const { accessToken } = await enter(identity)
    right(await refreshSession(identity.deps)('secret 1')())
    identity.passes(10)
    expect(await refreshSession(identity.deps)('secret 1')()).to.deep.equal(refused('revoked'))
    expect(identity.sessions()[0]?.endedAt).to.equal(identity.now())
    expect(await refreshSession(identity.deps)('secret 2')()).to.deep.equal(refused('revoked'))
    expect(await authenticate(identity.deps)(accessToken)()).to.deep.equal(refused('revoked'))
  })

  it('a spent token ends only its own session', async () => {
    const identity = anIdentity()
    await enter(identity)
    await enter(identity)
    right(await refreshSession(identity.deps)('secret 1')())
    await refreshSession(identity.deps)('secret 1')()
    expect(identity.sessions().map(({ endedAt }) => endedAt !== null)).to.deep.equal([true, false])
    right(await refreshSession(identity.deps)('secret 2')())
  })

  it('a token that was never given is malformed, and ends nothing', async () => {
    const identity = anIdentity()
    await enter(identity)
    expect(await refreshSession(identity.deps)('guessed')()).to.deep.equal(refused('malformed'))
    expect(identity.sessions()[0]?.endedAt).to.be.null
  })

  it('a session that ran out has expired, from that very instant', async () => {
    const identity = anIdentity()
    await enter(identity)
    identity.passes(1000)
    expect(await refreshSession(identity.deps)('secret 1')()).to.deep.equal(refused('expired'))
    expect(identity.tokens()).to.have.length(1)
  })

  it('a session that was ended is revoked', async () => {
    const identity = anIdentity()
    await enter(identity)
    await logOut(identity.deps)({ sessionId: sessionId(101), memberId: memberId(1), all: false })()
    expect(await refreshSession(identity.deps)('secret 1')()).to.deep.equal(refused('revoked'))
  })

  it('a member who was deactivated since is not let in again', async () => {
    const identity = anIdentity()
    await enter(identity)
    identity.deactivate(memberId(1))
    expect(await refreshSession(identity.deps)('secret 1')()).to.deep.equal(refused('revoked'))
  })

  it('is no success when it cannot be kept', async () => {
    const { deps } = anIdentity()
    expect(await refreshSession({ ...deps, work: broken })('secret 1')()).to.deep.equal(down)
  })
})

describe('every request (AUT-1)', () => {
  it('is made by the member of the session, with the role and the desk he has now', async () => {
    const identity = anIdentity()
    const { accessToken } = await enter(identity)
    const found = right(await authenticate(identity.deps)(accessToken)())
    expect(found.actor).to.deep.equal({ kind: 'member', memberId: 1, role: 'librarian', branchId: 5 })
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
    right(await logOut(identity.deps)({ sessionId: sessionId(101), memberId: memberId(1), all: false })())
    expect(ended(identity)).to.deep.equal([true, false])
    expect(await authenticate(identity.deps)('token 1 101')()).to.deep.equal(refused('revoked'))
    right(await authenticate(identity.deps)(accessToken)())
  })

  it('ends all of them, and leaves those that had ended as they were', async () => {
    const identity = anIdentity()
    for (let entered = 0; entered < 3; entered += 1) await enter(identity)
    const first = identity.now()
    await logOut(identity.deps)({ sessionId: sessionId(101), memberId: memberId(1), all: false })()
    identity.passes(60)
    await logOut(identity.deps)({ sessionId: sessionId(102), memberId: memberId(1), all: true })()
    const now = identity.now()
    expect(identity.sessions().map(({ endedAt }) => endedAt)).to.deep.equal([first, now, now])
  })
})

describe('a session', () => {
  const session = {
    id: sessionId(1),
    memberId: memberId(1),
    createdAt: instant(0),
    expiresAt: instant(1000),
    endedAt: null,
  }
  it('is live until it runs out or is ended', () => {
    expect(isLive(session, instant(999))).to.be.true
    expect(isLive(session, instant(1000))).to.be.false
    expect(isLive({ ...session, endedAt: instant(5) }, instant(6))).to.be.false
  })
})
