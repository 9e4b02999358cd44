/** AUT-4: second factors, by rules and by use cases. */
import { expect } from 'chai'
import { actBy, anonymous, roles } from '../../../core/identity/actor.ts'
import type { Act } from '../../../core/identity/actor.ts'
import { isFresh, isUnused, mustEnrol, typedCode } from '../../../core/identity/second-factor.ts'
import type { SecondFactor } from '../../../core/identity/second-factor.ts'
import { authenticate } from '../../../core/identity/use-cases/authenticate.ts'
import {
  confirm,
  enrol,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
} from '../../../core/identity/use-cases/keep-second-factor.ts'
import { logIn } from '../../../core/identity/use-cases/log-in.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { notFound } from '../../../core/shared/refusal.ts'
import { actor, branchId, memberId, sessionId } from '../builders.ts'
import { anIdentity, stepAt } from './stand-ins.ts'

type Identity = ReturnType<typeof anIdentity>

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}
const refusal = (answer: Either<{ readonly type: string }, unknown>): string =>
  E.isLeft(answer) ? answer.left.type : 'none'

const ada = memberId(1)
const his: Act = {
  ...actBy({ kind: 'member', memberId: ada, role: 'librarian', branchId: branchId(5) }),
  address: '192.0.2.7',
}
const enter = (identity: Identity, otp: string | null = null, password = 'right') =>
  logIn(identity.deps)({ act: actBy(anonymous), userAgent: null, login: 'ada', password, otp })()
const own = (identity: Identity, session = 101) => ({
  act: his,
  account: identity.account(ada),
  sessionId: sessionId(session),
})
const codeOf = (identity: Identity, later = 0) => String(stepAt(identity.now()) + later)
const confirmed = (identity: Identity, otp = codeOf(identity)) =>
  confirm(identity.deps)({ ...own(identity), otp })()
/** Session 101, in which he enrolled. */
const enrolled = async (): Promise<Identity> => {
  const identity = anIdentity({ lifetime: 100_000, idle: 100_000 })
  right(await enter(identity))
  right(await enrol(identity.deps)(own(identity))())
  right(await confirmed(identity))
  return identity
}
const told = (identity: Identity) => identity.audit().map(({ entry: { action } }) => action)
const going = (identity: Identity) =>
  identity.sessions().flatMap(({ id, endedAt }) => (endedAt === null ? [id] : []))

describe('who must enrol (AUT-4)', () => {
  for (const role of roles)
    for (const secondFactor of [true, false])
      it(`${role}, ${secondFactor ? 'with' : 'without'}: ${role !== 'user' && !secondFactor ? 'yes' : 'no'}`, () => {
        expect(mustEnrol({ role, secondFactor })).to.equal(role !== 'user' && !secondFactor)
      })

  it('a member of the staff from his next request on, until he has', async () => {
    const identity = anIdentity()
    const { accessToken } = right(await enter(identity))
    const whoIs = async () => right(await authenticate(identity.deps)(accessToken)()).actor
    expect(await whoIs()).to.include({ mustEnrol: true })
    right(await enrol(identity.deps)(own(identity))())
    expect(await whoIs()).to.include({ mustEnrol: true })
    right(await confirmed(identity))
    expect(await whoIs()).to.include({ mustEnrol: false })
  })
})

describe('a code (AUT-4)', () => {
  const factor = (lastStep: number | null): SecondFactor => ({
    memberId: ada,
    sealedSecret: '',
    createdAt: instant(0),
    confirmedAt: instant(0),
    lastStep,
  })
  for (const [last, step, unused] of [
    [null, 0, true],
    [null, 7, true],
    [7, 6, false],
    [7, 7, false],
    [7, 8, true],
  ] as const)
    it(`of step ${step} after ${String(last)} is ${unused ? 'good' : 'used'}`, () => {
      expect(isUnused(factor(last), step)).to.equal(unused)
    })

  it('may be typed in groups and in small letters', () => {
    expect(typedCode(' 123 456 ')).to.equal('123456')
    expect(typedCode('abcd-EF23')).to.equal('ABCDEF23')
  })

  for (const [minutes, fresh] of [
    [0, true],
    [14, true],
    [15, false],
  ] as const)
    it(`is not needed ${minutes} minutes after the login to take it off: ${String(fresh)}`, () => {
      expect(isFresh({ createdAt: instant(0) }, instant(minutes * 60_000))).to.equal(fresh)
    })
})

