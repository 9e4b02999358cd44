/** What is damaged behind the product's back is found, and told by the one invariant it breaks: whatever stores let pass. */
import { expect } from 'chai'
import type { LedgerEntry } from '../../core/accounts/ledger.ts'
import { keep, lend, sendTo } from '../../core/circulation/copy.ts'
import type { Available } from '../../core/circulation/copy.ts'
import { borrowingPolicies } from '../../core/circulation/borrowing-policies.ts'
import { close } from '../../core/circulation/loan.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import { makeReady, place, send } from '../../core/circulation/reservation.ts'
import { transferBetween } from '../../core/circulation/transfer.ts'
import { checkOut } from '../../core/circulation/use-cases/check-out.ts'
import { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import { changed } from '../../core/shared/changed.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { CopyId, LoanId, MemberId } from '../../core/shared/id.ts'
import { zero } from '../../core/shared/money.ts'
import { onEveryBackend } from '../support/backends.ts'
import { aBook, aLoadedCopy, bySystem, cents, daysAfter, noon } from '../support/builders.ts'
import { examined, wrongIn } from '../support/consistency.ts'
import { aLibrary, done, lendTo, newFine, post, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

onEveryBackend('what must hold', opened => {
  let world: World
  let [copyId, second]: CopyId[] = []
  let [memberId, other]: MemberId[] = []
  beforeEach(async () => {
    world = await aLibrary(opened.library, { copies: 2, members: 2 })
    ;[copyId, second] = world.copyIds as CopyId[]
    ;[memberId, other] = world.memberIds as MemberId[]
  })

  const checkedOut = (): Promise<Loan> => {
    const { work, ids } = opened.library
    const lending = checkOut({ work, ids, clock: { now: () => noon }, policies: borrowingPolicies })
    return right(
      pipe(
        lending({
          act: bySystem,
          member: { memberId: memberId! },
          wanted: { copyId: copyId! },
          branchId: null,
          notes: null,
          override: null,
        }),
        TE.map(({ overview }) => overview.record.loan),
      ),
    )
  }
  const broughtBack = (loanId: LoanId) => {
    const { work, ids } = opened.library
    return right(
      returnLoan({ work, ids, clock: { now: () => daysAfter(noon, 1) } })({
        act: bySystem,
        loanId,
        branchId: null,
        condition: null,
        notes: null,
        returnedAt: null,
        resolution: null,
      }),
    )
  }
  /** The copy's row alone, or with what its book says of it. */
  const putCopy = (id: CopyId, change: (copy: Available) => Parameters<typeof keep>[0]) =>
    done(opened.library, ({ copies }) =>
      pipe(
        copies.get(id),
        TE.flatMap(copy => copies.save(change(copy as Available), null)),
      ),
    )
  const say = (holdings: { total: number; available: number; circulating: number }) =>
    done(opened.library, ({ titles }) =>
      pipe(
        titles.get(world.bookId),
        TE.flatMap(title => titles.saveHoldings({ ...title, holdings })),
      ),
    )
  const oneOut = { total: 2, available: 1, circulating: 1 }

  const reserved = async (who: MemberId) => {
    const id = await right(opened.library.ids.next('reservation'))
    const { state } = place({
      id,
      memberId: who,
      bookId: world.bookId,
      branchId: world.branchId,
      reservedAt: noon,
      priority: 0,
      expiresOn: null,
      queueUntil: null,
    })
    return done(opened.library, ({ reservations }) => reservations.save(changed(state), bySystem))
  }

  const wrong = () => wrongIn(opened.library)

  it('holds in a library at work: lent, brought back, kept and under way', async () => {
    const loan = await checkedOut()
    expect(await wrong()).to.deep.equal([])
    await broughtBack(loan.id)
    await checkedOut()
    const waiting = await reserved(memberId!)
    await reserved(other!)
    await done(opened.library, ({ reservations }) =>
      reservations.save(makeReady(waiting, second!, null, noon), bySystem),
    )
    await putCopy(second!, copy => keep(copy, memberId!))
    await say({ total: 2, available: 0, circulating: 2 })
    const report = await examined(opened.library)
    expect(report.violations).to.deep.equal([])
    expect(report.found).to.equal(0)
    const kinds = new Map(report.kinds.map(({ of, checked }) => [of, checked]))
    expect(kinds.get('titles')).to.equal(1)
    expect(kinds.get('loans')).to.equal(2)
    expect(report.checked).to.equal([...kinds.values()].reduce((sum, count) => sum + count, 0))
  })

  it('copy-names-its-loan: a copy is out on a loan that came back', async () => {
    const loan = await checkedOut()
    await broughtBack(loan.id)
    await putCopy(copyId!, copy => lend(copy, loan.id))
    await say(oneOut)
    expect(await wrong()).to.deep.equal([`copy-names-its-loan copy ${copyId!}`])
  })

  it('loan-holds-its-copy: a loan is open and its copy free', async () => {
    const loan = await lendTo(opened.library, world)
    expect(await wrong()).to.deep.equal([`loan-holds-its-copy borrowing ${loan.id}`])
  })

  it('kept-for-a-reservation: a copy is kept for nobody, or for another than its reservation', async () => {
    await putCopy(copyId!, copy => keep(copy, memberId!))
    await say(oneOut)
    const found = [`kept-for-a-reservation copy ${copyId!}`]
    expect(await wrong()).to.deep.equal(found)
    const waiting = await reserved(other!)
    await done(opened.library, ({ reservations }) =>
      reservations.save(makeReady(waiting, copyId!, null, noon), bySystem),
    )
    expect(await wrong()).to.deep.equal(found)
  })

  it('reservation-has-its-copy: what is ready stands free, what is sent for goes elsewhere', async () => {
    const waiting = await reserved(memberId!)
    const found = [`reservation-has-its-copy reservation ${waiting.id}`]
    const ready = await done(opened.library, ({ reservations }) =>
      reservations.save(makeReady(waiting, copyId!, null, noon), bySystem),
    )
    expect(await wrong()).to.deep.equal(found)
    await done(opened.library, ({ reservations }) => reservations.save(send(ready, copyId!, noon), bySystem))
    expect(await wrong()).to.deep.equal(found)
  })

  it('in-transit-has-its-transfer, transfer-has-its-copy: one without the other', async () => {
    const sent = (copy: Available) => sendTo(copy, world.branchId)
    await putCopy(copyId!, sent)
    await say(oneOut)
    expect(await wrong()).to.deep.equal([`in-transit-has-its-transfer copy ${copyId!}`])
    await done(opened.library, ({ copies }) =>
      pipe(
        copies.get(second!),
        TE.flatMap(copy => {
          const move = { act: bySystem, at: noon, place: world.branchId, reservationId: null }
          return copies.save(copy, transferBetween(copy, sent(copy as Available), move))
        }),
      ),
    )
    const open = await done(opened.library, ({ transfers }) => transfers.openOf(second!))
    expect(await wrong()).to.deep.equal([
      `in-transit-has-its-transfer copy ${copyId!}`,
      `transfer-has-its-copy transfer ${open!.id}`,
    ])
  })

  it('title-counts: a book says of its copies what is not so', async () => {
    await say(oneOut)
    const report = await examined(opened.library)
    expect(report.violations).to.deep.equal([
      {
        invariant: 'title-counts',
        resource: 'book',
        id: world.bookId,
        message: 'It says of its copies what they do not add up to',
        details: { said: oneOut, counted: { total: 2, available: 2, circulating: 0 } },
        repair: 'Run the job recount (POST /admin/jobs/recount/run).',
      },
    ])
  })

  it('loan-opened-told-once: an act without its event, or with two', async () => {
    const quiet = await lendTo(opened.library, world)
    await putCopy(copyId!, copy => lend(copy, quiet.id))
    await say(oneOut)
    // Taken over, as far as anybody can tell.
    expect(await wrong()).to.deep.equal([])
    await done(opened.library, ({ audit }) =>
      audit.record(bySystem, {
        action: 'borrowing.created',
        target: { type: 'borrowing', id: quiet.id },
        at: noon,
        before: null,
        after: {},
      }),
    )
    const found = [`loan-opened-told-once borrowing ${quiet.id}`]
    expect(await wrong()).to.deep.equal(found)
    // By then a purge may have taken it.
    expect(await wrongIn(opened.library, daysAfter(noon, 30))).to.deep.equal([])
    const told = openedOf(quiet)
    await done(opened.library, ({ loans }) => loans.save({ state: quiet, events: [told, told] }, bySystem))
    expect(await wrong()).to.deep.equal(found)
  })

  it('loan-returned-told-once: likewise for what comes back', async () => {
    const loan = await checkedOut()
    await broughtBack(loan.id)
    const back = await done(opened.library, ({ loans }) => loans.get(loan.id))
    const [told] = closing(loan).events
    await done(opened.library, ({ loans }) => loans.save({ state: back, events: [told!] }, bySystem))
    expect(await wrong()).to.deep.equal([`loan-returned-told-once borrowing ${loan.id}`])
  })

  it('loan-told-as-it-is: told of as returned and still out', async () => {
    const loan = await checkedOut()
    await done(opened.library, ({ loans }) =>
      loans.save({ state: loan, events: closing(loan).events }, bySystem),
    )
    expect(await wrong()).to.deep.equal([`loan-told-as-it-is borrowing ${loan.id}`])
  })

  it('fine-not-below-zero: more was paid than was owed', async () => {
    const fine = await newFine(opened.library, { memberId: memberId! }, ['charge', 100], ['payment', -150])
    await post(opened.library, fine)
    expect(await wrong()).to.deep.equal([`fine-not-below-zero fine ${fine.id}`])
  })

  it("ledger-of-one-member: a fine's payment stands under another", async () => {
    const fine = await newFine(opened.library, { memberId: memberId! }, ['charge', 100], ['payment', -50])
    const [charge, payment] = fine.entries as readonly [LedgerEntry, LedgerEntry]
    await post(opened.library, { ...fine, entries: [charge, { ...payment, memberId: other! }] })
    expect(await wrong()).to.deep.equal([`ledger-of-one-member fine ${fine.id}`])
  })

  it('loan-fine-amount: a loan has cost what was never charged', async () => {
    const loan = await lendTo(opened.library, world, { finesPosted: cents(75) })
    await putCopy(copyId!, copy => lend(copy, loan.id))
    await say(oneOut)
    const found = [`loan-fine-amount borrowing ${loan.id}`]
    expect(await wrong()).to.deep.equal(found)
    const some = { memberId: memberId!, loanId: loan.id }
    await post(opened.library, await newFine(opened.library, { ...some, type: 'lost' }, ['charge', 75]))
    expect(await wrong()).to.deep.equal(found)
    await post(opened.library, await newFine(opened.library, some, ['charge', 75]))
    expect(await wrong()).to.deep.equal([])
  })

  it('rules-pass-the-linter (R0.4): two rows of one key, which nobody could have put', async () => {
    const row = {
      branchId: null,
      membershipType: 'student',
      loanCategory: null,
      validFrom: null,
      validTo: null,
      values: { maxLoans: 3 },
    }
    const put = (rows: readonly (typeof row)[]) =>
      done(opened.library, ({ rules }) =>
        pipe(
          rules.get(),
          TE.flatMap(table => rules.save({ ...table, rows })),
        ),
      )
    await put([row, { ...row, membershipType: 'child' }])
    expect(await wrong()).to.deep.equal([])
    await put([row, row])
    const { violations } = await examined(opened.library)
    expect(
      violations.map(({ invariant, details: { field, code } }) => [invariant, field, code]),
    ).to.deep.equal([['rules-pass-the-linter', 'rows.2', 'OVERLAPPING_ROWS']])
  })

  it('receipt-names-its-loan: an answer tells of a loan that is not there', async () => {
    const { receipts } = opened.library
    const keepAnswer = async (key: string, location: string, status = 201) => {
      const claimed = await right(
        receipts.claim({ caller: 'member:1', key, fingerprint: key }, key, {
          now: noon,
          leaseUntil: daysAfter(noon, 1),
          expiresAt: daysAfter(noon, 1),
        }),
      )
      if (claimed.kind !== 'ours') throw new Error('The key was not free')
      await right(receipts.keep(claimed.claim, { status, headers: { Location: location }, body: '{}' }))
    }
    const loan = await checkedOut()
    await keepAnswer('a', `/api/v1/borrowings/${loan.id}`)
    await keepAnswer('b', '/api/v1/books/9999')
    await keepAnswer('c', '/api/v1/borrowings/9998', 409)
    expect(await wrong()).to.deep.equal([])
    await keepAnswer('d', '/api/v1/borrowings/9999')
    expect(await wrong()).to.deep.equal(['receipt-names-its-loan borrowing 9999'])
  })

  it('is looked for on every page', async () => {
    const { library } = opened
    const books = await done(library, ({ loading }) =>
      loading.addBooks(
        Array.from({ length: 404 }, () => ({
          details: aBook({ authorIds: [world.authorId] }),
          copies: [aLoadedCopy({ branchId: world.branchId })],
        })),
      ),
    )
    for (const { bookId } of [books[0]!, books[200]!, books.at(-1)!]) {
      await done(library, ({ titles }) =>
        pipe(
          titles.get(bookId),
          TE.flatMap(title =>
            titles.saveHoldings({ ...title, holdings: { total: 9, available: 9, circulating: 0 } }),
          ),
        ),
      )
    }
    const report = await examined(library)
    expect(report.violations.map(({ id }) => id)).to.deep.equal(
      [books[0], books[200], books.at(-1)].map(book => book!.bookId),
    )
    expect(report.kinds[0]).to.deep.equal({ of: 'titles', checked: 405 })
  })
})

const openedOf = ({ id, memberId, copyId, bookId, branchId, dueAt }: Loan) => ({
  type: 'LoanOpened' as const,
  version: 1,
  aggregate: 'loan' as const,
  aggregateId: id,
  occurredAt: noon,
  payload: { loanId: id, memberId, copyId, bookId, branchId, dueAt, overridden: [] },
})

const closing = (loan: Loan) =>
  close(loan as Parameters<typeof close>[0], {
    returnedAt: noon,
    scannedAt: noon,
    branchId: loan.branchId,
    fine: zero,
    notes: null,
    resolution: null,
  })
