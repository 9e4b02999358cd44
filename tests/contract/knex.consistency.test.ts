/**
 * What only a hand in the database can damage: columns stored beside what they follow from, and what unique indexes guard, which are
 * taken away first. In memory none of it is stored.
 */
import { expect } from 'chai'
import type { Knex } from 'knex'
import { setImmediate as otherWork } from 'node:timers/promises'
import { connect } from '../../adapters/knex/connect.ts'
import type { Tables } from '../../adapters/knex/connection.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { snapshots } from '../../adapters/knex/snapshots.ts'
import type { Persistence } from '../../app/persistence.ts'
import { lend } from '../../core/circulation/copy.ts'
import type { Available } from '../../core/circulation/copy.ts'
import { checkOut } from '../../core/circulation/use-cases/check-out.ts'
import { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { FineId, LoanId } from '../../core/shared/id.ts'
import { bySystem, daysAfter, noon } from '../support/builders.ts'
import { examined, wrongIn } from '../support/consistency.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import { aLibrary, done, lendTo, newFine, post, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

const databases = [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const

/** Its text is an instant in both databases. */
const at = '2026-03-02T12:00:00.000Z'

for (const [name, fresh] of databases) {
  describe(`what a hand in the database damages (${name})`, () => {
    let library: Persistence
    let rows: Knex
    let world: World
    let loanId: LoanId
    let fineId: FineId
    let storageOf: string
    let end: () => Promise<void>

    beforeEach(async () => {
      const { storage, drop } = await fresh()
      storageOf = storage
      library = openKnex({ ...connection, storage, now: () => noon })
      const beside = connect({ ...connection, storage })
      rows = beside.write
      end = async () => {
        await beside.close()
        await library.close()
        await drop()
      }
      // One copy out, the other free, and a fine of the loan that is paid in part.
      world = await aLibrary(library, { copies: 2, members: 2 })
      loanId = (await lendTo(library, world)).id
      await done(library, ({ copies, titles }) =>
        pipe(
          copies.get(world.copyIds[0]!),
          TE.flatMap(copy => copies.save(lend(copy as Available, loanId), null)),
          TE.flatMap(() => titles.get(world.bookId)),
          TE.flatMap(title =>
            titles.saveHoldings({ ...title, holdings: { total: 2, available: 1, circulating: 1 } }),
          ),
        ),
      )
      const fine = await newFine(
        library,
        { memberId: world.memberIds[0]!, loanId, type: 'other' },
        ['charge', 100],
        ['payment', -40],
      )
      fineId = fine.id
      await post(library, fine)
      for (const _id of [1, 2]) await right(library.ids.next('reservation'))
      expect(await wrongIn(library)).to.deep.equal([])
    })
    afterEach(() => end())

    const finds = async (...found: readonly string[]) => expect(await wrongIn(library)).to.deep.equal(found)

    const reservation = (id: number, some: object) => ({
      id,
      user_id: world.memberIds[0],
      book_id: world.bookId,
      branch_id: world.branchId,
      book_copy_id: null,
      reservation_date: at,
      status: 'waiting',
      unfillable: false,
      notification_sent: false,
      created_at: at,
      updated_at: at,
      ...some,
    })
    const event = (id: number, seq: number, some: object = {}) => ({
      id,
      type: 'FinePaid',
      version: 1,
      aggregate: 'fine',
      aggregate_id: fineId,
      seq,
      occurred_at: at,
      recorded_at: at,
      due_at: at,
      payload: '{}',
      ...some,
    })
    const seqFree = () =>
      rows.schema.alterTable('outbox', t => t.dropUnique(['aggregate', 'aggregate_id', 'seq']))

    it('one-loan-per-copy', async () => {
      await rows.raw('drop index borrowings_open_copy_unique')
      await lendTo(library, world, { memberId: world.memberIds[1]! })
      await finds(`one-loan-per-copy copy ${world.copyIds[0]!}`)
    })

    it('one-reservation-per-copy', async () => {
      await rows.raw('drop index reservations_kept_copy_unique')
      const kept = { book_copy_id: world.copyIds[1], status: 'ready' }
      await rows('reservations').insert(reservation(1, kept))
      await rows('reservations').insert(reservation(2, { ...kept, user_id: world.memberIds[1] }))
      await rows('book_copies')
        .where({ id: world.copyIds[1] })
        .update({ status: 'kept', kept_for_id: world.memberIds[0] })
      await rows('books').update({
        available_copies: 0,
        circulating_copies: 2,
        availability_status: 'on_loan',
      })
      await finds(`one-reservation-per-copy copy ${world.copyIds[1]!}`)
    })

    it('one-reservation-per-member', async () => {
      await rows.raw('drop index reservations_living_unique')
      await rows('reservations').insert([reservation(1, {}), reservation(2, { status: 'suspended' })])
      await finds(`one-reservation-per-member book ${world.bookId}`)
    })

    it('title-availability', async () => {
      await rows('books').update({ availability_status: 'unavailable' })
      await finds(`title-availability book ${world.bookId}`)
    })

    const fineColumns = [
      ['fine-adds-up', { amount: 150 }],
      ['fine-status', { status: 'open' }],
      ['fine-date-paid', { date_paid: at }],
      ['fine-payment-method', { payment_method: 'card' }],
    ] as const
    for (const [invariant, columns] of fineColumns) {
      it(invariant, async () => {
        await rows('fines').update(columns)
        await finds(`${invariant} fine ${fineId}`)
      })
    }

    it('fine-adds-up: an entry of the ledger is gone', async () => {
      await rows('ledger_entries').where({ entry_type: 'charge' }).update({ amount: 90 })
      await finds(`fine-adds-up fine ${fineId}`)
    })

    it('loan-fine-paid', async () => {
      await rows('borrowings').update({ fine_paid: 41 })
      await finds(`loan-fine-paid borrowing ${loanId}`)
    })

    it('rules-pass-the-linter: the default row is gone', async () => {
      await rows('circulation_rules').update({ membership_type: 'student' })
      const { violations } = await examined(library)
      expect(violations.map(({ invariant, details }) => ({ invariant, ...details }))).to.deep.equal([
        {
          invariant: 'rules-pass-the-linter',
          field: 'rows',
          code: 'DEFAULT_ROW_MISSING',
          circulation_rule_id: null,
        },
      ])
    })

    it('rules-pass-the-linter: the default row lacks a value', async () => {
      const [stored] = await rows('circulation_rules').select<{ id: number; values: unknown }[]>()
      const { id, values } = stored!
      const { max_loans: _gone, ...rest } = (
        typeof values === 'string' ? JSON.parse(values) : values
      ) as Record<string, unknown>
      await rows('circulation_rules').update({ values: JSON.stringify(rest) })
      const { violations } = await examined(library)
      expect(violations.map(({ details }) => details)).to.deep.equal([
        { field: 'rows.0.values.max_loans', code: 'REQUIRED', circulation_rule_id: id },
      ])
    })

    it('rule-is-readable: what a hand wrote is no rule', async () => {
      await rows('circulation_rules').update({ values: JSON.stringify({ lendable: 'perhaps' }) })
      await finds('rule-is-readable circulation_rules 1')
    })

    it('event-seq-once', async () => {
      await seqFree()
      await rows('outbox').insert([event(50, 1), event(51, 1)])
      await finds(`event-seq-once fine ${fineId}`)
    })

    it('event-seq-without-gaps: as long as no purge can have made them', async () => {
      await rows('outbox').insert([event(50, 2), event(51, 3), event(52, 5)])
      const report = await examined(library)
      expect(report.violations).to.deep.equal([
        {
          invariant: 'event-seq-without-gaps',
          resource: 'fine',
          id: fineId,
          message: 'An event of it is missing',
          details: { after: 3, before: 5 },
          repair:
            'Whoever listens to the events is to read the state of the thing anew: what is missing is not written again.',
        },
      ])
      expect(await wrongIn(library, daysAfter(noon, 28))).to.have.length(1)
      expect(await wrongIn(library, daysAfter(noon, 30))).to.deep.equal([])
    })

    it('event-seq-without-gaps is looked for on every page, in every kind of aggregate', async () => {
      const many = Array.from({ length: 405 }, (_, index) =>
        event(1000 + index, 1, { aggregate: index % 2 === 0 ? 'book' : 'reservation', aggregate_id: index }),
      )
      await rows.batchInsert('outbox', many, 50)
      await rows('id_blocks').where({ kind: 'event' }).update({ next_id: 5000 })
      await finds()
      const last = { aggregate: 'reservation', aggregate_id: 403 }
      await rows('outbox').insert([
        event(2000, 3, { aggregate: 'book', aggregate_id: 400 }),
        event(2001, 3, last),
      ])
      await finds('event-seq-without-gaps book 400', 'event-seq-without-gaps reservation 403')
      expect((await examined(library)).kinds).to.deep.include({ of: 'event sequences', checked: 407 })
    })

    it('id-block-ahead', async () => {
      await rows('id_blocks').where({ kind: 'loan' }).update({ next_id: loanId })
      await finds(`id-block-ahead loan ${loanId}`)
    })

    it('receipts are gone through page by page', async () => {
      const many = Array.from({ length: 405 }, (_, index) => ({
        caller: `member:${String(index % 3)}`,
        key: `key ${String(index)}`,
        fingerprint: 'f',
        claim: 'c',
        created_at: at,
        lease_until: at,
        expires_at: at,
        status: 201,
        headers: JSON.stringify({ Location: `/api/v1/borrowings/${String(index === 404 ? 999 : loanId)}` }),
        body: '{}',
      }))
      await rows.batchInsert('idempotency_keys', many, 50)
      await finds('receipt-names-its-loan borrowing 999')
      expect((await examined(library)).kinds).to.deep.include({ of: 'kept answers', checked: 405 })
    })

    it('no more than a thousand are listed, all are counted', async () => {
      const many = Array.from({ length: 1001 }, (_, index) => event(3000 + index, 1, { aggregate_id: index }))
      await seqFree()
      await rows('id_blocks').where({ kind: 'event' }).update({ next_id: 9000 })
      await rows.batchInsert('outbox', many, 50)
      await rows.batchInsert(
        'outbox',
        many.map(row => ({ ...row, id: row.id + 2000 })),
        50,
      )
      const { found, violations } = await examined(library)
      expect([found, violations.length]).to.deep.equal([1001, 1000])
    })

    // On SQLite the id of a row is where it lies: two cannot have the same.
    if (name === 'Postgres') {
      it('event-id-once', async () => {
        await rows.schema.alterTable('outbox', t => t.dropPrimary())
        await rows('outbox').insert([event(50, 1), event(50, 2)])
        await finds('event-id-once event 50')
      })
    }

    it('reads a page as it was when the page began, and writes nothing', async () => {
      const beside = connect({ ...connection, storage: storageOf })
      const page = snapshots(beside, () => at)
      const count = async (knex: Tables) =>
        (await knex('books').select<{ n: number }[]>('total_copies as n'))[0]!.n
      const seen = await right(
        page(async knex => {
          const first = await count(knex)
          await rows('books').update({ total_copies: 9 })
          return [first, await count(knex)]
        }),
      )
      expect(seen).to.deep.equal([2, 2])
      expect(await right(page(count))).to.equal(9)
      const writing = right(page(knex => knex('books').update({ total_copies: 2 })))
      expect(await writing.catch(String)).to.match(/read-?only/i)
      await beside.close()
    })

    it('gives no false alarm while copies are lent and brought back', async () => {
      const { work, ids } = library
      const deps = { work, ids, clock: { now: () => noon } }
      const none = { act: bySystem, branchId: null, notes: null }
      const lending = checkOut({ ...deps, policies: [] })
      const returning = returnLoan(deps)
      let busy = true
      const desk = async (): Promise<void> => {
        for (let count = 0; count < 40; count += 1) {
          const { overview } = await right(
            lending({
              ...none,
              member: { memberId: world.memberIds[1]! },
              wanted: { copyId: world.copyIds[1]! },
              override: null,
            }),
          )
          const back = {
            ...none,
            loanId: overview.record.loan.id,
            condition: null,
            returnedAt: null,
            resolution: null,
          }
          await right(returning(back))
          // SQLite answers within the call: the doctor's turn comes with a pause alone.
          await otherWork()
        }
        busy = false
      }
      const found: number[] = []
      const doctor = async (): Promise<void> => {
        while (busy) found.push((await examined(library)).found)
      }
      await Promise.all([desk(), doctor()])
      expect(found.filter(count => count > 0)).to.deep.equal([])
      expect(found.length).to.be.greaterThan(2)
    })
  })
}