describe('a login with a second factor (AUT-4)', () => {
  it('is refused for the password first, whatever the code', async () => {
    const identity = await enrolled()
    identity.passes(60)
    for (const otp of [null, codeOf(identity), '000000'])
      expect(refusal(await enter(identity, otp, 'wrong'))).to.equal('InvalidCredentials')
    expect(refusal(await enter(identity, codeOf(identity)))).to.equal('none')
  })

  it('asks for a code, and takes none that is wrong', async () => {
    const identity = await enrolled()
    identity.passes(60)
    expect(refusal(await enter(identity))).to.equal('MfaRequired')
    for (const otp of ['000000', codeOf(identity, -2), codeOf(identity, 2), 'CODE-3'])
      expect(refusal(await enter(identity, otp)), otp).to.equal('MfaInvalid')
    right(await enter(identity, 'CODE-1'))
    for (const otp of ['', 'CODE', ' '])
      expect(refusal(await enter(identity, otp)), otp).to.equal('MfaInvalid')
    expect(going(identity)).to.deep.equal([101, 102])
  })

  for (const later of [-1, 0, 1])
    it(`takes the code of the step ${later} beside now, once`, async () => {
      const identity = await enrolled()
      identity.passes(300)
      const code = codeOf(identity, later)
      expect(refusal(await enter(identity, code))).to.equal('none')
      expect(refusal(await enter(identity, code))).to.equal('MfaInvalid')
    })

  it('takes no code of a step before the last one', async () => {
    const identity = await enrolled()
    identity.passes(300)
    expect(refusal(await enter(identity, codeOf(identity, 1)))).to.equal('none')
    for (const later of [-1, 0, 1])
      expect(refusal(await enter(identity, codeOf(identity, later)))).to.equal('MfaInvalid')
    identity.passes(60)
    expect(refusal(await enter(identity, codeOf(identity)))).to.equal('none')
  })

  it('takes no second time the code that confirmed it', async () => {
    const identity = await enrolled()
    expect(refusal(await enter(identity, codeOf(identity)))).to.equal('MfaInvalid')
  })

  it('takes a recovery code instead, once, and its owner is told how many are left', async () => {
    const identity = await enrolled()
    expect(refusal(await enter(identity, 'code 1'))).to.equal('none')
    expect(refusal(await enter(identity, 'CODE-1'))).to.equal('MfaInvalid')
    expect(identity.events().at(-1)).to.deep.include({
      type: 'RecoveryCodeUsed',
      aggregate: 'member',
      aggregateId: 1,
      payload: { memberId: 1, left: 1 },
    })
    const [used] = identity.audit().filter(({ entry }) => entry.action === 'user.recovery_code_used')
    expect(used?.act.actor).to.include({ kind: 'member', memberId: 1 })
    expect(used?.entry).to.deep.include({ target: { type: 'user', id: 1 }, after: { left: 1 } })
    expect(JSON.stringify(identity.audit())).not.to.contain('CODE1')
  })

  it('ignores a code where none is in force, or only begun', async () => {
    const identity = anIdentity()
    expect(refusal(await enter(identity, '000000'))).to.equal('none')
    right(await enrol(identity.deps)(own(identity))())
    expect(refusal(await enter(identity, '000000'))).to.equal('none')
    expect(refusal(await enter(identity))).to.equal('none')
  })
})

