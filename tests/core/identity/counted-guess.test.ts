import { expect } from 'chai'
import { actBy, anonymous } from '../../../core/identity/actor.ts'
import type { Act } from '../../../core/identity/actor.ts'
import { countedGuess } from '../../../core/identity/counted-guess.ts'
import { logIn } from '../../../core/identity/use-cases/log-in.ts'
import { unlockAccount } from '../../../core/identity/use-cases/unlock-account.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { branchId, memberId } from '../builders.ts'
import { anIdentity } from './stand-ins.ts'

type Identity = ReturnType<typeof anIdentity>

const from = (address: string): Act => ({ ...actBy(anonymous), address, requestId: 'request 1' })

const attempt = (identity: Identity, password: string, login = 'ada', address = '192.0.2.7') =>
  logIn(identity.deps)({ act: from(address), login, password, otp: null, userAgent: null })()

/** What came of it, in a word or two. */
const word = (answer: Awaited<ReturnType<typeof attempt>>): string =>
  E.isRight(answer)
    ? 'in'
    : `${answer.left.type}${'retryAfterSeconds' in answer.left ? ` ${answer.left.retryAfterSeconds}` : ''}`

const tried = async (identity: Identity, password: string, login?: string, address?: string) =>
  word(await attempt(identity, password, login, address))

const fail = async (identity: Identity, times: number, login = 'ada'): Promise<void> => {
  for (let guess = 0; guess < times; guess += 1)
    expect(await tried(identity, `guess ${guess}`, login)).to.equal('InvalidCredentials')
}

const told = (identity: Identity) =>
  identity
    .audit()
    .map(({ entry: { action, target, after, outcome } }) => [
      action,
      target.id,
      after?.['reason'] ?? after?.['failures'] ?? null,
      outcome ?? 'done',
    ])

describe('wrong guesses at an account (AUT-7)', () => {
  it('the fifth locks it: the wrong password is refused as ever, the right one waits', async () => {
    const identity = anIdentity()
    await fail(identity, 4)
    expect(await tried(identity, 'right')).to.equal('in')
    await fail(identity, 5)
    identity.passes(0.5)
    expect(await tried(identity, 'right')).to.equal('AccountIsLocked 30')
    expect(await tried(identity, 'wrong')).to.equal('InvalidCredentials')
    identity.passes(29)
    expect(await tried(identity, 'right')).to.equal('AccountIsLocked 1')
    identity.passes(0.5)
    expect(await tried(identity, 'right')).to.equal('in')
    expect(identity.accounts()).to.be.empty
  })

  it('the right password while it is locked opens nothing and forgets nothing', async () => {
    const identity = anIdentity()
    await fail(identity, 5)
    await tried(identity, 'right')
    expect(identity.accounts()['user 1']?.failures).to.equal(5)
    expect(identity.sessions()).to.be.empty
    identity.passes(30)
    expect(await tried(identity, 'wrong')).to.equal('InvalidCredentials')
    expect(await tried(identity, 'right')).to.equal('AccountIsLocked 60')
  })

  it('a guess while it is locked costs as much, and makes no lock longer', async () => {
    const identity = anIdentity()
    await fail(identity, 5)
    const [before, verified] = [identity.accounts(), identity.verified.length]
    await fail(identity, 20)
    expect(identity.accounts()).to.deep.equal(before)
    expect(identity.verified.length - verified).to.equal(20)
  })

  it('a name that is nobody’s, a member without a password and one who is deactivated are answered alike', async () => {
    for (const login of ['mallory', 'bob', 'eve', 'constructor']) {
      const identity = anIdentity()
      await fail(identity, 7, login)
      expect(await tried(identity, 'right', login)).to.equal('InvalidCredentials')
      expect(identity.verified).to.have.length(8)
    }
  })

  it('of many that come at once no more than five are looked at in earnest', async () => {
    const identity = anIdentity()
    const passwords = Array.from({ length: 40 }, (_, index) => (index === 20 ? 'right' : `guess ${index}`))
    const words = await Promise.all(passwords.map(password => tried(identity, password)))
    expect(words.filter(each => each === 'in')).to.be.empty
    expect(words[20]).to.equal('AccountIsLocked 30')
    expect(identity.accounts()['user 1']?.failures).to.equal(5)
  })

  it('a right one that overtakes the wrong ones before it is none of the five', async () => {
    const identity = anIdentity()
    const passwords = {
      ...identity.deps.passwords,
      verify: (password: string) => async () => {
        if (password !== 'right') await new Promise(resolve => setTimeout(resolve, 50))
        return E.right(password === 'right')
      },
    }
    const guess = (password: string) =>
      logIn({ ...identity.deps, passwords })({
        act: from('192.0.2.7'),
        login: 'ada',
        password,
        otp: null,
        userAgent: null,
      })()
    const [last] = (await Promise.all(['1', '2', '3', '4', '5', 'right'].map(guess))).slice(-1)
    expect(last).to.deep.equal(E.left({ type: 'AccountIsLocked', retryAfterSeconds: 30 }))
  })

  it('many right ones at once all get in', async () => {
    const identity = anIdentity()
    const words = await Promise.all(Array.from({ length: 40 }, () => tried(identity, 'right')))
    expect(new Set(words)).to.deep.equal(new Set(['in']))
    expect(identity.accounts()).to.be.empty
    expect(identity.addresses()).to.deep.equal({ '192.0.2.7': [] })
  })
})

