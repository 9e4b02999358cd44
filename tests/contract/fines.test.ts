/** Fines and the ledger in every store: what was posted stays, and everything else follows from it (circulation R4.6). */
import { expect } from 'chai'
import fc from 'fast-check'
import {
  balanceOf,
  datePaidOf,
  paidOf,
  paymentMethodOf,
  statusOf,
  unpaidOverdueOf,
} from '../../core/accounts/fine.ts'
import type { Fine, FineStatus } from '../../core/accounts/fine.ts'
import { pay, refund, waive } from '../../core/accounts/fine-moves.ts'
import type { Moved } from '../../core/accounts/fine-moves.ts'
import type { AccountStores, FineFilter, FineSort, LedgerSort } from '../../core/accounts/ports.ts'
import { recordPayment } from '../../core/accounts/use-cases/record-payment.ts'
import { refundFine } from '../../core/accounts/use-cases/refund-fine.ts'
import { waiveFine } from '../../core/accounts/use-cases/waive-fine.ts'
import { borrowingPolicies } from '../../core/circulation/borrowing-policies.ts'
import { checkEligibility } from '../../core/circulation/use-cases/check-eligibility.ts'
import { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { LedgerEntryId, LoanId, MemberId } from '../../core/shared/id.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { PageRequest, Sort } from '../../core/shared/page.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { UnitOfWork } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { bySystem, cents, daysAfter, noon, someTerms } from '../support/builders.ts'
import {
  addMember,
  aLibrary,
  all,
  byCursors,
  byPages,
  done,
  left,
  lendTo,
  newFine,
  post,
  right,
} from '../support/world.ts'

const later = daysAfter(noon, 1)
const asc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'asc' })
const desc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'desc' })

const get = (library: OpenLibrary, fine: Pick<Fine, 'id'>) => done(library, ({ fines }) => fines.get(fine.id))

const entryId = (library: OpenLibrary): Promise<LedgerEntryId> => right(library.ids.next('ledger_entry'))

const must = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const payment = async (library: OpenLibrary, fine: Fine, amount: number, at = later): Promise<Moved> =>
  must(
    pay(fine, { at, actorId: null, entryId: await entryId(library), amount: cents(amount), method: 'card' }),
  )

const save = (library: OpenLibrary, moved: Moved) => done(library, ({ fines }) => fines.save(moved, bySystem))

const finesOf =
  ({ queries }: OpenLibrary, filter: FineFilter = {}) =>
  (page: PageRequest<FineSort>) =>
    queries.accounts.fines(filter, page)

const ledgerOf = (library: OpenLibrary, memberId: MemberId, ...sort: readonly Sort<LedgerSort>[]) =>
  right(library.queries.accounts.ledger(memberId, { sort, limit: 100, at: { kind: 'page', page: 1 } }))