describe('enrolling (AUT-4)', () => {
  it('gives a secret that is kept sealed, and not in force until a code of it was shown', async () => {
    const identity = anIdentity()
    right(await enter(identity))
    expect(right(await enrol(identity.deps)(own(identity))())).to.deep.equal({
      secret: 'A SECRET',
      address: 'address of A SECRET for member-1',
    })
    expect(identity.factors()).to.deep.equal([
      {
        memberId: 1,
        sealedSecret: 'A SECRET of 1',
        createdAt: identity.now(),
        confirmedAt: null,
        lastStep: null,
      },
    ])
    expect(refusal(await confirmed(identity, '000000'))).to.equal('MfaInvalid')
    expect(identity.account(ada).secondFactor).to.be.false
    expect(right(await confirmed(identity))).to.deep.equal(['CODE-1', 'CODE-2'])
    expect(identity.account(ada).secondFactor).to.be.true
    expect(identity.recoveryHashes()).to.deep.equal(['#CODE1', '#CODE2'])
    expect(identity.events()).to.deep.equal([
      {
        type: 'SecondFactorEnrolled',
        version: 1,
        aggregate: 'member',
        aggregateId: 1,
        occurredAt: identity.now(),
        payload: { memberId: 1, recoveryCodes: 2 },
      },
    ])
    expect(told(identity)).to.deep.equal(['session.started', 'user.mfa_begun', 'user.mfa_enrolled'])
    expect(JSON.stringify(identity.audit())).not.to.match(/SECRET|CODE/)
  })

  it('ends every other session, not the one in which it was done', async () => {
    const identity = anIdentity()
    for (let session = 0; session < 3; session += 1) right(await enter(identity))
    right(await enrol(identity.deps)(own(identity, 102))())
    right(await confirm(identity.deps)({ ...own(identity, 102), otp: codeOf(identity) })())
    expect(going(identity)).to.deep.equal([102])
    expect(identity.audit().at(-1)?.entry.after).to.deep.equal({ ending: 'mfa_changed' })
  })

  it('needs a login of the last quarter of an hour', async () => {
    const identity = anIdentity({ lifetime: 10_000, idle: 10_000 })
    right(await enter(identity))
    identity.passes(15 * 60)
    expect(refusal(await enrol(identity.deps)(own(identity))())).to.equal('LoginTooOld')
    right(await enter(identity))
    expect(refusal(await enrol(identity.deps)(own(identity))())).to.equal('LoginTooOld')
    expect(refusal(await enrol(identity.deps)(own(identity, 102))())).to.equal('none')
    expect(identity.factors()).to.have.length(1)
  })

  it('again takes the place of what was begun, and not of what is in force', async () => {
    const identity = anIdentity()
    right(await enter(identity))
    expect(refusal(await confirmed(identity))).to.equal('Conflict')
    for (let time = 0; time < 2; time += 1) right(await enrol(identity.deps)(own(identity))())
    right(await confirmed(identity))
    const [factor] = identity.factors()
    identity.passes(60)
    expect(refusal(await enrol(identity.deps)(own(identity))())).to.equal('Conflict')
    expect(refusal(await confirmed(identity))).to.equal('Conflict')
    expect(identity.factors()).to.deep.equal([factor])
  })
})

describe('guesses at a code (AUT-4, AUT-7)', () => {
  const failures = (identity: Identity) => Object.values(identity.accounts())[0]?.failures ?? 0

  it('count as wrong passwords do; a code that is missing is none', async () => {
    const identity = await enrolled()
    expect(refusal(await enter(identity))).to.equal('MfaRequired')
    expect(failures(identity)).to.equal(0)
    for (let guess = 1; guess <= 5; guess += 1) {
      expect(refusal(await enter(identity, '000000'))).to.equal('MfaInvalid')
      expect(failures(identity)).to.equal(guess)
    }
    expect(refusal(await enter(identity))).to.equal('AccountIsLocked')
    identity.passes(60)
    expect(refusal(await enter(identity, codeOf(identity)))).to.equal('none')
    expect(failures(identity)).to.equal(0)
  })

  it('count in a session, too, and what is locked changes nothing', async () => {
    const identity = await enrolled()
    const renew = (otp: string) => renewRecoveryCodes(identity.deps)({ ...own(identity), otp })()
    const remove = (otp: string) => removeSecondFactor(identity.deps)({ ...own(identity), otp })()
    for (const guess of [renew, remove, renew, remove, remove])
      expect(refusal(await guess('000000'))).to.equal('MfaInvalid')
    identity.passes(29)
    expect(refusal(await remove(codeOf(identity, 1)))).to.equal('AccountIsLocked')
    expect(identity.factors()).to.have.length(1)
  })
})