describe('wrong guesses from an address (AUT-7)', () => {
  it('after a hundred nobody looks at the next, for any name', async () => {
    const identity = anIdentity()
    for (let guess = 0; guess < 100; guess += 1)
      await tried(identity, 'wrong', `nobody-${guess}`, guess % 2 === 0 ? '2001:db8::1' : '2001:db8::2')
    const looked = identity.verified.length
    expect(await tried(identity, 'right', 'ada', '2001:db8::3')).to.equal('TooManyFailures 900')
    expect(await tried(identity, 'wrong', 'mallory', '2001:db8::3')).to.equal('TooManyFailures 900')
    expect(identity.verified).to.have.length(looked)
    expect(await tried(identity, 'right', 'ada', '2001:db8:0:1::1')).to.equal('in')
    identity.passes(900)
    expect(await tried(identity, 'right', 'ada', '2001:db8::3')).to.equal('in')
  })

  it('one’s own account does not wash an address clean, and a login that succeeds counts for nothing', async () => {
    const identity = anIdentity()
    for (let guess = 0; guess < 99; guess += 1) {
      await tried(identity, 'wrong', `nobody-${guess}`)
      expect(await tried(identity, 'right')).to.equal('in')
    }
    expect(await tried(identity, 'wrong', 'mallory')).to.equal('InvalidCredentials')
    expect(await tried(identity, 'right')).to.equal('TooManyFailures 900')
  })

  it('is not asked of what comes from no address', async () => {
    const identity = anIdentity()
    const answer = await logIn(identity.deps)({
      act: actBy(anonymous),
      login: 'ada',
      password: 'right',
      otp: null,
      userAgent: null,
    })()
    expect(E.isRight(answer)).to.be.true
    expect(identity.addresses()).to.be.empty
  })
})

