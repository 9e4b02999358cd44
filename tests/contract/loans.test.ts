import { expect } from 'chai'
import type { LoanTerms } from '../../core/circulation/loan-terms.ts'
import type { Loan, OpenLoan } from '../../core/circulation/loan.ts'
import { changed } from '../../core/shared/changed.ts'
import { id } from '../../core/shared/id.ts'
import { instant, plusMinutes } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import {
  aBranch,
  aLoan,
  bySystem,
  cents,
  day,
  daysAfter,
  noon,
  returned,
  someTerms,
  zone,
} from '../support/builders.ts'
import { addBook, aLibrary, done, left, lendTo, newFine, post, right } from '../support/world.ts'
import type { Movement, World } from '../support/world.ts'

const newLoan = async (
  library: OpenLibrary,
  { memberIds, copyIds, bookId, branchId }: World,
  some: Partial<Omit<OpenLoan, 'id'>> = {},
): Promise<OpenLoan> =>
  aLoan({
    memberId: memberIds[0]!,
    copyId: copyIds[0]!,
    bookId,
    branchId,
    ...some,
    id: await right(library.ids.next('loan')),
  })

const save = <Saved extends Loan>(library: OpenLibrary, loan: Saved) =>
  done(library, ({ loans }) => loans.save(changed(loan), bySystem))

const get = (library: OpenLibrary, loanId: Loan['id']) => done(library, ({ loans }) => loans.get(loanId))

/** Terms where every value differs from the default ones, nothing of what may be there left out. */
const strictTerms = (branchId: World['branchId']): LoanTerms =>
  someTerms(branchId, {
    loanPeriod: { length: 90, unit: 'minutes' },
    closedDays: 'count_open_days',
    closedHours: 'shorten_to_closing',
    hardDueDate: day('2026-12-23'),
    hardDueDateMode: 'floor',
    endWithMembership: true,
    maxRenewals: null,
    renewalPeriod: { length: 1, unit: 'months' },
    renewalFrom: 'now',
    fine: {
      amount: cents(30),
      per: 'hour',
      chargeAt: 'end_of_unit',
      grace: 2,
      graceMode: 'deduct',
      steps: [
        { afterUnits: 7, amount: cents(60) },
        { afterUnits: 14, amount: cents(90) },
      ],
      countClosedDays: true,
      cap: null,
      capToPrice: false,
      memberCap: cents(5000),
    },
    lostProcessingFee: null,
    lostRefundDays: null,
    refundProcessingFee: true,
    defaultPrice: null,
    chargeOverdueOnLostReturn: true,
    damageFees: { minor: null, major: cents(1), beyondRepair: cents(2) },
    zone: zone('America/Argentina/Buenos_Aires'),
  })

