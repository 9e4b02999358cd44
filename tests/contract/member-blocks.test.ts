import { expect } from 'chai'
import type { MemberBlock } from '../../core/members/member-block.ts'
import type { BlockSort } from '../../core/members/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { day, noon } from '../support/builders.ts'
import { addMember, byCursors, byPages, done, left, right } from '../support/world.ts'

type New = Omit<MemberBlock, 'id' | 'version' | 'setAt'>

const block = (memberId: MemberId, some: Partial<New> = {}): New => ({
  memberId,
  reason: 'The card was reported stolen',
  actions: ['checkout', 'renew', 'reserve'],
  expiresOn: null,
  setBy: null,
  ...some,
})

const add = (library: OpenLibrary, details: New) =>
  done(library, ({ memberBlocks }) => memberBlocks.add(details))

const blocksOf = async (library: OpenLibrary, memberId: MemberId) =>
  (await done(library, ({ memberAccounts }) => memberAccounts.of(memberId, noon))).blocks

onEveryBackend('manual blocks', opened => {
  it('come back as they were set, in the account too', async () => {
    const { library, clock } = opened
    const [member, librarian] = [await addMember(library), await addMember(library)]
    const details = block(member.id, {
      actions: ['checkout'],
      expiresOn: day('2026-12-31'),
      setBy: librarian.id,
    })
    const added = await add(library, details)
    expect(added).to.deep.equal({ ...details, id: added.id, version: 1, setAt: clock.now })
    expect(await done(library, ({ memberBlocks }) => memberBlocks.get(member.id, added.id))).to.deep.equal(
      added,
    )
    expect(await blocksOf(library, member.id)).to.deep.equal([added])
  })

  it('R2.2 several stand at once, by id; the money of the account is told once beside them', async () => {
    const { library } = opened
    const [member, other] = [await addMember(library), await addMember(library)]
    const first = await add(library, block(member.id))
    const second = await add(library, block(member.id))
    await add(library, block(other.id))
    const account = await done(library, ({ memberAccounts }) => memberAccounts.of(member.id, noon))
    expect(account).to.deep.equal({
      loansOut: [],
      balance: 0,
      unpaidOverdue: 0,
      blocks: [first, second],
      selfCheckouts: [],
    })
  })

  it('one that is lifted is gone, the others stay', async () => {
    const { library } = opened
    const member = await addMember(library)
    const [first, second] = [await add(library, block(member.id)), await add(library, block(member.id))]
    await done(library, ({ memberBlocks }) => memberBlocks.lift(first, noon))
    expect(await blocksOf(library, member.id)).to.deep.equal([second])
    expect(
      await left(library.work.run(({ memberBlocks }) => memberBlocks.get(member.id, first.id))),
    ).to.deep.equal(notFound('block', first.id))
    expect(await left(library.work.run(({ memberBlocks }) => memberBlocks.lift(first, noon)))).to.deep.equal(
      staleWrite('block', first.id),
    )
  })

  it("another member's is not there, nor one that never was", async () => {
    const { library } = opened
    const [member, other] = [await addMember(library), await addMember(library)]
    const set = await add(library, block(member.id))
    for (const [whose, which] of [
      [other.id, set.id],
      [member.id, id<'block'>(4711)],
    ] as const) {
      const gone = await left(library.work.run(({ memberBlocks }) => memberBlocks.get(whose, which)))
      expect(gone).to.deep.equal(notFound('block', which))
    }
  })

  it('a stale one is not lifted', async () => {
    const { library } = opened
    const member = await addMember(library)
    const set = await add(library, block(member.id))
    const stale = await left(
      library.work.run(({ memberBlocks }) => memberBlocks.lift({ ...set, version: 7 }, noon)),
    )
    expect(stale).to.deep.equal(staleWrite('block', set.id))
    expect(await blocksOf(library, member.id)).to.deep.equal([set])
  })

  it('nothing is left of one whose unit of work is undone', async () => {
    const { library } = opened
    const member = await addMember(library)
    await left(
      library.work.run(({ memberBlocks }) =>
        pipe(
          memberBlocks.add(block(member.id)),
          TE.flatMap(() => TE.fromEither(E.left(notFound('user', 1)))),
        ),
      ),
    )
    expect(await blocksOf(library, member.id)).to.be.empty
  })

  it('are listed in every order, by page and by cursor, the lifted ones left out', async () => {
    const { library, clock } = opened
    const [member, other] = [await addMember(library), await addMember(library)]
    const set: MemberBlock[] = []
    for (const [minutes, expiresOn] of [
      [30, null],
      [10, day('2026-12-31')],
      [20, day('2026-06-30')],
      [40, null],
    ] as const) {
      clock.now = plusMinutes(noon, minutes)
      set.push(await add(library, block(member.id, { expiresOn })))
    }
    await add(library, block(other.id))
    await done(library, ({ memberBlocks }) => memberBlocks.lift(set[3]!, noon))
    const orders: Readonly<Record<BlockSort, readonly [asc: string, desc: string]>> = {
      id: ['123', '321'],
      created_at: ['231', '132'],
      expires_on: ['321', '231'],
    }
    for (const [field, [asc, desc]] of Object.entries(orders)) {
      for (const [direction, expected] of [
        ['asc', asc],
        ['desc', desc],
      ] as const) {
        const read = (page: Parameters<typeof library.queries.members.blocks>[1]) =>
          library.queries.members.blocks(member.id, page)
        const sort = { field: field as BlockSort, direction }
        const wanted = [...expected].map(one => set[Number(one) - 1])
        expect((await byPages(read, 2, sort)).flat(), `${field} ${direction}`).to.deep.equal(wanted)
        expect((await byCursors(read, 2, [sort])).flat(), `${field} ${direction}`).to.deep.equal(wanted)
      }
    }
    expect((await right(library.queries.members.blocks(member.id, firstPage))).total).to.equal(3)
  })
})

const firstPage = {
  sort: [{ field: 'id', direction: 'asc' }],
  limit: 20,
  at: { kind: 'page', page: 1 },
} as const