describe('while it is locked (AUT-4, AUT-7)', () => {
  const guessed = async (identity: Identity) => {
    for (let guess = 0; guess < 5; guess += 1)
      expect(refusal(await enter(identity, null, 'wrong'))).to.equal('InvalidCredentials')
  }

  it('the right password is answered alike with any code, and none is spent', async () => {
    const identity = await enrolled()
    identity.passes(60)
    await guessed(identity)
    for (const otp of [null, '000000', 'CODE-1', codeOf(identity), codeOf(identity)])
      expect(refusal(await enter(identity, otp)), String(otp)).to.equal('AccountIsLocked')
    expect(identity.recoveryHashes()).to.have.length(2)
    expect(identity.events().map(({ type }) => type)).not.to.include('RecoveryCodeUsed')
    identity.passes(30)
    for (const otp of ['CODE-1', codeOf(identity)])
      expect(refusal(await enter(identity, otp))).to.equal('none')
  })

  it('a code is asked for anew where the lock went while the password was looked at', async () => {
    const identity = await enrolled()
    identity.passes(60)
    await guessed(identity)
    const kept = identity.deps.passwords
    const passwords = {
      ...kept,
      verify: (password: string, hash: string | null) => {
        identity.passes(30)
        return kept.verify(password, hash)
      },
    }
    const late = await logIn({ ...identity.deps, passwords })({
      act: actBy(anonymous),
      userAgent: null,
      login: 'ada',
      password: 'right',
      otp: 'CODE-1',
    })()
    expect(refusal(late)).to.equal('MfaRequired')
    expect(refusal(await enter(identity, 'CODE-1'))).to.equal('none')
  })

  it('no code of a session is looked at', async () => {
    const identity = await enrolled()
    const renew = (otp: string) => renewRecoveryCodes(identity.deps)({ ...own(identity), otp })()
    for (let guess = 0; guess < 5; guess += 1) expect(refusal(await renew('000000'))).to.equal('MfaInvalid')
    for (const otp of ['CODE-1', '000000', 'CODE-1'])
      expect(refusal(await renew(otp))).to.equal('AccountIsLocked')
    expect(identity.recoveryHashes()).to.have.length(2)
    identity.passes(30)
    expect(refusal(await renew('CODE-1'))).to.equal('none')
  })
})

describe('new recovery codes (AUT-4)', () => {
  it('need a code, and those of before are good no more', async () => {
    const identity = await enrolled()
    right(await enter(identity, 'CODE-1'))
    const renew = (otp: string) => renewRecoveryCodes(identity.deps)({ ...own(identity, 102), otp })()
    expect(refusal(await renew('CODE-1'))).to.equal('MfaInvalid')
    expect(refusal(await renew(codeOf(identity)))).to.equal('MfaInvalid')
    identity.passes(60)
    expect(right(await renew(codeOf(identity)))).to.deep.equal(['CODE-1', 'CODE-2'])
    expect(identity.recoveryHashes()).to.have.length(2)
    expect(identity.events().at(-1)?.type).to.equal('RecoveryCodesRenewed')
    expect(told(identity).slice(-2)).to.deep.equal(['user.recovery_codes_renewed', 'session.ended'])
    expect(going(identity)).to.deep.equal([102])
  })

  it('are for who has a second factor in force', async () => {
    const identity = anIdentity()
    right(await enter(identity))
    const renew = () => renewRecoveryCodes(identity.deps)({ ...own(identity), otp: codeOf(identity) })()
    expect(refusal(await renew())).to.equal('Conflict')
    right(await enrol(identity.deps)(own(identity))())
    expect(refusal(await renew())).to.equal('Conflict')
  })
})