onEveryBackend('loans', opened => {
  it('come back as they were saved, with nothing that may be left out', async () => {
    const { library } = opened
    const loan = await newLoan(library, await aLibrary(library))
    const saved = await save(library, loan)
    expect(saved).to.deep.equal({ ...loan, version: 1 })
    expect(await get(library, loan.id)).to.deep.equal(saved)
  })

  it('come back as they were saved, with everything', async () => {
    const { library } = opened
    const world = await aLibrary(library, { members: 2 })
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const loan = await newLoan(library, world, {
      branchId: elsewhere.id,
      borrowedAt: instant(noon + 123),
      dueAt: instant(noon + 456),
      overdueFrom: instant(noon + 457),
      terms: strictTerms(world.branchId),
      renewalCount: 3,
      finesPosted: cents(725),
      librarianId: world.memberIds[1]!,
      notes: 'Schutzumschlag fehlt 📕',
      override: { rules: ['loan-limit', 'debt'], reason: 'Für die Schulklasse' },
    })
    const saved = await save(library, loan)
    expect(saved).to.deep.equal({ ...loan, version: 1 })
    expect(await get(library, loan.id)).to.deep.equal(saved)
    expect((await right(library.queries.circulation.loan(loan.id))).loan).to.deep.equal(saved)
  })

  for (const state of ['lost', 'claimed_returned'] as const) {
    it(`may be ${state}`, async () => {
      const { library } = opened
      const loan = await save(library, await newLoan(library, await aLibrary(library)))
      const saved = await save(library, { ...loan, state })
      expect(saved).to.deep.equal({ ...loan, state, version: 2 })
      expect(await get(library, loan.id)).to.deep.equal(saved)
    })
  }

  it('are closed in place, with when and where they came back', async () => {
    const { library } = opened
    const loan = await save(library, await newLoan(library, await aLibrary(library)))
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const closed = {
      ...returned(loan, daysAfter(noon, 3)),
      scannedAt: plusMinutes(daysAfter(noon, 3), 45),
      returnBranchId: elsewhere.id,
      finesPosted: cents(50),
      notes: 'Book drop',
    }
    const saved = await save(library, closed)
    expect(saved).to.deep.equal({ ...closed, version: 2 })
    expect(await get(library, loan.id)).to.deep.equal(saved)
  })

  it('are saved with a later due date and what else a renewal changes', async () => {
    const { library } = opened
    const loan = await save(library, await newLoan(library, await aLibrary(library)))
    const renewed = {
      ...loan,
      dueAt: daysAfter(loan.dueAt, 21),
      overdueFrom: daysAfter(loan.overdueFrom, 21),
      renewalCount: 1,
      finesPosted: cents(25),
      override: { rules: ['max-renewals'], reason: 'Exam' },
    }
    await save(library, renewed)
    expect(await get(library, loan.id)).to.deep.equal({ ...renewed, version: 2 })
  })

  it('are not found by an id that names nothing', async () => {
    const { work, queries } = opened.library
    for (const asked of [
      work.run(({ loans }) => loans.get(id(404))),
      work.run(({ loans }) => loans.locate(id(404))),
      queries.circulation.loan(id(404)),
    ]) {
      expect(await left<unknown, unknown>(asked)).to.deep.equal(notFound('borrowing', 404))
    }
  })

  it('are located by their keys', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const elsewhere = await done(library, ({ branches }) => branches.add(aBranch()))
    const loan = await save(library, await newLoan(library, world, { branchId: elsewhere.id }))
    const keys = await done(library, ({ loans }) => loans.locate(loan.id))
    expect(keys).to.deep.equal({
      loanId: loan.id,
      memberId: world.memberIds[0],
      bookId: world.bookId,
      copyId: world.copyIds[0],
      branchId: elsewhere.id,
    })
  })

  it('are saved only over the version that was read', async () => {
    const { library } = opened
    const loan = await save(library, await newLoan(library, await aLibrary(library)))
    const saved = await save(library, { ...loan, notes: 'First' })
    const error = await left(
      library.work.run(({ loans }) => loans.save(changed({ ...loan, notes: 'Second' }), bySystem)),
    )
    expect(error).to.deep.equal(staleWrite('borrowing', loan.id))
    expect(await get(library, loan.id)).to.deep.equal(saved)
  })

  it('are one for each copy that is out, the rest is a duplicate', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2, members: 2 })
    const loan = await save(library, await newLoan(library, world))
    const second = await newLoan(library, world, { memberId: world.memberIds[1]! })
    const again = library.work.run(({ loans }) => loans.save(changed(second), bySystem))
    expect(await left(again)).to.deep.equal(duplicateKey('book_copy_id'))
    await save(library, await newLoan(library, world, { copyId: world.copyIds[1]! }))
    await save(library, returned(loan, daysAfter(noon, 1)))
    expect((await right(again)).version).to.equal(1)
  })

  it('leave a copy that is lost or claimed returned out', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const lost = await save(library, await newLoan(library, world))
    await save(library, { ...lost, state: 'lost' as const })
    const claimed = await save(library, await newLoan(library, world, { copyId: world.copyIds[1]! }))
    await save(library, { ...claimed, state: 'claimed_returned' as const })
    for (const copyId of world.copyIds) {
      const again = await newLoan(library, world, { copyId })
      expect(await left(library.work.run(({ loans }) => loans.save(changed(again), bySystem)))).to.deep.equal(
        duplicateKey('book_copy_id'),
      )
    }
  })

  it('tell the last of a copy that came back, by the time of its return', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const last = () => done(library, ({ loans }) => loans.lastReturnedOf(world.copyIds[0]!))
    expect(await last()).to.be.null
    const first = await save(library, await newLoan(library, world))
    expect(await last()).to.be.null
    const late = await save(library, returned(first, daysAfter(noon, 9)))
    const second = await save(library, await newLoan(library, world))
    await save(library, returned(second, daysAfter(noon, 2)))
    await save(library, await newLoan(library, world))
    const other = await save(library, await newLoan(library, world, { copyId: world.copyIds[1]! }))
    await save(library, returned(other, daysAfter(noon, 20)))
    expect(await last()).to.deep.equal(late)
  })
})

