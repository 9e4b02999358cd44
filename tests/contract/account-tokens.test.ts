import { expect } from 'chai'
import { newToken } from '../../core/identity/account-token.ts'
import type { AccountToken } from '../../core/identity/account-token.ts'
import { passwordChanged } from '../../core/identity/events.ts'
import { instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { bySystem, noon } from '../support/builders.ts'
import { addMember, done, left, right } from '../support/world.ts'

const minutes = (count: number) => instant(noon + count * 60_000)

const aToken = async (library: OpenLibrary, some: Partial<AccountToken> = {}): Promise<AccountToken> => {
  const token: AccountToken = {
    ...newToken(
      {
        id: await right(library.ids.next('account_token')),
        purpose: 'reset_password',
        memberId: null,
        email: null,
        address: null,
        nonce: 'a nonce',
        byStranger: true,
      },
      noon,
    ),
    ...some,
  }
  await done(library, ({ accountTokens }) => accountTokens.add(token, [], bySystem))
  return token
}

onEveryBackend('tokens of mails', opened => {
  const get = ({ id }: AccountToken) => done(opened.library, ({ accountTokens }) => accountTokens.get(id))

  it('are kept as they are, and as they become', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library)
    const token = await aToken(library, { email: 'ada@example.org', address: '192.0.2.7' })
    expect(await get(token)).to.deep.equal(token)
    const found = { ...token, memberId, email: null, sentAt: noon, spentAt: minutes(1) }
    await done(library, ({ accountTokens }) => accountTokens.save(found))
    expect(await get(token)).to.deep.equal(found)
    expect(await get({ ...token, id: 4711 as AccountToken['id'] })).to.be.null
  })

  it('are spent once', async () => {
    const { library } = opened
    const token = await aToken(library)
    const spend = (at: number) =>
      done(library, ({ accountTokens }) => accountTokens.spend(token.id, minutes(at)))
    expect([await spend(1), await spend(2)]).to.deep.equal([true, false])
    expect((await get(token))?.spentAt).to.equal(minutes(1))
  })

  it('are spent once by many at the same moment', async () => {
    const { library } = opened
    const token = await aToken(library)
    const all = await Promise.all(
      Array.from({ length: 5 }, () =>
        done(library, ({ accountTokens }) => accountTokens.spend(token.id, noon)),
      ),
    )
    expect(all.filter(Boolean)).to.have.length(1)
  })

  it('are spent, counted and found again for a member and a purpose', async () => {
    const { library } = opened
    const [{ id: memberId }, { id: anotherId }] = [await addMember(library), await addMember(library)]
    const old = await aToken(library, { memberId, createdAt: minutes(-60), expiresAt: minutes(-30) })
    const [first, second] = [await aToken(library, { memberId }), await aToken(library, { memberId })]
    const [verifying, anothers] = [
      await aToken(library, { memberId, purpose: 'verify_email' }),
      await aToken(library, { memberId: anotherId }),
    ]
    const last = await aToken(library, { memberId })
    const before = (token: AccountToken | null, now: number, byStranger = true) =>
      done(library, ({ accountTokens }) =>
        accountTokens.countOpen(
          { memberId, purpose: 'reset_password', byStranger, before: token },
          minutes(now),
        ),
      )
    // The old one ran out half an hour ago.
    expect([await before(null, 0), await before(last, 29), await before(last, 30)]).to.deep.equal([3, 2, 0])
    expect([await before(second, 0), await before(null, 0, false)]).to.deep.equal([1, 0])
    const open = (now: number) =>
      done(library, ({ accountTokens }) => accountTokens.open(memberId, 'reset_password', minutes(now)))
    expect((await open(29))?.id).to.equal(last.id)
    expect(await open(30)).to.be.null
    await done(library, ({ accountTokens }) => accountTokens.spendAll(memberId, 'reset_password', minutes(5)))
    expect(await open(6)).to.be.null
    expect(await before(last, 0)).to.equal(0)
    for (const token of [old, first, second, last]) expect((await get(token))?.spentAt).to.equal(minutes(5))
    for (const token of [verifying, anothers]) expect((await get(token))?.spentAt).to.be.null
  })

  it('are in the order of their times, whatever their ids are: those come in blocks, another for each process', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library)
    const late = await aToken(library, { memberId, createdAt: minutes(2), expiresAt: minutes(32) })
    const early = await aToken(library, { memberId, createdAt: minutes(1), expiresAt: minutes(31) })
    const same = await aToken(library, { memberId, createdAt: minutes(1), expiresAt: minutes(31) })
    const before = (token: AccountToken) =>
      done(library, ({ accountTokens }) =>
        accountTokens.countOpen(
          { memberId, purpose: 'reset_password', byStranger: true, before: token },
          minutes(3),
        ),
      )
    expect([await before(early), await before(same), await before(late)]).to.deep.equal([0, 1, 2])
    const open = await done(library, ({ accountTokens }) =>
      accountTokens.open(memberId, 'reset_password', minutes(3)),
    )
    expect(open?.id).to.equal(late.id)
  })

  it('of a stranger and of the member himself are counted apart', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library)
    for (const byStranger of [true, true, false]) await aToken(library, { memberId, byStranger })
    const open = (byStranger: boolean) =>
      done(library, ({ accountTokens }) =>
        accountTokens.countOpen({ memberId, purpose: 'reset_password', byStranger, before: null }, noon),
      )
    expect([await open(true), await open(false)]).to.deep.equal([2, 1])
  })

  it('go when they ran out long ago', async () => {
    const { library } = opened
    const [first, second] = [await aToken(library), await aToken(library, { expiresAt: minutes(60) })]
    expect(await right(library.retention.accountTokens(minutes(30), 10))).to.equal(0)
    expect(await right(library.retention.accountTokens(minutes(31), 10))).to.equal(1)
    expect([await get(first), (await get(second))?.id]).to.deep.equal([null, second.id])
  })
})

