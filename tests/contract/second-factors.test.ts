/** AUT-4: second factors as every storage keeps them. */
import { expect } from 'chai'
import { actBy, anonymous, system } from '../../core/identity/actor.ts'
import type { IdentityEvent } from '../../core/identity/events.ts'
import { belonging, passSecondFactor } from '../../core/identity/pass-second-factor.ts'
import type { SecondFactor } from '../../core/identity/second-factor.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aSession, noon } from '../support/builders.ts'
import { enrolled, otpAt, otpSecret, secondFactor } from '../support/second-factor.ts'
import { addMember, done, left, right } from '../support/world.ts'

const aFactor = (memberId: MemberId, some: Partial<SecondFactor> = {}): SecondFactor => ({
  memberId,
  sealedSecret: 'f1.key.nonce.sealed',
  createdAt: noon,
  confirmedAt: null,
  lastStep: null,
  ...some,
})

const find = (library: OpenLibrary, memberId: MemberId) =>
  done(library, ({ secondFactors }) => secondFactors.get(memberId))
const save = (library: OpenLibrary, factor: SecondFactor) =>
  done(library, ({ secondFactors }) => secondFactors.save(factor))
const give = (library: OpenLibrary, memberId: MemberId, ...hashes: string[]) =>
  done(library, ({ secondFactors }) => secondFactors.giveCodes(memberId, hashes))
const spend = (library: OpenLibrary, memberId: MemberId, ...hashes: string[]) =>
  done(library, ({ secondFactors }) => secondFactors.spendCode(memberId, hashes))
const codesLeft = (library: OpenLibrary, memberId: MemberId) =>
  done(library, ({ secondFactors }) => secondFactors.codesLeft(memberId))

/** As at a login, after the password. */
const pass = async (library: OpenLibrary, memberId: MemberId, otp: string, now = noon) => {
  const account = await right(library.queries.identity.account(memberId))
  return passSecondFactor({ work: library.work, secondFactor, clock: { now: () => now } })({
    account,
    act: actBy(anonymous),
    otp,
  })()
}

/** How many of so many at once get in with the same code. */
const atOnce = async (library: OpenLibrary, memberId: MemberId, otp: string): Promise<number> =>
  (await Promise.all(Array.from({ length: 8 }, () => pass(library, memberId, otp)))).filter(E.isRight).length