onEveryBackend('the account of a member', opened => {
  it('is empty at first', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const account = await done(library, ({ memberAccounts }) => memberAccounts.of(memberIds[0]!, noon))
    expect(account).to.deep.equal({
      loansOut: [],
      balance: 0,
      unpaidOverdue: 0,
      blocks: [],
      selfCheckouts: [],
    })
  })

  it('has the loans that are out in every state, with the category and the price of the copy', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 4, members: 2 })
    const copies = await done(library, stores => stores.copies.ofBook(world.bookId))
    await done(library, stores =>
      stores.copies.save({ ...copies[1]!, loanCategory: 'media', price: cents(1999) }, null),
    )
    const lend = (copy: number, memberId = world.memberIds[0]!) =>
      lendTo(library, world, { copyId: world.copyIds[copy]!, memberId })
    const open = await lend(0)
    const lost = await save(library, { ...(await lend(1)), state: 'lost' as const })
    const claimed = await save(library, { ...(await lend(2)), state: 'claimed_returned' as const })
    const back = await lend(3)
    await save(library, returned(back, daysAfter(noon, 1)))
    await lend(3, world.memberIds[1])
    const { loansOut } = await done(library, ({ memberAccounts }) =>
      memberAccounts.of(world.memberIds[0]!, noon),
    )
    expect(loansOut).to.have.deep.members([
      { loan: open, loanCategory: 'book', price: null },
      { loan: lost, loanCategory: 'media', price: 1999 },
      { loan: claimed, loanCategory: 'book', price: null },
    ])
  })

  it('has the checkouts he made himself after the instant asked for, earliest first', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 6, members: 2 })
    const [member, other] = [world.memberIds[0]!, world.memberIds[1]!]
    const lend = (copy: number, minutes: number, some: Partial<OpenLoan> = {}) =>
      lendTo(library, world, {
        copyId: world.copyIds[copy]!,
        borrowedAt: plusMinutes(noon, minutes),
        ...some,
      })
    await lend(0, 40)
    const back = await lend(1, 20)
    await save(library, returned(back, plusMinutes(noon, 30)))
    await lend(2, 10, { librarianId: other })
    await lend(3, 50, { memberId: other })
    await lend(4, -1)
    await lend(5, 0)
    const { selfCheckouts } = await done(library, ({ memberAccounts }) => memberAccounts.of(member, noon))
    expect(selfCheckouts).to.deep.equal([plusMinutes(noon, 20), plusMinutes(noon, 40)])
  })

  it('owes the sum of his ledger, of overdue fines what is not paid', async () => {
    const { library } = opened
    const world = await aLibrary(library, { members: 2 })
    const [memberId, other] = [world.memberIds[0]!, world.memberIds[1]!]
    await post(library, await newFine(library, { memberId }, ['charge', 500], ['payment', -125]))
    await post(library, await newFine(library, { memberId }, ['charge', 250]))
    await post(library, await newFine(library, { memberId: other }, ['charge', 9999]))
    await post(library, await newFine(library, { memberId, type: 'lost' }, ['charge', 2000]))
    await post(
      library,
      await newFine(library, { memberId }, ['charge', 300], ['payment', -300], ['credit', -50]),
    )
    const { balance, unpaidOverdue } = await done(library, ({ memberAccounts }) =>
      memberAccounts.of(memberId, noon),
    )
    expect({ balance, unpaidOverdue }).to.deep.equal({ balance: 2575, unpaidOverdue: 625 })
  })

  it('tells what was paid of the fines of one loan and not given back, and what is owed of overdue fines', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const loan = await lendTo(library, world)
    const other = await lendTo(library, world, { copyId: world.copyIds[1]! })
    const memberId = world.memberIds[0]!
    const fine = async (loanId: Loan['id'], ...movements: readonly Movement[]) => {
      await post(library, await newFine(library, { memberId, loanId }, ...movements))
    }
    await fine(loan.id, ['charge', 500], ['payment', -125], ['payment', -75], ['waiver', -50], ['refund', 20])
    await fine(loan.id, ['charge', 100], ['payment', -100])
    await fine(other.id, ['charge', 100], ['payment', -30])
    const of = (loanId: Loan['id']) => done(library, ({ memberAccounts }) => memberAccounts.ofLoan(loanId))
    expect(await of(loan.id)).to.deep.equal({ finesPaid: 280, unpaidOverdue: 340 })
    expect(await of(other.id)).to.deep.equal({ finesPaid: 30, unpaidOverdue: 340 })
    expect(await of(id(404))).to.deep.equal({ finesPaid: 0, unpaidOverdue: 0 })
    expect(await right(library.queries.circulation.loan(loan.id))).to.include(await of(loan.id))
  })
})

