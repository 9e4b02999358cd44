/** Loans, and what events and the audit tell of them, to be checked. */
import type { CirculationFacts, ToldLoanFacts } from '../../core/circulation/consistency-facts.ts'
import type { LoanState } from '../../core/circulation/loan.ts'
import { grouped } from '../../core/shared/grouped.ts'
import type { LoanId } from '../../core/shared/id.ts'
import { toInstant } from './columns.ts'
import type { Tables } from './connection.ts'
import type { StoredInstant } from './columns.ts'
import { nextById } from './snapshots.ts'
import type { Snapshots } from './snapshots.ts'

export const toldLoans =
  (snapshot: Snapshots): CirculationFacts['toldLoans'] =>
  (after, limit) =>
    snapshot(async knex => {
      const loans = await nextById(knex('borrowings'), after, limit).select<
        { id: LoanId; state: LoanState }[]
      >('id', 'state')
      const ids = loans.map(({ id }) => id)
      const events = await eventsOf(knex, ids)
      const acts = await actsOf(knex, ids)
      return loans.map(({ id, state }): ToldLoanFacts => {
        const recorded = (action: string) =>
          (acts.get(id) ?? []).find(act => act.action === action)?.recorded_at ?? null
        const [opened, returned] = [recorded('borrowing.created'), recorded('borrowing.returned')]
        return {
          loanId: id,
          state,
          openedAt: opened === null ? null : toInstant(opened),
          returnedAt: returned === null ? null : toInstant(returned),
          events: (events.get(id) ?? []).map(({ type }) => type),
        }
      })
    })

const eventsOf = async (knex: Tables, loans: readonly LoanId[]) =>
  grouped(
    await knex('outbox')
      .where({ aggregate: 'loan' })
      .whereIn('aggregate_id', loans)
      .select<{ aggregate_id: LoanId; type: string }[]>('aggregate_id', 'type'),
    ({ aggregate_id }) => aggregate_id,
  )

/** What the audit has of them, the earliest first. */
const actsOf = async (knex: Tables, loans: readonly LoanId[]) =>
  grouped(
    await knex('audit_log')
      .where({ target_type: 'borrowing' })
      .whereIn('target_id', loans)
      .orderBy('id')
      .select<{ target_id: LoanId; action: string; recorded_at: StoredInstant }[]>(
        'target_id',
        'action',
        'recorded_at',
      ),
    ({ target_id }) => target_id,
  )