describe('taking it off (AUT-4)', () => {
  const remove = (identity: Identity, otp: string | null, session = 101) =>
    removeSecondFactor(identity.deps)({ ...own(identity, session), otp })()

  it('takes a code, or a login of just now', async () => {
    for (const how of ['code', 'recovery', 'login'] as const) {
      const identity = await enrolled()
      identity.passes(3600)
      expect(refusal(await remove(identity, null)), how).to.equal('MfaRequired')
      expect(refusal(await remove(identity, '000000')), how).to.equal('MfaInvalid')
      expect(identity.account(ada).secondFactor).to.be.true
      if (how === 'login') {
        right(await enter(identity, codeOf(identity)))
        right(await remove(identity, null, 102))
      } else right(await remove(identity, how === 'code' ? codeOf(identity) : 'CODE-2'))
      expect(identity.factors(), how).to.be.empty
      expect(identity.recoveryHashes(), how).to.be.empty
      expect(going(identity), how).to.deep.equal([how === 'login' ? 102 : 101])
      expect(identity.events().at(-1)).to.deep.include({
        type: 'SecondFactorRemoved',
        payload: { memberId: 1, byHimself: true },
      })
      expect(told(identity)).to.include('user.mfa_removed')
    }
  })

  it('forgets what was only begun, and tells nobody', async () => {
    const identity = anIdentity()
    right(await enter(identity))
    expect(refusal(await remove(identity, null))).to.equal('Conflict')
    right(await enrol(identity.deps)(own(identity))())
    right(await remove(identity, null))
    expect(identity.factors()).to.be.empty
    expect(identity.events()).to.be.empty
  })
})

describe('taking off what another has lost (AUT-4)', () => {
  const admin = { ...actBy(actor('admin', { memberId: memberId(9) })) }
  const reset = (identity: Identity, act: Act, member = ada) => {
    const { work, clock } = identity.deps
    const account = (id: typeof ada) =>
      id === ada ? TE.right(identity.account(id)) : TE.left(notFound('user', id))
    return resetSecondFactor({ work, queries: { account }, clock })({ act, memberId: member })()
  }

  it('ends all his sessions, and he is told by whom', async () => {
    const identity = await enrolled()
    right(await reset(identity, admin))
    expect(identity.factors()).to.be.empty
    expect(going(identity)).to.be.empty
    expect(identity.events().at(-1)?.payload).to.deep.equal({ memberId: 1, byHimself: false })
    const [removed] = identity.audit().filter(({ entry }) => entry.action === 'user.mfa_removed')
    expect(removed).to.deep.nested.include({
      'act.actor': admin.actor,
      'entry.target': { type: 'user', id: 1 },
    })
    expect(refusal(await reset(identity, admin))).to.equal('Conflict')
  })

  for (const role of roles)
    it(`${role} may${role === 'admin' ? '' : ' not'}`, async () => {
      const identity = await enrolled()
      expect(refusal(await reset(identity, actBy(actor(role, { memberId: memberId(9) }))))).to.equal(
        role === 'admin' ? 'none' : 'PermissionDenied',
      )
    })

  it('is no way round one’s own, nor for an admin who has none himself', async () => {
    const identity = await enrolled()
    expect(refusal(await reset(identity, actBy(actor('admin', { memberId: ada }))))).to.equal(
      'PermissionDenied',
    )
    const bare = actBy(actor('admin', { memberId: memberId(9), mustEnrol: true }))
    expect(refusal(await reset(identity, bare))).to.equal('PermissionDenied')
    expect(refusal(await reset(identity, admin, memberId(77)))).to.equal('NotFound')
    expect(identity.factors()).to.have.length(1)
  })
})