onEveryBackend('a fine', opened => {
  it('comes back as it was posted, with its keys, and is shown', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const loan = await lendTo(library, world)
    const memberId = world.memberIds[0]!
    const fine = await newFine(
      library,
      { memberId, loanId: loan.id, type: 'damaged', description: 'Coffee' },
      ['charge', 500],
      ['payment', -100],
      ['waiver', -50],
    )
    await post(library, fine)
    expect(await get(library, fine)).to.deep.equal({ ...fine, version: 1 })
    expect(await done(library, ({ fines }) => fines.locate(fine.id))).to.deep.equal({
      fineId: fine.id,
      memberId,
      loanId: loan.id,
      branchId: loan.branchId,
    })
    const loanless = await newFine(library, { memberId, loanId: null }, ['charge', 300])
    await post(library, loanless)
    expect(await done(library, ({ fines }) => fines.locate(loanless.id))).to.deep.equal({
      fineId: loanless.id,
      memberId,
      loanId: null,
      branchId: null,
    })
    expect(await right(library.queries.accounts.fine(fine.id))).to.deep.equal({ ...fine, version: 1 })
    expect(await all(finesOf(library), asc('id'))).to.deep.equal([
      { ...fine, version: 1 },
      { ...loanless, version: 1 },
    ])
  })

  it('is not found by an id that names nothing', async () => {
    const { work, queries } = opened.library
    const missing = notFound('fine', 404)
    expect(await left(work.run(({ fines }) => fines.get(id(404))))).to.deep.equal(missing)
    expect(await left(work.run(({ fines }) => fines.locate(id(404))))).to.deep.equal(missing)
    expect(await left(queries.accounts.fine(id(404)))).to.deep.equal(missing)
  })

  it('is saved with what was posted, in a new version, and told of', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const loan = await lendTo(library, world)
    await post(library, await newFine(library, { memberId: loan.memberId, loanId: loan.id }, ['charge', 500]))
    const [posted] = await all(finesOf(library))
    await right(library.outbox.claim(100, noon, later))
    const paid = await payment(library, posted!, 200)
    const saved = await save(library, paid)
    expect(saved).to.deep.equal({ ...paid.state, version: 2 })
    expect(await get(library, saved)).to.deep.equal(saved)
    const { at, actorId } = paid.posted[0]!
    const waived = must(
      waive(saved, { at, actorId, entryId: await entryId(library), amount: cents(100), reason: 'A flood' }),
    )
    const again = await save(library, waived)
    const back = must(
      refund(again, {
        at,
        actorId,
        entryId: await entryId(library),
        reversalId: await entryId(library),
        amount: null,
        reason: 'A mistake',
      }),
    )
    expect(await save(library, back)).to.deep.equal({ ...back.state, version: 4 })
    expect((await get(library, saved)).entries).to.deep.equal(back.state.entries)
    const events = (await right(library.outbox.claim(100, noon, later))).map(({ event }) => event)
    expect(events).to.deep.equal([...paid.events, ...waived.events, ...back.events])
  })

  it('is saved only over the version that was read', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    await post(library, await newFine(library, { memberId: memberIds[0]! }, ['charge', 500]))
    const [fine] = await all(finesOf(library))
    const first = await payment(library, fine!, 500)
    const second = await payment(library, fine!, 500)
    await save(library, first)
    const error = await left(library.work.run(({ fines }) => fines.save(second, bySystem)))
    expect(error).to.deep.equal(staleWrite('fine', fine!.id))
    expect((await get(library, fine!)).entries).to.deep.equal(first.state.entries)
  })

  it('keeps nothing of a move that was undone', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    await post(library, await newFine(library, { memberId: memberIds[0]! }, ['charge', 500]))
    const [fine] = await all(finesOf(library))
    await right(library.outbox.claim(100, noon, later))
    const paid = await payment(library, fine!, 500)
    await left(
      library.work.run(({ fines }) =>
        pipe(
          fines.save(paid, bySystem),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    expect(await get(library, fine!)).to.deep.equal(fine)
    expect(await right(library.outbox.claim(100, noon, later))).to.deep.equal([])
  })

  it('stands beside its loan as soon as it is paid or refunded, in the lists too', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const loan = await lendTo(library, world)
    const of = { memberId: loan.memberId, loanId: loan.id }
    await post(library, await newFine(library, of, ['charge', 500]))
    await post(library, await newFine(library, of, ['charge', 70], ['payment', -70]))
    const shown = async () => {
      const page = { sort: [], limit: 10, at: { kind: 'page' as const, page: 1 } }
      const { rows } = await right(library.queries.circulation.loans({}, page, noon))
      expect(rows).to.deep.equal([await right(library.queries.circulation.loan(loan.id))])
      const { finesPaid, unpaidOverdue } = rows[0]!
      return { finesPaid, unpaidOverdue }
    }
    expect(await shown()).to.deep.equal({ finesPaid: 70, unpaidOverdue: 500 })
    const [fine] = await all(finesOf(library, { status: 'open' }))
    const paid = await save(library, await payment(library, fine!, 200))
    expect(await shown()).to.deep.equal({ finesPaid: 270, unpaidOverdue: 300 })
    const [entry, reversalId] = [await entryId(library), await entryId(library)]
    const given = { at: later, actorId: null, entryId: entry, reversalId, amount: cents(50), reason: 'no' }
    await save(library, must(refund(paid, given)))
    expect(await shown()).to.deep.equal({ finesPaid: 220, unpaidOverdue: 300 })
  })
})