onEveryBackend('fines', opened => {
  it('are charged once under one key', async () => {
    const { library } = opened
    const { memberIds } = await aLibrary(library)
    const memberId = memberIds[0]!
    const fine = (chargeKey: string) => newFine(library, { memberId, chargeKey }, ['charge', 100])
    await post(library, await fine('overdue:1:0'))
    const same = { state: await fine('overdue:1:0'), events: [] }
    const error = await left(library.work.run(({ fines }) => fines.add(same, bySystem)))
    expect(error).to.deep.equal(duplicateKey('charge_key'))
    await post(library, await fine('overdue:1:1'))
    const { balance } = await done(library, ({ memberAccounts }) => memberAccounts.of(memberId, noon))
    expect(balance).to.equal(200)
  })
})

onEveryBackend('loans and fines taken over', opened => {
  const history = async (library: OpenLibrary, world: World) => {
    const first = returned(await newLoan(library, world), daysAfter(noon, 30))
    const second = await newLoan(library, world, { terms: strictTerms(world.branchId) })
    const fine = await newFine(
      library,
      { memberId: world.memberIds[0]!, loanId: first.id },
      ['charge', 225],
      ['payment', -200],
    )
    return { loans: [first, second] as const, fines: [fine] as const }
  }

  it('stand as they are told, in their first version', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const { loans, fines } = await history(library, world)
    await done(library, stores => stores.history.add(loans, fines))
    for (const loan of loans) {
      expect(await get(library, loan.id)).to.deep.equal({ ...loan, version: 1 })
    }
    const account = await done(library, ({ memberAccounts }) =>
      memberAccounts.of(world.memberIds[0]!, daysAfter(noon, -1)),
    )
    expect(account.balance).to.equal(25)
    expect(account.loansOut.map(({ loan }) => loan.id)).to.deep.equal([loans[1].id])
    const ofLoan = await done(library, ({ memberAccounts }) => memberAccounts.ofLoan(loans[0].id))
    expect(ofLoan).to.deep.equal({ finesPaid: 200, unpaidOverdue: 25 })
  })

  it('are told to nobody', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const claim = library.outbox.claim(100, daysAfter(noon, 1), daysAfter(noon, 2))
    const before = await right(claim)
    const { loans, fines } = await history(library, world)
    await done(library, stores => stores.history.add(loans, fines))
    expect(before.every(({ event }) => event.type === 'MemberRegistered')).to.be.true
    expect(await right(claim)).to.deep.equal([])
  })

  it('may be none at all', async () => {
    await done(opened.library, stores => stores.history.add([], []))
  })

  it('leave a copy out once, and charge once under a key', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const { loans, fines } = await history(library, world)
    await done(library, stores => stores.history.add(loans, fines))
    const out = await newLoan(library, world)
    expect(await left(library.work.run(stores => stores.history.add([out], [])))).to.deep.equal(
      duplicateKey('book_copy_id'),
    )
    const again = await newFine(library, fines[0], ['charge', 1])
    expect(await left(library.work.run(stores => stores.history.add([], [again])))).to.deep.equal(
      duplicateKey('charge_key'),
    )
  })

  it('come all or not at all', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const other = await addBook(library, world, {}, 1)
    const fitting = await newLoan(library, { ...world, ...other })
    const [first, second] = [await newLoan(library, world), await newLoan(library, world)]
    await left(library.work.run(stores => stores.history.add([fitting, first, second], [])))
    const error = await left(library.work.run(({ loans }) => loans.get(fitting.id)))
    expect(error).to.deep.equal(notFound('borrowing', fitting.id))
  })
})
