import { expect } from 'chai'
import { sendTo } from '../../core/circulation/copy.ts'
import type { Available, Copy, InTransit } from '../../core/circulation/copy.ts'
import { place, send } from '../../core/circulation/reservation.ts'
import type { TransferRecord, TransferSort } from '../../core/circulation/transfer-ports.ts'
import { tellOverdue, transferBetween } from '../../core/circulation/transfer.ts'
import type { Move } from '../../core/circulation/transfer.ts'
import { changed } from '../../core/shared/changed.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { BranchId, CopyId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import { aBranch, bySystem, daysAfter, noon } from '../support/builders.ts'
import { addBook, aLibrary, all, done, each, left, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

onEveryBackend('transfers', opened => {
  let world: World
  let there: BranchId
  let copyId: CopyId
  beforeEach(async () => {
    world = await aLibrary(opened.library, { copies: 3, book: { title: 'Emma' } })
    there = (await done(opened.library, ({ branches }) => branches.add(aBranch()))).id
    copyId = world.copyIds[0]!
  })

  const move = (some: Partial<Move> = {}): Move => ({
    act: bySystem,
    at: noon,
    place: world.branchId,
    reservationId: null,
    ...some,
  })
  const put = (change: (copy: Copy) => Copy, some: Partial<Move> = {}, of: CopyId = copyId) =>
    done(opened.library, ({ copies }) =>
      pipe(
        copies.get(of),
        TE.flatMap(copy => {
          const after = change(copy)
          return copies.save(after, transferBetween(copy, after, move(some)))
        }),
      ),
    )
  const sent = (to: BranchId, some: Partial<Move> = {}, of: CopyId = copyId) =>
    put(copy => sendTo(copy as Available, to), some, of)
  const open = (of: CopyId = copyId) => done(opened.library, ({ transfers }) => transfers.openOf(of))
  const list = (branchId: BranchId) =>
    all<TransferRecord, TransferSort>(page =>
      opened.library.queries.transfers.underWay(
        { branchId, direction: null, sentBefore: null, sentSince: null },
        page,
      ),
    )
  const toldOf = async () => {
    const { outbox } = opened.library
    const now = daysAfter(noon, 100)
    const queued = await right(outbox.claim(50, now, now))
    return queued.filter(({ event }) => event.aggregate === 'copy').map(({ event }) => event.type)
  }

  it('begin with their copy, and are found by it', async () => {
    await sent(there, { at: daysAfter(noon, 1) })
    const found = await open()
    expect(found).to.deep.equal({
      id: found!.id,
      copyId,
      bookId: world.bookId,
      fromBranchId: world.branchId,
      toBranchId: there,
      reservationId: null,
      sentAt: daysAfter(noon, 1),
      sentBy: null,
      toldAt: null,
    })
    expect(await done(opened.library, ({ transfers }) => transfers.locate(found!.id))).to.equal(copyId)
    expect(await open(world.copyIds[1])).to.equal(null)
    expect(await toldOf()).to.deep.equal(['TransferStarted'])
  })

  it('are not located by an id that names nothing', async () => {
    const error = await left(opened.library.work.run(({ transfers }) => transfers.locate(id(404))))
    expect(error).to.deep.equal(notFound('transfer', 404))
  })

  it('end with their copy, and are located still; the next is another', async () => {
    await sent(there)
    const first = await open()
    await put(copy => ({ ...(copy as Available), status: 'available' }))
    expect(await open()).to.equal(null)
    expect(await done(opened.library, ({ transfers }) => transfers.locate(first!.id))).to.equal(copyId)
    await sent(there)
    expect((await open())!.id).not.to.equal(first!.id)
    expect(await toldOf()).to.deep.equal(['TransferStarted', 'TransferEnded', 'TransferStarted'])
  })

  it('are one at a time of a copy, by the word of the store itself', async () => {
    await sent(there)
    const first = await open()
    const copy = await done(opened.library, ({ copies }) => copies.get(copyId))
    const free: Copy = { ...copy, status: 'available' }
    const error = await left(
      opened.library.work.run(({ copies }) =>
        copies.save(copy, transferBetween(free, sendTo(copy as InTransit, world.branchId), move())),
      ),
    )
    expect(error).to.deep.equal(duplicateKey('book_copy_id'))
    expect(await open()).to.deep.equal(first)
  })

  it('go elsewhere and stay what they are, or one ends and the next begins', async () => {
    await sent(there)
    const first = await open()
    await sent(world.branchId, { place: null, at: daysAfter(noon, 1) })
    expect(await open()).to.deep.equal({ ...first, toBranchId: world.branchId })
    await sent(there, { place: world.branchId, at: daysAfter(noon, 2) })
    const next = await open()
    expect(next).to.deep.include({ toBranchId: there, sentAt: daysAfter(noon, 2) })
    expect(next!.id).not.to.equal(first!.id)
  })

  it('are undone with the rest of a unit of work, and with a copy that was changed meanwhile', async () => {
    const save = (copy: Copy) => {
      const after = sendTo(copy as Available, there)
      return [after, transferBetween(copy, after, move())] as const
    }
    await opened.library.work.run(({ copies }) =>
      pipe(
        copies.get(copyId),
        TE.flatMap(copy => copies.save(...save(copy))),
        TE.flatMap(() => TE.left('undone')),
      ),
    )()
    expect(await open()).to.equal(null)
    const copy = await done(opened.library, ({ copies }) => copies.get(copyId))
    await done(opened.library, ({ copies }) => copies.save({ ...copy, location: 'Attic' }, null))
    expect(await left(opened.library.work.run(({ copies }) => copies.save(...save(copy))))).to.deep.equal(
      staleWrite('copy', copyId),
    )
    expect(await open()).to.equal(null)
    expect(await toldOf()).to.deep.equal([])
  })

  it('remember that they were told of, and are asked for no more', async () => {
    await sent(there)
    await sent(there, { at: daysAfter(noon, 2) }, world.copyIds[1])
    await sent(there, { at: daysAfter(noon, 1) }, world.copyIds[2])
    const [first, second, third] = await done(opened.library, ({ transfers }) =>
      each(world.copyIds, of => transfers.openOf(of)),
    )
    const overdue = (before: number, after: typeof first = null, limit = 10) =>
      right(opened.library.queries.transfers.overdue(instant(before), after?.id ?? null, limit))
    const later = daysAfter(noon, 3)
    expect(await overdue(noon)).to.deep.equal([])
    expect(await overdue(noon + 1)).to.deep.equal([first!.id])
    expect(await overdue(later)).to.deep.equal([first!.id, second!.id, third!.id])
    expect(await overdue(later, null, 2)).to.deep.equal([first!.id, second!.id])
    expect(await overdue(later, second)).to.deep.equal([third!.id])
    await done(opened.library, ({ transfers }) => transfers.tell(tellOverdue(first!, later), bySystem))
    expect(await open()).to.deep.equal({ ...first, toldAt: later })
    expect(await overdue(later)).to.deep.equal([second!.id, third!.id])
    await put(copy => ({ ...(copy as Available), status: 'missing' }), {}, world.copyIds[1])
    expect(await overdue(later)).to.deep.equal([third!.id])
    expect((await toldOf()).filter(type => type === 'TransferOverdue')).to.have.length(1)
  })

  it('tell who waits for the copy, until he gives it up', async () => {
    const reservationId = await right(opened.library.ids.next('reservation'))
    const { state } = place({
      id: reservationId,
      memberId: world.memberIds[0]!,
      bookId: world.bookId,
      branchId: there,
      reservedAt: noon,
      priority: 0,
      expiresOn: null,
      queueUntil: null,
    })
    const kept = await done(opened.library, ({ reservations }) =>
      pipe(
        reservations.save(changed(state), bySystem),
        TE.flatMap(saved => reservations.save(send(saved, copyId, noon), bySystem)),
      ),
    )
    await sent(there, { reservationId })
    expect((await list(there)).map(one => one.reservationId)).to.deep.equal([reservationId])
    const by = (copy: CopyId, version: number) =>
      done(opened.library, ({ reservations }) =>
        reservations.save(changed({ ...kept, version, copyId: copy }), bySystem),
      )
    // He gets another copy.
    const other = await by(world.copyIds[1]!, kept.version)
    expect((await list(there)).map(one => one.reservationId)).to.deep.equal([null])
    const again = await by(copyId, other.version)
    await done(opened.library, ({ reservations }) =>
      reservations.save(changed({ ...again, status: 'cancelled' as const }), bySystem),
    )
    expect((await list(there)).map(one => one.reservationId)).to.deep.equal([null])
    expect((await open())?.reservationId).to.equal(reservationId)
  })

  it('are listed by what they are of', async () => {
    const zoe = await addBook(opened.library, world, { title: 'zoë' }, 1)
    await sent(there)
    await sent(there, {}, zoe.copyIds[0])
    const listed = await all(
      page =>
        opened.library.queries.transfers.underWay(
          { branchId: there, direction: 'to', sentBefore: daysAfter(noon, 1), sentSince: noon },
          page,
        ),
      { field: 'title', direction: 'desc' },
    )
    expect(listed.map(({ title }) => title)).to.deep.equal(['zoë', 'Emma'])
    const copy = await done(opened.library, ({ copies }) => copies.get(copyId))
    const transfer = await open()
    expect(listed[1]).to.deep.equal({
      id: transfer!.id,
      copyId,
      bookId: world.bookId,
      title: 'Emma',
      barcode: copy.barcode,
      fromBranchId: world.branchId,
      toBranchId: there,
      reservationId: null,
      sentAt: noon,
    })
  })

  it('keep both their branches, ended or not', async () => {
    await sent(there)
    await put(copy => ({ ...(copy as Available), status: 'available' }))
    expect(await done(opened.library, ({ branches }) => branches.dependents(there))).to.deep.equal({
      transfers: 1,
    })
  })
})