onEveryBackend('the list of fines', opened => {
  /** Issued a day after the other; paid on the days 5, never, 3, never. */
  const fourFines = async (library: OpenLibrary) => {
    const { memberIds } = await aLibrary(library, { members: 2 })
    const [ada, bob] = [memberIds[0]!, memberIds[1]!]
    const made = [
      { memberId: ada, type: 'overdue', amount: 300, paid: 300, on: 5 },
      { memberId: bob, type: 'lost', amount: 200, paid: 0, on: 0 },
      { memberId: ada, type: 'damaged', amount: 400, paid: 400, on: 3 },
      { memberId: ada, type: 'overdue', amount: 100, paid: 60, on: 4 },
    ] as const
    const ids: Fine['id'][] = []
    for (const [index, { memberId, type, amount, paid, on }] of made.entries()) {
      const issuedAt = daysAfter(noon, index)
      const fine = await newFine(library, { memberId, type, issuedAt }, ['charge', amount])
      await post(library, fine)
      ids.push(fine.id)
      if (paid > 0) {
        const stored = await get(library, fine)
        await save(library, await payment(library, stored, paid, daysAfter(noon, on)))
      }
    }
    const places = (rows: readonly Fine[]): string => rows.map(row => ids.indexOf(row.id) + 1).join('')
    return { ada, bob, places }
  }

  it('is filtered', async () => {
    const { library } = opened
    const { ada, bob, places } = await fourFines(library)
    const filtered = async (filter: FineFilter) => places(await all(finesOf(library, filter), asc('id')))
    const day = (count: number): Instant => daysAfter(noon, count)
    expect(await filtered({})).to.equal('1234')
    expect(await filtered({ memberId: ada })).to.equal('134')
    expect(await filtered({ memberId: bob })).to.equal('2')
    expect(await filtered({ status: 'paid' })).to.equal('13')
    expect(await filtered({ status: 'open' })).to.equal('2')
    expect(await filtered({ status: 'partly_paid' })).to.equal('4')
    expect(await filtered({ status: 'waived' })).to.equal('')
    expect(await filtered({ type: 'overdue' })).to.equal('14')
    expect(await filtered({ type: 'overdue', status: 'paid', memberId: ada })).to.equal('1')
    expect(await filtered({ from: day(1) })).to.equal('234')
    expect(await filtered({ to: day(3) })).to.equal('123')
    expect(await filtered({ from: day(1), to: day(3) })).to.equal('23')
  })

  it('is sorted by every field, up and down, by pages and by cursors, nulls last', async () => {
    const { library } = opened
    const { places } = await fourFines(library)
    const orders: Readonly<Record<FineSort, readonly [string, string]>> = {
      id: ['1234', '4321'],
      user_id: ['1342', '2134'],
      fine_type: ['3214', '1423'],
      amount: ['4213', '3124'],
      date_issued: ['1234', '4321'],
      date_paid: ['3124', '1324'],
      status: ['2134', '4132'],
    }
    const list = finesOf(library)
    for (const [field, [up, down]] of Object.entries(orders) as [FineSort, readonly [string, string]][]) {
      for (const [sort, order] of [
        [asc(field), up],
        [desc(field), down],
      ] as const) {
        const what = `${field} ${sort.direction}`
        expect(places(await all(list, sort)), what).to.equal(order)
        expect(places((await byPages(list, 3, sort)).flat()), what).to.equal(order)
        expect(places((await byCursors(list, 1, [sort])).flat()), what).to.equal(order)
      }
    }
  })
})

