import { expect } from 'chai'
import { keep } from '../../core/circulation/copy.ts'
import type { Available } from '../../core/circulation/copy.ts'
import { cancel, expire, makeReady, place, send } from '../../core/circulation/reservation.ts'
import type { NewReservation, Reservation, WaitingReservation } from '../../core/circulation/reservation.ts'
import { changed } from '../../core/shared/changed.ts'
import type { Changed } from '../../core/shared/changed.ts'
import type { ReservationEvent } from '../../core/circulation/events.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { MemberId, ReservationId } from '../../core/shared/id.ts'
import { instant, plusMinutes } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aBranch, aCopy, bySystem, day, daysAfter, noon } from '../support/builders.ts'
import { addBook, addMember, all, aLibrary, byCursors, byPages, done, left, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

const wanted = async (
  library: OpenLibrary,
  { memberIds, bookId, branchId }: World,
  some: Partial<NewReservation> = {},
): Promise<NewReservation> => ({
  id: await right(library.ids.next('reservation')),
  memberId: memberIds[0]!,
  bookId,
  branchId,
  reservedAt: noon,
  priority: 0,
  expiresOn: null,
  queueUntil: null,
  ...some,
})

const save = <Saved extends Reservation>(library: OpenLibrary, change: Changed<Saved, ReservationEvent>) =>
  done(library, ({ reservations }) => reservations.save(change, bySystem))

const put = async (
  library: OpenLibrary,
  world: World,
  some: Partial<NewReservation> = {},
): Promise<WaitingReservation> => save(library, place(await wanted(library, world, some)))

const get = (library: OpenLibrary, reservationId: ReservationId) =>
  done(library, ({ reservations }) => reservations.get(reservationId))

/** What was told of reservations. */
const told = async ({ outbox }: OpenLibrary) =>
  (await right(outbox.claim(10, instant(noon + 60_000), instant(noon + 120_000))))
    .filter(({ event }) => event.aggregate === 'reservation')
    .map(({ event }) => [event.type, event.payload])

const until = plusMinutes(noon, 600)

onEveryBackend('reservations', opened => {
  it('come back as they were saved, in every state', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const copyId = world.copyIds[0]!
    const waiting = await put(library, world, {
      priority: 3,
      expiresOn: day('2026-04-01'),
      queueUntil: day('2027-03-02'),
      reservedAt: instant(noon + 123),
    })
    expect(waiting).to.include({
      version: 1,
      status: 'waiting',
      priority: 3,
      unfillable: false,
      notified: false,
    })
    expect(await get(library, waiting.id)).to.deep.equal(waiting)
    const suspended = await save(
      library,
      changed({
        ...waiting,
        status: 'suspended' as const,
        suspendedUntil: day('2026-03-09'),
        unfillable: true,
      }),
    )
    expect(await get(library, waiting.id)).to.deep.equal(suspended)
    const resumed = await save(library, changed({ ...waiting, version: suspended.version }))
    expect(await get(library, waiting.id)).to.deep.equal(resumed)
    const sent = await save(library, send(resumed, copyId, noon))
    expect(await get(library, waiting.id)).to.deep.equal(sent)
    const ready = await save(library, makeReady(sent, copyId, until, noon))
    expect(ready).to.include({ status: 'ready', notified: true, readyUntil: until })
    expect(await get(library, waiting.id)).to.deep.equal(ready)
    const ended = await save(library, expire(ready, noon))
    expect(ended).to.include({ status: 'expired', version: 6, copyId })
    expect(await get(library, waiting.id)).to.deep.equal(ended)
  })

  it('are located without a lock', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const waiting = await put(library, world)
    const keys = { memberId: world.memberIds[0], bookId: world.bookId, branchId: world.branchId }
    const locate = () => done(library, ({ reservations }) => reservations.locate(waiting.id))
    expect(await locate()).to.deep.equal({ ...keys, copyId: null })
    await save(library, makeReady(waiting, world.copyIds[0]!, null, noon))
    expect(await locate()).to.deep.equal({ ...keys, copyId: world.copyIds[0] })
  })

  it('that are not there are not found', async () => {
    const { library } = opened
    const unknown = id<'reservation'>(99)
    const missing = notFound('reservation', 99)
    expect(await left(library.work.run(({ reservations }) => reservations.get(unknown)))).to.deep.equal(
      missing,
    )
    expect(await left(library.work.run(({ reservations }) => reservations.locate(unknown)))).to.deep.equal(
      missing,
    )
    expect(await left(library.queries.reservations.reservation(unknown))).to.deep.equal(missing)
  })

  it('are written over the version that was read only', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const waiting = await put(library, world)
    await save(library, changed(waiting))
    expect(
      await left(library.work.run(({ reservations }) => reservations.save(changed(waiting), bySystem))),
    ).to.deep.equal(staleWrite('reservation', waiting.id))
  })

  it('of one member and title live once (CIR-6)', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const first = await put(library, world)
    const again = place(await wanted(library, world))
    const saveAgain = library.work.run(({ reservations }) => reservations.save(again, bySystem))
    expect((await left(saveAgain)).type).to.equal('DuplicateKey')
    const cancelled = cancel(first, noon)
    if (E.isLeft(cancelled)) throw new Error('It can be cancelled')
    await save(library, cancelled.right)
    expect((await right(saveAgain)).status).to.equal('waiting')
  })

  it('have a copy set aside for one of them at most (R2.6)', async () => {
    const { library } = opened
    const world = await aLibrary(library, { members: 2 })
    const [one, two] = [
      await put(library, world),
      await put(library, world, { memberId: world.memberIds[1]! }),
    ]
    const copyId = world.copyIds[0]!
    await save(library, makeReady(one, copyId, null, noon))
    expect(
      await left(
        library.work.run(({ reservations }) => reservations.save(send(two, copyId, noon), bySystem)),
      ),
    ).to.deep.equal(duplicateKey('book_copy_id'))
  })

  it('that a Left undoes were never there, events and all', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const change = place(await wanted(library, world))
    await left(
      library.work.run(({ reservations }) =>
        pipe(
          reservations.save(change, bySystem),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    expect(await left(library.queries.reservations.reservation(change.state.id))).to.have.property(
      'type',
      'NotFound',
    )
    expect(await told(library)).to.deep.equal([])
  })

  it('hand their events on with them', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const waiting = await put(library, world)
    await save(library, makeReady(waiting, world.copyIds[0]!, until, noon))
    expect(await told(library)).to.deep.equal([
      ['ReservationPlaced', payloadOf(waiting, null, null)],
      ['ReservationReady', payloadOf(waiting, world.copyIds[0]!, until)],
    ])
  })

  describe('of a title', () => {
    const three = async (library: OpenLibrary) => {
      const world = await aLibrary(library, { copies: 2 })
      const memberIds: MemberId[] = [...world.memberIds]
      memberIds.push((await addMember(library, { membershipType: 'child' })).id)
      const premium = { membershipType: 'premium', homeBranchId: world.branchId }
      memberIds.push((await addMember(library, premium)).id)
      const rows = [
        await put(library, world, { reservedAt: daysAfter(noon, 1) }),
        await put(library, world, { memberId: memberIds[1]!, reservedAt: noon }),
        await put(library, world, { memberId: memberIds[2]!, reservedAt: daysAfter(noon, 2), priority: 1 }),
      ]
      return { world, rows }
    }

    it('wait with what decides whether a copy may go to them; other titles and states do not', async () => {
      const { library } = opened
      const { world, rows } = await three(library)
      const other = await addBook(library, world)
      await put(library, world, { bookId: other.bookId })
      await save(library, makeReady(rows[0]!, world.copyIds[0]!, null, noon))
      const queue = await done(library, ({ reservations }) => reservations.queueOf(world.bookId))
      const byId = [...queue].sort((a, b) => a.reservation.id - b.reservation.id)
      expect(byId).to.deep.equal([
        { reservation: rows[1], membershipType: 'child', homeBranchId: null },
        { reservation: rows[2], membershipType: 'premium', homeBranchId: world.branchId },
      ])
    })

    it('wait, suspended or not, as those whom no copy is set aside for', async () => {
      const { library } = opened
      const { world, rows } = await three(library)
      const suspended = await save(
        library,
        changed({ ...rows[1]!, status: 'suspended' as const, suspendedUntil: day('2026-04-01') }),
      )
      await save(library, makeReady(rows[2]!, world.copyIds[0]!, null, noon))
      expect(await done(library, ({ reservations }) => reservations.unservedOf(world.bookId))).to.deep.equal([
        { reservation: rows[0], membershipType: 'standard', homeBranchId: null },
        { reservation: suspended, membershipType: 'child', homeBranchId: null },
      ])
      expect(await done(library, ({ reservations }) => reservations.unservedOf(id(99)))).to.deep.equal([])
    })

    it('have a place in the queue by priority, then time (R6.2)', async () => {
      const { library } = opened
      const { world, rows } = await three(library)
      const places = async () =>
        (
          await all(page => library.queries.reservations.reservations({ bookId: world.bookId }, page), {
            field: 'id',
            direction: 'asc',
          })
        ).map(({ queuePosition }) => queuePosition)
      expect(await places()).to.deep.equal([3, 2, 1])
      expect((await right(library.queries.reservations.reservation(rows[0]!.id))).queuePosition).to.equal(3)
      await save(library, makeReady(rows[2]!, world.copyIds[0]!, null, noon))
      expect(await places()).to.deep.equal([2, 1, null])
    })

    it('are known by the copy set aside, and by whom they belong to', async () => {
      const { library } = opened
      const { world, rows } = await three(library)
      const [first, second] = world.copyIds
      const ready = await save(library, makeReady(rows[0]!, first!, null, noon))
      const sent = await save(library, send(rows[1]!, second!, noon))
      const keptOn = (copyId: typeof first) =>
        done(library, ({ reservations }) => reservations.keptOn(copyId!))
      expect(await keptOn(first)).to.deep.equal(ready)
      expect(await keptOn(second)).to.deep.equal(sent)
      expect(await keptOn(id(99))).to.equal(null)
      const expired = await save(library, expire(ready, noon))
      expect(await keptOn(first)).to.equal(null)
      const livingOf = (memberId: MemberId) =>
        done(library, ({ reservations }) => reservations.livingOf(memberId))
      expect(await livingOf(sent.memberId)).to.deep.equal([sent])
      expect(await livingOf(expired.memberId)).to.deep.equal([])
    })
  })

  it('are found by the jobs when their time is over, the last second included', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2, members: 4 })
    const [shelf, forever, queued, own] = [
      await put(library, world),
      await put(library, world, { memberId: world.memberIds[1]! }),
      await put(library, world, { memberId: world.memberIds[2]!, queueUntil: day('2026-03-10') }),
      await put(library, world, {
        memberId: world.memberIds[3]!,
        queueUntil: day('2027-03-10'),
        expiresOn: day('2026-03-05'),
      }),
    ]
    await save(library, makeReady(shelf, world.copyIds[0]!, until, noon))
    await save(library, makeReady(forever, world.copyIds[1]!, null, noon))
    const queries = library.queries.reservations
    expect(await right(queries.overdueOnShelf(instant(until + 999), null, 10))).to.deep.equal([])
    expect(await right(queries.overdueOnShelf(instant(until + 1000), null, 10))).to.deep.equal([shelf.id])
    expect(await right(queries.overdueInQueue(day('2026-03-05'), null, 10))).to.deep.equal([])
    expect(await right(queries.overdueInQueue(day('2026-03-06'), null, 10))).to.deep.equal([own.id])
    expect(await right(queries.overdueInQueue(day('2026-03-11'), null, 10))).to.deep.equal([
      queued.id,
      own.id,
    ])
    expect(await right(queries.overdueInQueue(day('2026-03-11'), null, 1))).to.deep.equal([queued.id])
    expect(await right(queries.overdueInQueue(day('2026-03-11'), queued.id, 1))).to.deep.equal([own.id])
    expect(await right(queries.overdueOnShelf(instant(until + 1000), shelf.id, 10))).to.deep.equal([])
  })

  it('that wait for what stands free at a branch are known with all its free copies', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2, members: 2 })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const away = await done(library, ({ copies }) =>
      copies.add(aCopy({ bookId: world.bookId, branchId: elsewhere.id })),
    )
    await addBook(library, world, {}, 1)
    const wanted = (branchId: World['branchId']) => right(library.queries.reservations.wantedAt(branchId))
    expect(await wanted(world.branchId)).to.deep.equal([])
    const [one, two] = [
      await put(library, world),
      await put(library, world, { memberId: world.memberIds[1]! }),
    ]
    await save(library, makeReady(two, world.copyIds[1]!, null, noon))
    await done(library, ({ copies }) =>
      pipe(
        copies.get(world.copyIds[1]!),
        TE.flatMap(copy => copies.save(keep(copy as Available, two.memberId), null)),
      ),
    )
    for (const branchId of [world.branchId, elsewhere.id]) {
      const [found, ...others] = await wanted(branchId)
      expect(others).to.deep.equal([])
      expect(found).to.include({ bookId: world.bookId, title: 'The Dispossessed' })
      expect(found!.free.map(copy => copy.id)).to.deep.equal([world.copyIds[0], away.id])
      expect(found!.queue).to.deep.equal([
        { reservation: one, membershipType: 'standard', homeBranchId: null },
      ])
    }
    expect(await wanted(id(99))).to.deep.equal([])
  })

  it('that stand ready at a branch are listed with their copies, page by page', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3, members: 3 })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const rows = []
    for (const [index, readyUntil] of [until, null, plusMinutes(until, 1)].entries()) {
      const memberId = world.memberIds[index]!
      const waiting = await put(library, world, { memberId, reservedAt: plusMinutes(noon, -index) })
      rows.push(await save(library, makeReady(waiting, world.copyIds[index]!, readyUntil, noon)))
    }
    const [first, second, third] = rows.map(row => row.id)
    const list =
      (toClear: boolean | null, now = noon, branchId = world.branchId) =>
      (page: Parameters<typeof library.queries.reservations.holdShelf>[1]) =>
        library.queries.reservations.holdShelf({ branchId, toClear, now }, page)
    const idsOf = async (...asked: Parameters<typeof list>) =>
      (await all(list(...asked), { field: 'ready_until', direction: 'asc' })).map(row => row.id)
    expect(await idsOf(null)).to.deep.equal([first, third, second])
    expect(await idsOf(true, instant(until + 999))).to.deep.equal([])
    expect(await idsOf(true, instant(until + 1000))).to.deep.equal([first])
    expect(await idsOf(false, instant(until + 1000))).to.deep.equal([third, second])
    expect(await idsOf(null, noon, elsewhere.id)).to.deep.equal([])
    const [shown] = await all(list(null), { field: 'ready_until', direction: 'asc' })
    expect(shown!.reservation).to.deep.equal(rows[0])
    expect(shown).to.include({ id: first, title: 'The Dispossessed' })
    for (const field of ['id', 'ready_until', 'reservation_date', 'title', 'barcode'] as const) {
      const sort = { field, direction: 'desc' } as const
      const pages = await byPages(list(null), 2, sort)
      expect(pages.map(page => page.length)).to.deep.equal([2, 1])
      expect(await byCursors(list(null), 2, [sort])).to.deep.equal(pages)
    }
  })

  it('are found by the job on the day until which they are suspended, and after it', async () => {
    const { library } = opened
    const world = await aLibrary(library, { members: 3 })
    const suspend = async (index: number, suspendedUntil: string | null) => {
      const waiting = await put(library, world, { memberId: world.memberIds[index]! })
      const until = suspendedUntil === null ? null : day(suspendedUntil)
      await save(library, changed({ ...waiting, status: 'suspended' as const, suspendedUntil: until }))
      return waiting.id
    }
    const [early, late] = [await suspend(0, '2026-03-09'), await suspend(1, '2026-03-10')]
    await suspend(2, null)
    const found = (until: string, after: ReservationId | null = null, limit = 10) =>
      right(library.queries.reservations.suspendedUntil(day(until), after, limit))
    expect(await found('2026-03-08')).to.deep.equal([])
    expect(await found('2026-03-09')).to.deep.equal([early])
    expect(await found('2026-03-10')).to.deep.equal([early, late])
    expect(await found('2026-03-10', null, 1)).to.deep.equal([early])
    expect(await found('2026-03-10', early)).to.deep.equal([late])
  })

  it('are listed by status, member, book and branch, page by page', async () => {
    const { library } = opened
    const world = await aLibrary(library, { members: 3 })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const other = await addBook(library, world)
    const rows = [
      await put(library, world),
      await put(library, world, { bookId: other.bookId, reservedAt: daysAfter(noon, 1) }),
      await put(library, world, {
        memberId: world.memberIds[1]!,
        branchId: elsewhere.id,
        reservedAt: daysAfter(noon, 2),
      }),
    ]
    await save(library, makeReady(rows[0]!, world.copyIds[0]!, until, noon))
    const queries = library.queries.reservations
    const idsOf = async (filter: Parameters<typeof queries.reservations>[0]) =>
      (
        await all(page => queries.reservations(filter, page), {
          field: 'reservation_date',
          direction: 'desc',
        })
      ).map(({ reservation }) => reservation.id)
    const [first, second, third] = rows.map(row => row.id)
    expect(await idsOf({})).to.deep.equal([third, second, first])
    expect(await idsOf({ status: 'ready' })).to.deep.equal([first])
    expect(await idsOf({ memberId: world.memberIds[0]! })).to.deep.equal([second, first])
    expect(await idsOf({ bookId: other.bookId })).to.deep.equal([second])
    expect(await idsOf({ branchId: elsewhere.id, status: 'waiting' })).to.deep.equal([third])
    expect(await idsOf({ branchId: id(99) })).to.deep.equal([])
    for (const field of ['id', 'reservation_date', 'status', 'ready_until'] as const) {
      const sort = { field, direction: 'asc' } as const
      const pages = await byPages(page => queries.reservations({}, page), 2, sort)
      expect(pages.map(page => page.length)).to.deep.equal([2, 1])
      expect(await byCursors(page => queries.reservations({}, page), 2, [sort])).to.deep.equal(pages)
      if (field === 'ready_until') expect(pages[0]![0]!.reservation.id).to.equal(first)
    }
  })

  it('know which branches serve, and which type a member is of', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const closed = await done(library, ({ branches }) => branches.add(aBranch({ pickup: false })))
    const serves = (branchId: World['branchId']) =>
      done(library, ({ pickupBranches }) => pickupBranches.serves(branchId))
    expect(await serves(world.branchId)).to.equal(true)
    expect(await serves(closed.id)).to.equal(false)
    expect(await serves(id(99))).to.equal(null)
    const child = await addMember(library, { membershipType: 'child' })
    expect(await done(library, ({ borrowers }) => borrowers.privilegesOf(child.id))).to.deep.equal({
      membershipType: 'child',
      homeBranchId: null,
    })
  })
})

const payloadOf = (
  { id: reservationId, memberId, bookId, branchId }: Reservation,
  copyId: number | null,
  readyUntil: number | null,
) => ({ reservationId, memberId, bookId, branchId, copyId, readyUntil })