onEveryBackend('second factors', opened => {
  it('are kept as they are, one of each member', async () => {
    const { library } = opened
    const [ada, bea] = [(await addMember(library)).id, (await addMember(library)).id]
    expect(await find(library, ada)).to.be.null
    await save(library, aFactor(ada))
    expect(await find(library, ada)).to.deep.equal(aFactor(ada))
    const changed = aFactor(ada, {
      sealedSecret: 'f1.key.nonce.other',
      createdAt: instant(noon + 1),
      confirmedAt: instant(noon + 2),
      lastStep: 59_000_000,
    })
    await save(library, changed)
    expect(await find(library, ada)).to.deep.equal(changed)
    expect(await find(library, bea)).to.be.null
  })

  it('have recovery codes, each good once and for its member alone', async () => {
    const { library } = opened
    const [ada, bea] = [(await addMember(library)).id, (await addMember(library)).id]
    for (const member of [ada, bea]) await save(library, aFactor(member))
    await give(library, ada, 'one', 'two')
    await give(library, bea, 'two', 'three')
    expect(await spend(library, ada, 'three')).to.be.false
    expect(await spend(library, ada, 'two')).to.be.true
    expect(await spend(library, ada, 'two')).to.be.false
    expect([await codesLeft(library, ada), await codesLeft(library, bea)]).to.deep.equal([1, 2])
    await save(library, aFactor(ada, { lastStep: 7 }))
    expect(await codesLeft(library, ada)).to.equal(1)
    await give(library, ada, 'four', 'five', 'six')
    expect(await spend(library, ada, 'one')).to.be.false
    expect(await codesLeft(library, ada)).to.equal(3)
    // One code has a hash for each key that it may have been made with.
    expect(await spend(library, ada, 'by the key of now', 'five')).to.be.true
    expect(await spend(library, ada, 'by the key of now', 'five')).to.be.false
    expect(await codesLeft(library, ada)).to.equal(2)
  })

  it('go with their codes', async () => {
    const { library } = opened
    const [ada, bea] = [(await addMember(library)).id, (await addMember(library)).id]
    for (const member of [ada, bea]) {
      await save(library, aFactor(member))
      await give(library, member, 'one')
    }
    await done(library, ({ secondFactors }) => secondFactors.remove(ada))
    expect(await find(library, ada)).to.be.null
    expect(await codesLeft(library, ada)).to.equal(0)
    expect(await spend(library, ada, 'one')).to.be.false
    expect(await find(library, bea)).not.to.be.null
    expect(await codesLeft(library, bea)).to.equal(1)
  })

  it('are as they were when the unit of work is undone', async () => {
    const { library } = opened
    const { id: ada } = await addMember(library)
    await save(library, aFactor(ada))
    await give(library, ada, 'one')
    await left(
      library.work.run(({ secondFactors }) =>
        pipe(
          secondFactors.save(aFactor(ada, { lastStep: 7 })),
          TE.flatMap(() => secondFactors.spendCode(ada, ['one'])),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    expect(await find(library, ada)).to.deep.equal(aFactor(ada))
    expect(await codesLeft(library, ada)).to.equal(1)
  })

  it('are told with the account, with that of a session too, once they are in force', async () => {
    const { library } = opened
    const { id: ada } = await addMember(library)
    const sessionId = await right(library.ids.next('session'))
    const session = aSession({ id: sessionId, memberId: ada })
    await done(library, ({ sessions }) =>
      sessions.open(session, { hash: 'h', sessionId, createdAt: noon, spentAt: null }),
    )
    const { identity } = library.queries
    const known = async () => [
      (await right(identity.account(ada))).secondFactor,
      (await right(identity.sessionAccount(sessionId, noon)))?.secondFactor,
    ]
    expect(await known()).to.deep.equal([false, false])
    await save(library, aFactor(ada))
    expect(await known()).to.deep.equal([false, false])
    await save(library, aFactor(ada, { confirmedAt: noon }))
    expect(await known()).to.deep.equal([true, true])
    await done(library, ({ secondFactors }) => secondFactors.remove(ada))
    expect(await known()).to.deep.equal([false, false])
  })

  it('tell what happened to whoever hands it on', async () => {
    const { library } = opened
    const { id: ada } = await addMember(library)
    const event = { version: 1, aggregate: 'member', aggregateId: ada, occurredAt: noon } as const
    const events: readonly IdentityEvent[] = [
      { ...event, type: 'SecondFactorEnrolled', payload: { memberId: ada, recoveryCodes: 10 } },
      { ...event, type: 'RecoveryCodeUsed', payload: { memberId: ada, left: 9 } },
      { ...event, type: 'RecoveryCodesRenewed', payload: { memberId: ada, recoveryCodes: 10 } },
      { ...event, type: 'SecondFactorRemoved', payload: { memberId: ada, byHimself: true } },
    ]
    for (const each of events)
      await done(library, ({ secondFactors }) => secondFactors.tell(each, actBy(system)))
    const later = instant(noon + 1000)
    const queued = await right(library.outbox.claim(20, later, later))
    expect(
      queued.map(({ event: found }) => found).filter(({ type }) => type !== 'MemberRegistered'),
    ).to.containSubset(events)
  })

  it('take one code once, of eight who show it at the same moment', async () => {
    const { library } = opened
    const { id: ada } = await addMember(library)
    await enrolled(library, ada)
    for (const later of [-1, 0, 1] as const)
      expect(await atOnce(library, ada, otpAt(noon, later)), String(later)).to.equal(1)
    expect(await atOnce(library, ada, otpAt(noon))).to.equal(0)
  })

  it('take one recovery code once, of eight who show it at the same moment', async () => {
    const { library } = opened
    const { id: ada } = await addMember(library)
    await enrolled(library, ada)
    const [one, other] = secondFactor.recovery.make(ada)
    await give(library, ada, one!.hash, other!.hash)
    expect(await atOnce(library, ada, one!.code)).to.equal(1)
    expect(await codesLeft(library, ada)).to.equal(1)
    expect(await atOnce(library, ada, other!.code.toLowerCase())).to.equal(1)
  })

  it('are sealed anew with each code, and of no use in the row of another', async () => {
    const { library } = opened
    const [ada, bea] = [(await addMember(library)).id, (await addMember(library)).id]
    await enrolled(library, ada)
    const before = await find(library, ada)
    await pass(library, ada, otpAt(noon))
    const after = await find(library, ada)
    expect(after!.sealedSecret).not.to.equal(before!.sealedSecret)
    expect(secondFactor.encryption.open(after!.sealedSecret, belonging(ada))).to.equal(otpSecret)
    await save(library, { ...after!, memberId: bea })
    const told = await pass(library, bea, otpAt(noon, 1)).catch(String)
    expect(told).to.equal(
      `Error: The second factor of member ${bea} cannot be decrypted: it was changed, or is another's`,
    )
  })
})
