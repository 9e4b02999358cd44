import { expect } from 'chai'
import { actBy, anonymous } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import type { AuditEntry, AuditFilter, AuditSort } from '../../core/identity/audit.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { bySystem, daysAfter, noon } from '../support/builders.ts'
import { addMember, all, byCursors, byPages, done, left } from '../support/world.ts'

const anEntry = (some: Partial<AuditEntry> = {}): AuditEntry => ({
  action: 'book.changed',
  target: { type: 'book', id: 12 },
  at: null,
  before: { pages: 340 },
  after: { pages: 341 },
  ...some,
})

const record = (library: OpenLibrary, entry: AuditEntry, act: Act = bySystem): Promise<void> =>
  done(library, ({ audit }) => audit.record(act, entry))

const listOf =
  (library: OpenLibrary, filter: AuditFilter) =>
  (page: Parameters<typeof library.queries.audit.records>[1]) =>
    library.queries.audit.records(filter, page)

const actionsOf = async (library: OpenLibrary, filter: AuditFilter): Promise<readonly string[]> =>
  (await all(listOf(library, filter), { field: 'id', direction: 'asc' })).map(({ action }) => action)

const byMember = (memberId: MemberId): Act => ({
  actor: { kind: 'member', memberId, role: 'librarian', branchId: null },
  requestId: 'request-1',
  address: '192.0.2.7',
  expects: null,
})

onEveryBackend('the audit trail', opened => {
  it('keeps who did what to what, when, from where, before and after', async () => {
    const { library, clock } = opened
    const { id: memberId } = await addMember(library)
    clock.now = instant(noon + 1)
    const before = { title: 'Zoë’s 📚 "Book"', pages: null, open: [['09:00', '18:00']] }
    await record(library, anEntry({ at: daysAfter(noon, -3), before, after: {} }), byMember(memberId))
    const [row, ...others] = await all(listOf(library, {}))
    expect(others).to.deep.equal([])
    expect(row).to.deep.equal({
      id: row!.id,
      recordedAt: noon + 1,
      occurredAt: daysAfter(noon, -3),
      actorId: memberId,
      actorRole: 'librarian',
      apiKeyId: null,
      action: 'book.changed',
      target: { type: 'book', id: 12 },
      outcome: 'done',
      address: '192.0.2.7',
      requestId: 'request-1',
      before,
      after: {},
    })
    expect(row!.id).to.be.greaterThan(0)
  })

  it('names who acts without being a member, and needs no library time, no id, no before', async () => {
    const { library } = opened
    await record(library, anEntry({ target: { type: 'settings', id: null }, before: null, after: null }))
    await record(library, anEntry(), actBy(anonymous))
    const [first, second] = await all(listOf(library, {}), { field: 'id', direction: 'asc' })
    expect(first).to.deep.include({
      actorId: null,
      actorRole: 'system',
      occurredAt: noon,
      address: null,
      requestId: null,
      target: { type: 'settings', id: null },
      before: null,
      after: null,
    })
    expect(second).to.include({ actorId: null, actorRole: 'anonymous' })
  })

  it('tells of nothing that was undone', async () => {
    const { library } = opened
    await left(
      library.work.run(({ audit }) =>
        pipe(
          audit.record(bySystem, anEntry()),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    const failing = library.work.run(({ audit }) =>
      pipe(
        audit.record(bySystem, anEntry()),
        TE.map(() => {
          throw new Error('a bug')
        }),
      ),
    )
    expect(await failing().catch(String)).to.equal('Error: a bug')
    expect(await all(listOf(library, {}))).to.deep.equal([])
  })

  it('is written nowhere by those who only look', async () => {
    const { library } = opened
    const attempt = library.look.run(({ audit }) => audit.record(bySystem, anEntry()))
    const outcome = await attempt().catch(() => 'threw')
    expect(outcome).not.to.have.property('_tag', 'Right')
    expect(await all(listOf(library, {}))).to.deep.equal([])
  })
})

onEveryBackend('a search of the audit', opened => {
  let memberId: MemberId
  beforeEach(async () => {
    const { library, clock } = opened
    memberId = (await addMember(library)).id
    const other = await addMember(library)
    for (const [days, action, target, act] of [
      [0, 'book.created', { type: 'book', id: 1 }, byMember(memberId)],
      [1, 'book.changed', { type: 'book', id: 1 }, byMember(other.id)],
      [2, 'book.deleted', { type: 'book', id: 11 }, byMember(memberId)],
      [3, 'copy.created', { type: 'copy', id: 1 }, bySystem],
      [4, 'book.imported', { type: 'book', id: null }, bySystem],
    ] as const) {
      clock.now = daysAfter(noon, days)
      await record(library, anEntry({ action, target, at: daysAfter(noon, -days) }), act)
    }
  })

  it('goes by who acted', async () => {
    expect(await actionsOf(opened.library, { actorId: memberId })).to.deep.equal([
      'book.created',
      'book.deleted',
    ])
    expect(await actionsOf(opened.library, { actorId: 404 as MemberId })).to.deep.equal([])
  })

  it('goes by what was done', async () => {
    expect(await actionsOf(opened.library, { action: 'book.changed' })).to.deep.equal(['book.changed'])
    expect(await actionsOf(opened.library, { action: 'book' })).to.deep.equal([])
  })

  it('goes by one thing, or by all of a kind', async () => {
    const { library } = opened
    expect(await actionsOf(library, { target: { type: 'book', id: 1 } })).to.deep.equal([
      'book.created',
      'book.changed',
    ])
    expect(await actionsOf(library, { target: { type: 'book', id: null } })).to.deep.equal([
      'book.created',
      'book.changed',
      'book.deleted',
      'book.imported',
    ])
  })

  it('goes by when it was recorded, the first instant included and the last not', async () => {
    const span = { from: daysAfter(noon, 1), to: daysAfter(noon, 3) }
    expect(await actionsOf(opened.library, span)).to.deep.equal(['book.changed', 'book.deleted'])
    expect(
      await actionsOf(opened.library, { from: instant(span.from + 1), to: instant(span.to + 1) }),
    ).to.deep.equal(['book.deleted', 'copy.created'])
  })

  it('goes by all of them together', async () => {
    const filter = { actorId: memberId, target: { type: 'book', id: null }, to: daysAfter(noon, 1) }
    expect(await actionsOf(opened.library, filter)).to.deep.equal(['book.created'])
  })

  const sorts: readonly (readonly [AuditSort, 'asc' | 'desc', readonly string[]])[] = [
    [
      'recorded_at',
      'desc',
      ['book.imported', 'copy.created', 'book.deleted', 'book.changed', 'book.created'],
    ],
    ['recorded_at', 'asc', ['book.created', 'book.changed', 'book.deleted', 'copy.created', 'book.imported']],
    ['occurred_at', 'asc', ['book.imported', 'copy.created', 'book.deleted', 'book.changed', 'book.created']],
    ['id', 'desc', ['book.imported', 'copy.created', 'book.deleted', 'book.changed', 'book.created']],
  ]
  for (const [field, direction, expected] of sorts) {
    it(`is sorted by ${field} ${direction}, page by page and by cursor`, async () => {
      const list = listOf(opened.library, {})
      const sort = { field, direction }
      const [pages, cursors] = [await byPages(list, 2, sort), await byCursors(list, 2, [sort])]
      expect(pages.map(rows => rows.length)).to.deep.equal([2, 2, 1])
      expect(pages.flat().map(({ action }) => action)).to.deep.equal(expected)
      expect(cursors).to.deep.equal(pages)
    })
  }
})