describe('what is told of wrong guesses (AUT-9)', () => {
  it('a row for each that failed, one for the lock, none of them with what was typed', async () => {
    const identity = anIdentity()
    await fail(identity, 5)
    await tried(identity, 'right')
    await fail(identity, 1, 'my-password-by-mistake')
    const wrong = ['session.refused', 1, 'wrong', 'failed']
    expect(told(identity)).to.deep.equal([
      ...Array.from({ length: 5 }, () => wrong),
      ['user.locked', 1, 5, 'done'],
      ['session.refused', 1, 'locked', 'failed'],
      ['session.refused', null, 'wrong', 'failed'],
    ])
    const [row] = identity.audit()
    expect(row?.act).to.deep.include({ address: '192.0.2.7', requestId: 'request 1' })
    expect(JSON.stringify(identity.audit())).not.to.match(/guess|my-password|ada/)
  })

  it('the lock of a name that is nobody’s has its row, and nobody is told', async () => {
    const identity = anIdentity()
    await fail(identity, 5, 'mallory')
    expect(told(identity).at(-1)).to.deep.equal(['user.locked', null, 5, 'done'])
    expect(identity.events()).to.be.empty
  })

  it('the member is told of each lock that is longer than the one before', async () => {
    const identity = anIdentity()
    await fail(identity, 5)
    for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
      identity.passes(seconds)
      await fail(identity, 1)
    }
    expect(
      identity.events().map(event => event.type === 'AccountLocked' && event.payload.failures),
    ).to.deep.equal([5, 6, 7, 8, 9, 10])
    expect(identity.events()[0]).to.deep.include({ type: 'AccountLocked', aggregateId: 1 })
  })

  it('nobody is told of a lock that a right password was about to set', async () => {
    const identity = anIdentity()
    await fail(identity, 4)
    expect(await tried(identity, 'right')).to.equal('in')
    expect(identity.events()).to.be.empty
    expect(told(identity).map(([action]) => action)).not.to.include('user.locked')
  })

  it('an address that has to wait has a row when the count says so', async () => {
    const identity = anIdentity()
    const { lockout } = identity.deps
    const counts = [1, null]
    const deps = { ...identity.deps, lockout: { ...lockout, countSentAway: () => counts.shift() ?? null } }
    for (let guess = 0; guess < 103; guess += 1)
      await logIn(deps)({ act: from('192.0.2.7'), login: 'x', password: 'y', otp: null, userAgent: null })()
    expect(told(identity).filter(([, , reason]) => reason === 'too_many')).to.deep.equal([
      ['session.refused', null, 'too_many', 'failed'],
    ])
  })
})

describe('a guess that tells nothing', () => {
  it('is taken back, from the account and from the address', async () => {
    const identity = anIdentity()
    const guess = { act: from('192.0.2.7'), memberId: memberId(1), login: 'ada', isWrong: () => false }
    for (let times = 0; times < 9; times += 1) {
      const answer = await countedGuess(identity.deps.lockout)(guess, () => TE.left('a code is needed'))()
      expect(answer).to.deep.equal(E.left('a code is needed'))
    }
    expect([identity.accounts(), identity.addresses()]).to.deep.equal([{}, { '192.0.2.7': [] }])
    await fail(identity, 5)
    const locked = await countedGuess(identity.deps.lockout)(guess, () => TE.left('a code is needed'))()
    expect(locked).to.deep.equal(E.left({ type: 'AccountIsLocked', retryAfterSeconds: 30 }))
  })
})

describe('unlocking (AUT-7)', () => {
  const acting = (role: 'user' | 'librarian' | 'admin'): Act =>
    actBy({ kind: 'member', memberId: memberId(9), role, branchId: branchId(5) })

  /** Ada is of the staff: everybody is, here. */
  const unlock = (identity: Identity, role: 'user' | 'librarian' | 'admin') =>
    unlockAccount(identity.deps)({ act: acting(role), memberId: memberId(1) })()

  it('lets in at once, has a row of what was so, and does nothing a second time', async () => {
    const identity = anIdentity()
    await fail(identity, 6)
    expect(await unlock(identity, 'admin')).to.deep.equal(E.right(undefined))
    expect(identity.audit().at(-1)?.entry).to.deep.include({
      action: 'user.unlocked',
      before: { failures: 5, locked_until: '2026-03-10T10:00:30.000Z' },
      after: { reason: 'by_staff' },
    })
    const rows = identity.audit().length
    expect(await unlock(identity, 'admin')).to.deep.equal(E.right(undefined))
    expect(identity.audit()).to.have.length(rows)
    expect(await tried(identity, 'right')).to.equal('in')
  })

  it('one of the staff is unlocked by those who give desks alone', async () => {
    const identity = anIdentity()
    await fail(identity, 5)
    for (const [role, permission] of [
      ['user', 'member:unlock'],
      ['librarian', 'staff:write'],
    ] as const)
      expect(await unlock(identity, role)).to.deep.equal(E.left({ type: 'PermissionDenied', permission }))
    expect(await tried(identity, 'right')).to.equal('AccountIsLocked 30')
  })
})
