import { expect } from 'chai'
import type { DatesWithin } from '../../core/circulation/closure-ports.ts'
import type {
  EmergencyClosure,
  Move,
  PlannedLoanMove,
  PlannedMove,
  PlannedShelfMove,
} from '../../core/circulation/emergency-closure.ts'
import { makeReady, place, send } from '../../core/circulation/reservation.ts'
import type { Reservation, Told } from '../../core/circulation/reservation.ts'
import { changed } from '../../core/shared/changed.ts'
import { id } from '../../core/shared/id.ts'
import type { BranchId, CopyId, LoanId, MemberId, ReservationId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aBranch, aLoan, bySystem, day, daysAfter, noon } from '../support/builders.ts'
import { addBook, addMember, aLibrary, done, left, lendTo, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

type New = Omit<EmergencyClosure, 'id' | 'version'>

const storm = (branchId: BranchId, some: Partial<New> = {}): New => ({
  branchId,
  closureId: null,
  from: day('2026-03-23'),
  to: day('2026-03-24'),
  reason: 'Storm',
  state: 'applying',
  reopensOn: day('2026-03-25'),
  calendarIgnored: false,
  declaredBy: null,
  declaredAt: noon,
  ...some,
})

const declare = (library: OpenLibrary, branchId: BranchId, some: Partial<New> = {}) =>
  done(library, ({ emergencyClosures }) => emergencyClosures.add(storm(branchId, some)))
const get = (library: OpenLibrary, closure: EmergencyClosure) =>
  done(library, ({ emergencyClosures }) => emergencyClosures.get(closure.id))

const later = daysAfter(noon, 30)
const loanMove = (loanId: LoanId, some: Partial<PlannedLoanMove> = {}): PlannedLoanMove => ({
  kind: 'loan',
  loanId,
  renewalCount: 1,
  was: noon,
  wasOverdueFrom: (noon + 1000) as Instant,
  becomes: later,
  outcome: 'pending',
  ...some,
})
const shelfMove = (reservationId: ReservationId): PlannedShelfMove => ({
  kind: 'reservation',
  reservationId,
  was: noon,
  becomes: later,
  outcome: 'pending',
})

/** A loan of a book of its own, due at the instant. */
const lend = async (
  library: OpenLibrary,
  world: World,
  dueAt: Instant,
  some: Parameters<typeof lendTo>[2] = {},
) => {
  const { bookId, copyIds } = await addBook(library, world, {}, 1)
  const { terms } = aLoan({ memberId: id(1), copyId: id(1), bookId, branchId: world.branchId, id: id(1) })
  return lendTo(library, world, {
    bookId,
    copyId: copyIds[0]!,
    terms: { ...terms, calendarBranchId: world.branchId },
    dueAt,
    overdueFrom: (dueAt + 1000) as Instant,
    ...some,
  })
}

/** On the hold shelf of the branch until the instant, null for as long as it takes. */
const shelve = async (
  library: OpenLibrary,
  world: World,
  readyUntil: Instant | null,
  carriedOff = false,
): Promise<ReservationId> => {
  const { bookId, copyIds } = await addBook(library, world, {}, 1)
  const member: MemberId = (await addMember(library)).id
  const copyId: CopyId = copyIds[0]!
  const wanted = {
    id: await right(library.ids.next('reservation')),
    memberId: member,
    bookId,
    branchId: world.branchId,
    reservedAt: noon,
    priority: 0,
    expiresOn: null,
    queueUntil: null,
  }
  const save = <Saved extends Reservation>(change: Told<Saved>) =>
    done(library, ({ reservations }) => reservations.save(change, bySystem))
  const ready = await save(makeReady(await save(place(wanted)), copyId, readyUntil, noon))
  if (carriedOff) await save(send(ready, copyId, noon))
  return wanted.id
}

onEveryBackend('emergency closures', opened => {
  it('come back as they were declared, by their branch too', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const [record] = await done(library, ({ closures }) =>
      closures.add(world.branchId, [
        { from: day('2026-03-23'), to: day('2026-03-24'), yearly: false, open: [], reason: 'Storm' },
      ]),
    )
    const details = storm(world.branchId, { closureId: record!.id, declaredBy: world.memberIds[0]! })
    const first = await done(library, ({ emergencyClosures }) => emergencyClosures.add(details))
    expect(first).to.deep.equal({ ...details, id: first.id, version: 1 })
    expect(await get(library, first)).to.deep.equal(first)
    const second = await declare(library, world.branchId, { calendarIgnored: true, state: 'undone' })
    await declare(library, elsewhere.id)
    expect(
      await done(library, ({ emergencyClosures }) => emergencyClosures.ofBranch(world.branchId)),
    ).to.deep.equal([first, second])
    expect(
      await left(library.work.run(({ emergencyClosures }) => emergencyClosures.get(id(999)))),
    ).to.deep.equal(notFound('emergency_closure', 999))
    // Taken out of the calendar by hand it stands in none any more.
    await done(library, ({ closures }) => closures.remove(record!))
    expect(await get(library, first)).to.deep.equal({ ...first, closureId: null })
  })

  it('go on to another state, over the version that was read', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const closure = await declare(library, world.branchId)
    const saved = await done(library, ({ emergencyClosures }) =>
      emergencyClosures.save({ ...closure, state: 'applied' }),
    )
    expect(saved).to.deep.equal({ ...closure, state: 'applied', version: 2 })
    expect(await get(library, closure)).to.deep.equal(saved)
    expect(
      await left(library.work.run(({ emergencyClosures }) => emergencyClosures.save(closure))),
    ).to.deep.equal(staleWrite('emergency_closure', closure.id))
  })

  it('that are not at their end are told by id, some at a time', async () => {
    const { library } = opened
    const { branchId } = await aLibrary(library)
    const states = ['applying', 'applied', 'undoing', 'undone', 'applying'] as const
    const ids = []
    for (const state of states) ids.push((await declare(library, branchId, { state })).id)
    const unfinished = (after: EmergencyClosure['id'] | null, limit: number) =>
      right(library.look.run(({ emergencyClosures }) => emergencyClosures.unfinished(after, limit)))
    expect(await unfinished(null, 2)).to.deep.equal([ids[0], ids[2]])
    expect(await unfinished(ids[2]!, 2)).to.deep.equal([ids[4]])
    expect(await unfinished(ids[4]!, 2)).to.deep.equal([])
  })

  it('find the open loans by the calendar of the branch that are due then, by id, without those listed', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const [from, until] = [daysAfter(noon, 10), daysAfter(noon, 12)]
    const first = await lend(library, world, from, { renewalCount: 2 })
    const listed = await lend(library, world, daysAfter(noon, 11))
    const gone = await lend(library, world, daysAfter(noon, 11))
    // Renewed since, one of them with the very date.
    const renewed = await lend(library, world, daysAfter(noon, 11), { renewalCount: 2 })
    const dated = await lend(library, world, daysAfter(noon, 11))
    const last = await lend(library, world, (until - 1) as Instant)
    await lend(library, world, until)
    await lend(library, world, (from - 1) as Instant)
    await lend(library, world, from, {
      branchId: world.branchId,
      terms: { ...first.terms, calendarBranchId: elsewhere.id },
    })
    const lost = await lend(library, world, from)
    await done(library, ({ loans }) => loans.save(changed({ ...lost, state: 'lost' as const }), bySystem))
    const closure = await declare(library, world.branchId)
    await done(library, ({ emergencyClosures }) =>
      emergencyClosures.plan(closure.id, [
        loanMove(listed.id, { was: listed.dueAt, renewalCount: listed.renewalCount }),
        loanMove(gone.id, { becomes: gone.dueAt, outcome: 'moved' }),
        loanMove(renewed.id, { was: renewed.dueAt, renewalCount: 1, outcome: 'left' }),
        loanMove(dated.id, { was: noon, renewalCount: dated.renewalCount, outcome: 'left' }),
      ]),
    )
    const within = (notIn: DatesWithin['notIn']) => ({ branchId: world.branchId, from, until, notIn })
    const due = (notIn: DatesWithin['notIn'], after: LoanId | null, limit = 10) =>
      right(
        library.look.run(({ emergencyClosures }) => emergencyClosures.loansDue(within(notIn), after, limit)),
      )
    expect(await due(closure.id, null)).to.deep.equal(
      [first, renewed, dated, last].map(
        ({ id: loanId, dueAt, overdueFrom, renewalCount, terms: { zone } }) => ({
          id: loanId,
          dueAt,
          overdueFrom,
          renewalCount,
          zone,
        }),
      ),
    )
    expect((await due(null, null, 2)).map(one => one.id)).to.deep.equal([first.id, listed.id])
    expect((await due(null, dated.id)).map(one => one.id)).to.deep.equal([last.id])
  })

  it('find the dates of the hold shelf, of what was carried off it too, likewise', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const [from, until] = [daysAfter(noon, 10), daysAfter(noon, 12)]
    const first = await shelve(library, world, from)
    const eleventh = daysAfter(noon, 11)
    const listed = await shelve(library, world, eleventh)
    const gone = await shelve(library, world, eleventh)
    const made = await shelve(library, world, eleventh)
    const carried = await shelve(library, world, (until - 1) as Instant, true)
    await shelve(library, world, until)
    await shelve(library, world, (from - 1) as Instant)
    await shelve(library, world, null)
    await shelve(library, { ...world, branchId: elsewhere.id }, from)
    const closure = await declare(library, world.branchId)
    await done(library, ({ emergencyClosures }) =>
      emergencyClosures.plan(closure.id, [
        { ...shelfMove(listed), was: eleventh },
        { ...shelfMove(gone), becomes: eleventh, outcome: 'moved' },
        { ...shelfMove(made), outcome: 'left' },
      ]),
    )
    const dates = (notIn: DatesWithin['notIn'], after: ReservationId | null, limit = 10) =>
      right(
        library.look.run(({ emergencyClosures }) =>
          emergencyClosures.shelfDates({ branchId: world.branchId, from, until, notIn }, after, limit),
        ),
      )
    expect(await dates(closure.id, null)).to.deep.equal([
      { id: first, readyUntil: from },
      { id: made, readyUntil: eleventh },
      { id: carried, readyUntil: until - 1 },
    ])
    expect((await dates(null, null, 2)).map(one => one.id)).to.deep.equal([first, listed])
    expect((await dates(null, made)).map(one => one.id)).to.deep.equal([carried])
  })

  it('keep the list of what they move, in order, and count it', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const loans = [await lend(library, world, noon), await lend(library, world, noon)]
    const left = await lend(library, world, noon)
    const reservation = await shelve(library, world, noon)
    const closure = await declare(library, world.branchId)
    const other = await declare(library, world.branchId)
    const planned = [
      ...loans.map(loan => loanMove(loan.id)),
      loanMove(left.id, { outcome: 'left' }),
      shelfMove(reservation),
    ]
    const listing = <A>(
      look: (
        of: Parameters<Parameters<typeof library.work.run>[0]>[0]['emergencyClosures'],
      ) => TaskEither<never, A>,
    ) => done(library, ({ emergencyClosures }) => look(emergencyClosures))
    await listing(store => store.plan(closure.id, planned))
    await listing(store => store.plan(other.id, [loanMove(loans[0]!.id)]))
    const without = (moves: readonly Move[]) => moves.map(({ id: _, ...move }) => move)
    const pending = await listing(store => store.next(closure.id, 'pending', 10))
    expect(without(pending)).to.deep.equal([planned[0], planned[1], planned[3]])
    expect(await listing(store => store.next(closure.id, 'pending', 2))).to.deep.equal(pending.slice(0, 2))
    expect(without(await listing(store => store.first(closure.id, 'loan', 2)))).to.deep.equal(
      planned.slice(0, 2),
    )
    expect(without(await listing(store => store.first(closure.id, 'reservation', 2)))).to.deep.equal([
      planned[3],
    ])

    await listing(store => store.settle([pending[0]!, pending[2]!], 'moved'))
    await listing(store => store.settle([], 'kept'))
    expect(await listing(store => store.next(closure.id, 'moved', 10))).to.deep.equal(
      [pending[0]!, pending[2]!].map(move => ({ ...move, outcome: 'moved' })),
    )
    const sums = async () => {
      const sum: Record<string, number> = {}
      for (const { kind, outcome, count } of await listing(store => store.counts(closure.id))) {
        if (count > 0) sum[`${kind} ${outcome}`] = (sum[`${kind} ${outcome}`] ?? 0) + count
      }
      return sum
    }
    expect(await sums()).to.deep.equal({
      'loan moved': 1,
      'loan pending': 1,
      'loan left': 1,
      'reservation moved': 1,
    })
    await listing(store => store.abandon(closure.id))
    expect(await sums()).to.deep.equal({ 'loan moved': 1, 'loan left': 2, 'reservation moved': 1 })
    // Taken anew it stands there once, behind the others.
    const [again] = await listing(store => store.next(closure.id, 'moved', 1))
    await listing(store =>
      store.plan(closure.id, [loanMove(again!.kind === 'loan' ? again!.loanId : id(0), { renewalCount: 3 })]),
    )
    expect(await sums()).to.deep.equal({ 'loan pending': 1, 'loan left': 2, 'reservation moved': 1 })
    await listing(store => store.plan(closure.id, [shelfMove(reservation)]))
    expect(await sums()).to.deep.equal({ 'loan pending': 1, 'loan left': 2, 'reservation pending': 1 })
    // What the other one has on its list is its own.
    expect(await listing(store => store.next(other.id, 'pending', 10))).to.have.length(1)
  })

  it('tell what they have moved of a loan', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const [loan, other] = [await lend(library, world, noon), await lend(library, world, noon)]
    const closure = await declare(library, world.branchId)
    await done(library, ({ emergencyClosures }) =>
      emergencyClosures.plan(closure.id, [loanMove(loan.id, { outcome: 'moved' }), loanMove(other.id)]),
    )
    const movedOf = async (loanId: LoanId) =>
      (await done(library, ({ emergencyClosures }) => emergencyClosures.movedOf(loanId))).map(
        ({ move: { id: _, ...move }, closure: by }) => ({ move, by }),
      )
    expect(await movedOf(loan.id)).to.deep.equal([
      { move: loanMove(loan.id, { outcome: 'moved' }), by: closure },
    ])
    expect(await movedOf(other.id)).to.deep.equal([])
  })

  it('know the last one of the branch that has moved their dates on', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const [loan, other] = [await lend(library, world, noon), await lend(library, world, noon)]
    const reservation = await shelve(library, world, noon)
    const [first, second, third, there] = [
      await declare(library, world.branchId),
      await declare(library, world.branchId),
      await declare(library, world.branchId),
      await declare(library, elsewhere.id),
    ]
    const list = (closure: EmergencyClosure, ...moves: readonly PlannedMove[]) =>
      done(library, ({ emergencyClosures }) => emergencyClosures.plan(closure.id, moves))
    const movingOn = ({ id: closureId }: EmergencyClosure) =>
      done(library, ({ emergencyClosures }) => emergencyClosures.movingOn(closureId))
    const on = { was: later, becomes: daysAfter(noon, 40), outcome: 'moved' } as const
    const ofLoan = loanMove(loan.id, { outcome: 'moved' })
    const ofShelf = { ...shelfMove(reservation), outcome: 'moved' as const }
    await list(first, ofLoan, loanMove(other.id), ofShelf)
    // Another date than it was moved to; never moved; a loan that was not moved itself; of another branch.
    await list(second, { ...ofLoan, ...on, was: noon }, { ...ofShelf, ...on, outcome: 'left' })
    await list(third, loanMove(other.id, on))
    await list(there, { ...ofLoan, ...on }, { ...ofShelf, ...on })
    expect(await movingOn(first)).to.equal(null)
    await list(second, { ...ofShelf, ...on })
    expect(await movingOn(first)).to.equal(second.id)
    await list(third, { ...ofLoan, ...on })
    expect(await movingOn(first)).to.equal(third.id)
    expect(await movingOn(second)).to.equal(null)
  })
})
