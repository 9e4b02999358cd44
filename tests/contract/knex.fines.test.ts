/** What databases keep beside the ledger, column by column, and the row of the audit that every move leaves. */
import { expect } from 'chai'
import type { Knex } from 'knex'
import { connect } from '../../adapters/knex/connect.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { recordPayment } from '../../core/accounts/use-cases/record-payment.ts'
import { refundFine } from '../../core/accounts/use-cases/refund-fine.ts'
import { waiveFine } from '../../core/accounts/use-cases/waive-fine.ts'
import type { Act } from '../../core/identity/actor.ts'
import type { FineId, LoanId, MemberId } from '../../core/shared/id.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { cents, daysAfter, noon } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import { addMember, aLibrary, left, lendTo, newFine, post, right } from '../support/world.ts'

const databases = [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const

const later = daysAfter(noon, 1)
const paidAt = '2026-03-03T12:00:00.000Z'

for (const [name, fresh] of databases) {
  describe(`what is kept beside the ledger (${name})`, () => {
    let library: Pick<OpenLibrary, 'work' | 'ids' | 'close'>
    let read: Knex
    let end: () => Promise<void>
    let fineId: FineId
    let loanId: LoanId
    let clerk: MemberId
    let act: Act

    beforeEach(async () => {
      const { storage, drop } = await fresh()
      const opened = openKnex({ ...connection, storage, now: () => noon })
      const beside = connect({ ...connection, storage })
      library = opened
      read = beside.read
      end = async () => {
        await beside.close()
        await opened.close()
        await drop()
      }
      const world = await aLibrary(opened)
      const loan = await lendTo(opened, world)
      loanId = loan.id
      clerk = (await addMember(opened)).id
      act = {
        actor: { kind: 'member', memberId: clerk, role: 'admin', branchId: null },
        requestId: 'request-1',
        address: '192.0.2.7',
        expects: null,
      }
      const fine = await newFine(opened, { memberId: loan.memberId, loanId }, ['charge', 500])
      fineId = fine.id
      await post(opened, fine)
    })
    afterEach(() => end())

    const deps = () => ({ work: library.work, ids: library.ids, clock: { now: () => later } })
    const pay = (amount: number, method: 'cash' | 'card') =>
      recordPayment(deps())({ act, fineId, amount: cents(amount), method })
    const waive = (amount: number | null, reason = 'A flood') =>
      waiveFine(deps())({ act, fineId, amount: amount === null ? null : cents(amount), reason })
    const refund = (amount: number | null) =>
      refundFine(deps())({ act, fineId, amount: amount === null ? null : cents(amount), reason: 'A mistake' })

    const instantOf = (stored: unknown) => (stored === null ? null : new Date(stored as string).toISOString())

    const kept = async () => {
      const row = await read('fines')
        .join('borrowings', 'borrowings.id', 'fines.borrowing_id')
        .where({ 'fines.id': fineId })
        .first<Record<string, unknown>>(
          'fines.amount',
          'fines.status',
          'fines.date_paid',
          'fines.payment_method',
          'fines.version',
          'borrowings.fine_paid',
          'borrowings.version as loan_version',
        )
      return { ...row, date_paid: instantOf(row['date_paid']) }
    }
    const beforePayment = {
      amount: 500,
      status: 'open',
      date_paid: null,
      payment_method: null,
      version: 1,
      fine_paid: 0,
      loan_version: 1,
    }

    it('follows from the entries after every move', async () => {
      expect(await kept()).to.deep.equal(beforePayment)
      await right(pay(100, 'cash'))
      const partly = { ...beforePayment, status: 'partly_paid', payment_method: 'cash', fine_paid: 100 }
      expect(await kept()).to.deep.equal({ ...partly, version: 2 })
      await right(waive(50))
      expect(await kept()).to.deep.equal({ ...partly, version: 3 })
      await right(pay(350, 'card'))
      const paid = { ...partly, status: 'paid', payment_method: 'card', date_paid: paidAt, fine_paid: 450 }
      expect(await kept()).to.deep.equal({ ...paid, version: 4 })
      await right(refund(50))
      expect(await kept()).to.deep.equal({ ...paid, fine_paid: 400, version: 5 })
      await right(refund(null))
      expect(await kept()).to.deep.equal({ ...paid, status: 'refunded', fine_paid: 0, version: 6 })
    })

    it('stays as it is where a move is refused, the audit included', async () => {
      await right(pay(100, 'cash'))
      const [before, entries] = [await kept(), await read('ledger_entries').orderBy('id')]
      await left(pay(401, 'card'))
      await left(waive(401))
      await left(refund(101))
      expect(await kept()).to.deep.equal(before)
      expect(await read('ledger_entries').orderBy('id')).to.deep.equal(entries)
      expect(await read('audit_log')).to.have.length(1)
    })

    it('has entries that tell who, when, why and how', async () => {
      await right(pay(100, 'card'))
      await right(waive(null))
      await right(refund(null))
      const rows = await read('ledger_entries')
        .orderBy('id')
        .select<Record<string, unknown>[]>(
          'entry_type',
          'amount',
          'occurred_at',
          'actor_id',
          'reason',
          'payment_method',
        )
      const by = { occurred_at: paidAt, actor_id: clerk, payment_method: null }
      const told = rows.map(row => ({ ...row, occurred_at: instantOf(row['occurred_at']) }))
      expect(told.slice(1)).to.deep.equal([
        { ...by, entry_type: 'payment', amount: -100, reason: null, payment_method: 'card' },
        { ...by, entry_type: 'waiver', amount: -400, reason: 'A flood' },
        { ...by, entry_type: 'refund', amount: 100, reason: 'A mistake' },
        { ...by, entry_type: 'reversal', amount: -100, reason: 'A mistake' },
      ])
    })

    it('is told in the audit: who did what, how the fine stood and stands', async () => {
      await right(pay(100, 'card'))
      await right(waive(null))
      await right(refund(null))
      const rows = await read('audit_log').orderBy('id').select<Record<string, unknown>[]>()
      const json = (stored: unknown): unknown => (typeof stored === 'string' ? JSON.parse(stored) : stored)
      const told = rows.map(row => ({
        action: row['action'],
        target: [row['target_type'], row['target_id']],
        by: [row['actor_id'], row['actor_role'], row['address'], row['request_id']],
        at: instantOf(row['occurred_at']),
        before: json(row['before']),
        after: json(row['after']),
      }))
      const common = {
        target: ['fine', fineId],
        by: [clerk, 'admin', '192.0.2.7', 'request-1'],
        at: paidAt,
      }
      const open = { status: 'open', paid: 0, waived: 0, balance: 500 }
      const partly = { status: 'partly_paid', paid: 100, waived: 0, balance: 400 }
      const settled = { status: 'paid', paid: 100, waived: 400, balance: 0 }
      expect(told).to.deep.equal([
        {
          ...common,
          action: 'fine.paid',
          before: open,
          after: { ...partly, amount: 100, payment_method: 'card' },
        },
        {
          ...common,
          action: 'fine.waived',
          before: partly,
          after: { ...settled, amount: 400, reason: 'A flood' },
        },
        {
          ...common,
          action: 'fine.refunded',
          before: settled,
          after: { status: 'refunded', paid: 0, waived: 500, balance: 0, amount: 100, reason: 'A mistake' },
        },
      ])
    })
  })
}