onEveryBackend('the ledger of a member', opened => {
  it('has every entry with what he owed after it, and what he owes', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library, { members: 2 })
    const [memberId, other] = [memberIds[0]!, memberIds[1]!]
    await post(library, await newFine(library, { memberId }, ['charge', 500], ['payment', -125]))
    await post(library, await newFine(library, { memberId: other }, ['charge', 9999]))
    await post(library, await newFine(library, { memberId }, ['charge', 250]))
    const [latest] = await all(finesOf(library, { memberId }), desc('id'))
    await save(library, await payment(library, latest!, 100))
    const entries = (await all(finesOf(library, { memberId }), asc('id'))).flatMap(fine => fine.entries)
    const lines = entries.map((entry, index) => ({ entry, runningBalance: [500, 375, 625, 525][index] }))
    const { page, balance } = await ledgerOf(library, memberId, asc('at'))
    expect(page.rows).to.deep.equal(lines)
    expect([page.total, balance]).to.deep.equal([4, 525])

    const list = (request: PageRequest<LedgerSort>) =>
      pipe(
        library.queries.accounts.ledger(memberId, request),
        TE.map(ledger => ledger.page),
      )
    const newest = (await byCursors(list, 1, [desc('at'), desc('id')])).flat()
    expect(newest).to.deep.equal([...lines].reverse())
    const byAmount = (await byPages(list, 3, asc('amount'))).flat().map(({ entry }) => entry.amount)
    expect(byAmount).to.deep.equal([-125, -100, 250, 500])
    const byType = (await byCursors(list, 2, [asc('type'), asc('id')])).flat().map(({ entry }) => entry.type)
    expect(byType).to.deep.equal(['charge', 'charge', 'payment', 'payment'])
  })

  it('is empty for who was never charged', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const { page, balance } = await ledgerOf(library, memberIds[0]!)
    expect([page.rows, page.total, page.next, balance]).to.deep.equal([[], 0, null, 0])
  })
})

/** A random history of one member's fines: which of his fines, what is tried, and with how much. */
type Step =
  | { readonly kind: 'charge'; readonly amount: number }
  | { readonly kind: 'pay'; readonly which: number; readonly amount: number }
  | { readonly kind: 'waive' | 'refund'; readonly which: number; readonly amount: number | null }

const amount = fc.integer({ min: 1, max: 300 })
const which = fc.nat({ max: 3 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('charge' as const), amount }),
  fc.record({ kind: fc.constant('pay' as const), which, amount }),
  fc.record({ kind: fc.constantFrom('waive' as const, 'refund' as const), which, amount: fc.option(amount) }),
)