onEveryBackend('whoever has a password', opened => {
  const holder = (memberId: AccountToken['memberId']) =>
    done(opened.library, ({ passwordHolders }) => passwordHolders.get(memberId!))

  it('is found by his id and by his e-mail address in normal form', async () => {
    const { library } = opened
    const member = await addMember(library, { email: 'Ada@Example.org', phone: '+493012345678' }, 'a hash')
    expect(await holder(member.id)).to.deep.equal({
      memberId: member.id,
      username: member.username,
      email: 'Ada@Example.org',
      firstName: member.firstName,
      lastName: member.lastName,
      phone: '+493012345678',
      cardNumber: member.cardNumber,
      passwordHash: 'a hash',
      status: member.status,
    })
    const byEmail = (email: string) => done(library, ({ passwordHolders }) => passwordHolders.byEmail(email))
    expect(await byEmail('ada@example.org')).to.equal(member.id)
    expect(await byEmail('eve@example.org')).to.be.null
    const missing = await left(
      library.work.run(({ passwordHolders }) => passwordHolders.get((member.id + 1) as typeof member.id)),
    )
    expect(missing).to.include({ type: 'NotFound', resource: 'user' })
  })

  it('has another one, with the event of it, and the rest of him stays', async () => {
    const { library } = opened
    const { id: memberId, version } = await addMember(library, {}, 'a hash')
    const events = [passwordChanged(memberId, 'mail', noon)]
    await done(library, ({ passwordHolders }) =>
      passwordHolders.setPassword(memberId, 'another hash', events, bySystem),
    )
    expect((await holder(memberId)).passwordHash).to.equal('another hash')
    const claimed = await right(library.outbox.claim(10, noon, minutes(1)))
    expect(claimed.at(-1)?.event).to.deep.equal(events[0])
    expect((await done(library, ({ members }) => members.get(memberId))).version).to.equal(version)
  })

  it('has it hashed anew, unless it was changed', async () => {
    const { library } = opened
    const { id: memberId } = await addMember(library, {}, 'a hash')
    const renew = (old: string, renewed: string) =>
      done(library, ({ passwordHolders }) => passwordHolders.renewHash(memberId, old, renewed))
    await renew('another', 'wrong')
    expect((await holder(memberId)).passwordHash).to.equal('a hash')
    await renew('a hash', 'a newer hash')
    expect((await holder(memberId)).passwordHash).to.equal('a newer hash')
  })

  it('is active when his address is verified, once, and only if he was pending', async () => {
    const { library } = opened
    for (const [status, becomes] of [
      ['pending', 'active'],
      ['suspended', 'suspended'],
      ['deactivated', 'deactivated'],
      ['active', 'active'],
    ] as const) {
      const { id: memberId, version } = await addMember(library, { status })
      const verify = () => done(library, ({ passwordHolders }) => passwordHolders.verify(memberId))
      const changes = status !== becomes
      expect([await verify(), await verify()]).to.deep.equal([changes, false])
      const member = await done(library, ({ members }) => members.get(memberId))
      expect(member).to.include({ status: becomes, version: version + (changes ? 1 : 0) })
    }
  })
})