onEveryBackend('whatever is paid, waived and refunded', opened => {
  const deps = (library: OpenLibrary) => ({
    work: library.work,
    ids: library.ids,
    clock: { now: () => later },
  })

  const attempt = (
    library: OpenLibrary,
    fine: Fine,
    tried: Exclude<Step, { readonly kind: 'charge' }>,
  ): Promise<E.Either<{ readonly type: string }, Fine>> => {
    const given = { act: bySystem, fineId: fine.id, reason: 'Because' }
    const part = tried.amount === null ? null : cents(tried.amount)
    switch (tried.kind) {
      case 'pay':
        return recordPayment(deps(library))({ ...given, amount: cents(tried.amount), method: 'online' })()
      case 'waive':
        return waiveFine(deps(library))({ ...given, amount: part })()
      case 'refund':
        return refundFine(deps(library))({ ...given, amount: part })()
    }
  }

  it('the balance is the sum, what is kept beside the ledger follows from it, and a refusal changes nothing', async function () {
    this.timeout(120_000)
    const { library } = opened
    const world = await aLibrary(library, { copies: 8 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async steps => {
        run += 1
        const { id: memberId } = await addMember(library, { cardNumber: `RUN${run}` })
        const loan = await lendTo(library, world, { memberId, copyId: world.copyIds[(run - 1) % 8]! })
        const ids: Fine['id'][] = []
        for (const tried of steps) {
          if (tried.kind === 'charge') {
            const fine = await newFine(library, { memberId, loanId: loan.id }, ['charge', tried.amount])
            await post(library, fine)
            ids.push(fine.id)
          } else if (ids.length > 0) {
            const before = await get(library, { id: ids[tried.which % ids.length]! })
            const result = await attempt(library, before, tried)
            const after = await get(library, before)
            if (E.isLeft(result)) {
              expect(result.left.type).to.match(/^(Payment|Waiver|Refund)Refused$/)
              expect(after).to.deep.equal(before)
            } else {
              expect(after).to.deep.equal(result.right)
              expect(after.entries.slice(0, before.entries.length)).to.deep.equal(before.entries)
            }
          }
        }
        await agrees(library, memberId, loan.id)
        // So that the copies go round.
        await done(library, ({ loans }) =>
          pipe(
            loans.get(loan.id),
            TE.flatMap(out =>
              loans.save(
                {
                  state: {
                    ...out,
                    state: 'returned',
                    returnedAt: later,
                    scannedAt: later,
                    returnBranchId: world.branchId,
                  },
                  events: [],
                },
                bySystem,
              ),
            ),
          ),
        )
        await agrees(library, memberId, loan.id)
      }),
      { numRuns: 12 },
    )
  })

  /** Everything that is shown or stored of a member's money tells the same. */
  const agrees = async (library: OpenLibrary, memberId: MemberId, loanId: LoanId): Promise<void> => {
    const fines = await all(finesOf(library, { memberId }), asc('id'))
    const sums = { balance: 0, paid: 0 }
    for (const fine of fines) {
      expect(balanceOf(fine)).to.be.at.least(0)
      expect(paidOf(fine)).to.be.at.least(0)
      expect(fine.entries.every(entry => entry.amount !== 0)).to.be.true
      sums.balance += balanceOf(fine)
      sums.paid += paidOf(fine)
    }
    const account = await done(library, ({ memberAccounts }) => memberAccounts.of(memberId, noon))
    expect(account.balance).to.equal(sums.balance)
    expect(account.unpaidOverdue).to.equal(unpaidOverdueOf(fines))
    const { page, balance } = await ledgerOf(library, memberId, asc('at'))
    expect(balance).to.equal(sums.balance)
    expect(page.rows.at(-1)?.runningBalance ?? 0).to.equal(sums.balance)
    const record = await right(library.queries.circulation.loan(loanId))
    expect(record).to.include({ finesPaid: sums.paid, unpaidOverdue: unpaidOverdueOf(fines) })
    // The filters and the order go by what is stored beside the ledger.
    for (const status of new Set<FineStatus>(['open', 'paid', ...fines.map(statusOf)])) {
      const found = await all(finesOf(library, { memberId, status }), asc('id'))
      expect(found).to.deep.equal(fines.filter(fine => statusOf(fine) === status))
    }
    const firstPaid = await all(finesOf(library, { memberId }), asc('date_paid'))
    expect(firstPaid.map(datePaidOf)).to.deep.equal(
      fines.map(datePaidOf).sort((a, b) => (a ?? Infinity) - (b ?? Infinity)),
    )
  }
})

const aMoment: TE.TaskEither<never, void> = () =>
  new Promise(resolve => {
    setTimeout(() => {
      resolve(E.right(undefined))
    }, 30)
  })

onEveryBackend('two desks at once', opened => {
  /** Stays a while after reading a fine and after writing it, so that the desks overlap. */
  const slow = ({ work }: OpenLibrary): UnitOfWork<AccountStores> => ({
    run: what =>
      work.run(stores =>
        what({
          ...stores,
          fines: {
            ...stores.fines,
            get: fineId =>
              pipe(
                stores.fines.get(fineId),
                TE.tap(() => aMoment),
              ),
            save: (moved, act) =>
              pipe(
                stores.fines.save(moved, act),
                TE.tap(() => aMoment),
              ),
          },
        }),
      ),
  })

  it('never take more for a fine than is owed: one is paid, the other is told what is left', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const fine = await newFine(library, { memberId: memberIds[0]! }, ['charge', 500])
    await post(library, fine)
    const deps = { work: slow(library), ids: library.ids, clock: { now: () => later } }
    const desk = recordPayment(deps)({
      act: bySystem,
      fineId: fine.id,
      amount: cents(300),
      method: 'cash',
    })
    const results = await Promise.all([desk(), desk(), desk()])
    expect(results.filter(E.isRight)).to.have.length(1)
    for (const result of results) {
      if (E.isLeft(result)) {
        expect(result.left).to.have.property('type', 'PaymentRefused')
        expect(result.left).to.have.nested.property('verdicts[0].limit', 200)
      }
    }
    const after = await get(library, fine)
    expect([balanceOf(after), paidOf(after), after.version]).to.deep.equal([200, 300, 2])
  })

  it('are in the ledger in the order they were made, although the one who waited looked at his clock first', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const fine = await newFine(library, { memberId: memberIds[0]! }, ['charge', 500])
    await post(library, fine)
    const pays = (now: Instant, method: 'cash' | 'card') =>
      right(
        recordPayment({ work: library.work, ids: library.ids, clock: { now: () => now } })({
          act: bySystem,
          fineId: fine.id,
          amount: cents(250),
          method,
        }),
      )
    await pays(daysAfter(noon, 2), 'cash')
    const told = await pays(later, 'card')
    expect([datePaidOf(told), paymentMethodOf(told)]).to.deep.equal([daysAfter(noon, 2), 'card'])
    const kept = await get(library, fine)
    expect([datePaidOf(kept), paymentMethodOf(kept)]).to.deep.equal([datePaidOf(told), 'card'])
  })

  it('pay two fines of one loan, and both are counted', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const loan = await lendTo(library, world)
    const fines = [
      await newFine(library, { memberId: loan.memberId, loanId: loan.id }, ['charge', 500]),
      await newFine(library, { memberId: loan.memberId, loanId: loan.id }, ['charge', 300]),
    ]
    for (const fine of fines) await post(library, fine)
    const deps = { work: slow(library), ids: library.ids, clock: { now: () => later } }
    const desks = fines.map(fine =>
      recordPayment(deps)({ act: bySystem, fineId: fine.id, amount: cents(300), method: 'cash' })(),
    )
    expect((await Promise.all(desks)).every(E.isRight)).to.be.true
    expect((await right(library.queries.circulation.loan(loan.id))).finesPaid).to.equal(600)
  })
})

onEveryBackend('a cap per member (R4.4)', opened => {
  it('is shared by the fines of all his loans, and what is paid makes room again', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3 })
    const memberId = world.memberIds[0]!
    const rule = someTerms(world.branchId).fine
    const terms = someTerms(world.branchId, {
      fine: { ...rule, countClosedDays: true, memberCap: cents(300) },
    })
    const lent: LoanId[] = []
    for (const copyId of world.copyIds) {
      const loan = await lendTo(library, world, { copyId, terms })
      await done(library, ({ copies }) =>
        pipe(
          copies.get(copyId),
          TE.flatMap(copy => copies.save({ ...copy, status: 'on_loan', loanId: loan.id }, null)),
        ),
      )
      lent.push(loan.id)
    }
    await done(library, ({ titles }) =>
      pipe(
        titles.get(world.bookId),
        TE.flatMap(title =>
          titles.saveHoldings({ ...title, holdings: { total: 3, available: 0, circulating: 3 } }),
        ),
      ),
    )
    // Ten days late at 25 a day would be 250 each.
    const now = daysAfter(noon, 31)
    const clock = { now: () => now }
    const debt = async () => {
      const ask = checkEligibility({
        look: library.look,
        clock,
        borrowing: borrowingPolicies,
        renewal: [],
        reservation: [],
      })
      const about = { action: 'checkout' as const, wanted: { copyId: world.copyIds[0]! }, branchId: null }
      const { rules } = await right(ask({ act: bySystem, memberId, about }))
      return rules.find(({ rule }) => rule === 'debt')?.actual
    }
    const bringBack = async (loanId: LoanId) => {
      const { fine } = await right(
        returnLoan({ work: library.work, clock, ids: library.ids })({
          act: bySystem,
          loanId,
          branchId: null,
          condition: null,
          notes: null,
          returnedAt: null,
          resolution: null,
        }),
      )
      return fine === null ? null : balanceOf(fine)
    }
    expect(await debt()).to.equal(300)
    expect(await bringBack(lent[0]!)).to.equal(250)
    expect(await debt()).to.equal(300)
    expect(await bringBack(lent[1]!)).to.equal(50)
    expect(await debt()).to.equal(300)

    const [first] = await all(finesOf(library, { memberId }), asc('id'))
    const paying = recordPayment({ work: library.work, clock, ids: library.ids })
    await right(paying({ act: bySystem, fineId: first!.id, amount: cents(120), method: 'cash' }))
    expect(await debt()).to.equal(300)
    expect(await bringBack(lent[2]!)).to.equal(120)
    expect(await debt()).to.equal(300)
  })
})
