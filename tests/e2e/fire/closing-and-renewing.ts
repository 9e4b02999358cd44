/**
 * An emergency closure's job runs in both processes while the loans that it moves are renewed and returned: each is moved once, or was changed
 * before its turn and keeps what it has; undone in both processes, each goes back once (R6.9).
 */
import { expect } from 'chai'
import { toInstant } from '../../../adapters/knex/columns.ts'
import { dayOf, fromIso } from '../../../core/shared/local-time.ts'
import { zone } from '../../support/builders.ts'
import { ask, dataOf } from './ask.ts'
import type { Answer } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race, Track } from './race.ts'
import { logIn } from './site.ts'

/** More than one step of the job; a third is renewed, a third returned, a third left alone. */
const loansOut = 24
const berlin = zone('Europe/Berlin')

interface Lent {
  readonly id: number
  readonly barcode: string
  readonly dueDate: string
}

const lendAll = async (track: Track): Promise<readonly Lent[]> => {
  const { copyIds } = await track.newBook(loansOut)
  return Promise.all(
    copyIds.map(async (book_copy_id, index) => {
      const user_id = track.crowd[index]!.id
      const lent = await track.desk(index, 'POST', '/borrowings', { user_id, book_copy_id })
      expect(lent.status, lent.text).to.equal(201)
      const { id, barcode, due_date } = dataOf(lent)
      return { id: Number(id), barcode: String(barcode), dueDate: String(due_date) }
    }),
  )
}

/** Of each loan in turn: what became of its date, and how often that was told. */
const outcomesOf = async ({ tables }: Track, loans: readonly Lent[]) => {
  const ids = loans.map(({ id }) => id)
  const listed = await tables
    .read('emergency_moves')
    .whereIn('borrowing_id', ids)
    .select<{ borrowing_id: number; outcome: string }[]>('borrowing_id', 'outcome')
  const told = await tables
    .read('outbox')
    .where({ aggregate: 'loan', type: 'LoanDueDateMoved' })
    .whereIn('aggregate_id', ids)
    .select<{ aggregate_id: number }[]>('aggregate_id')
  return ids.map(id => ({
    outcomes: listed.filter(({ borrowing_id }) => borrowing_id === id).map(({ outcome }) => outcome),
    told: told.filter(({ aggregate_id }) => aggregate_id === id).length,
  }))
}

const datesOf = async ({ tables }: Track, loans: readonly Lent[]) =>
  tables
    .read('borrowings')
    .whereIn(
      'id',
      loans.map(({ id }) => id),
    )
    .orderBy('id')
    .select<{ id: number; state: string; due_date: number | string; renewal_count: number }[]>(
      'id',
      'state',
      'due_date',
      'renewal_count',
    )

export const closingAndRenewing: Race = {
  title: `an emergency closure in both processes, against renewals and returns of its ${loansOut} loans: each is moved once, or not at all`,
  setUp: async track => {
    const token = await logIn(track.servers[0]!, 'root')
    const root = (index: number, path: string, body: object | null = {}): Promise<Answer> =>
      ask(track.servers[index % 2]!, body === null ? 'GET' : 'POST', path, body, { token })
    const runJob = (index: number): Promise<Answer> => root(index, '/admin/jobs/emergency-closures/run')
    return async round => {
      const loans = [...(await lendAll(track))].sort((a, b) => a.id - b.id)
      const day = dayOf(fromIso(loans[0]!.dueDate)!, berlin)
      const path = `/branches/${track.world.branchId}/emergency-closure`
      /** The first to be sent. */
      let declared: Promise<Answer> | null = null
      const send = async (index: number): Promise<Answer> => {
        if (index === 0) {
          declared = root(0, path, { from: day, to: day, reason: 'Storm' })
          return declared
        }
        if (index <= 2) {
          await declared
          return runJob(index)
        }
        const { id, barcode } = loans[index - 3]!
        if (index % 3 === 0) return track.desk(index, 'PUT', `/borrowings/${id}/renew`, {})
        if (index % 3 === 1) return track.desk(index, 'POST', '/returns', { barcode })
        return track.desk(index, 'GET', `/borrowings/${id}`, null)
      }
      // Whoever moves the first loan waits for it, so does who renews it, and the other process for its closure.
      const row = { table: 'borrowings', id: loans[0]!.id } as const
      const answers = await atOnce(track, round, { row, waiting: 3 }, 3 + loansOut, send)
      const [declaration, ...others] = answers
      expect(declaration!.status, declaration!.text).to.equal(201)
      for (const { status, text } of others) expect(status, text).to.equal(200)
      for (const job of answers.slice(1, 3)) expect(dataOf(job), job.text).to.include({ failed: 0 })

      const closure = `${path}/${String(dataOf(declaration!)['id'])}`
      const reopensOn = String(dataOf(declaration!)['reopens_on'])
      expect(dataOf(await root(0, closure, null))).to.include({ state: 'applied' })
      const [applied, moved] = [await outcomesOf(track, loans), await datesOf(track, loans)]
      const back = loans.map(({ dueDate }) => fromIso(dueDate)!)
      for (const [index, { state, due_date, renewal_count }] of moved.entries()) {
        const { outcomes, told } = applied[index]!
        const due = toInstant(due_date)
        expect(outcomes.length, 'once on the list at the most').to.be.below(2)
        expect(told, 'told').to.equal(outcomes[0] === 'moved' ? 1 : 0)
        expect(renewal_count).to.equal(index % 3 === 0 ? 1 : 0)
        expect(state).to.equal(index % 3 === 1 ? 'returned' : 'open')
        if (state === 'open') expect(dayOf(due, berlin)).not.to.equal(day)
        if (index % 3 === 2) expect(dayOf(due, berlin), 'nobody touched it').to.equal(reopensOn)
        if (state === 'returned' && told === 0) expect(due).to.equal(back[index])
      }

      const undone = await root(1, `${closure}/undo`)
      expect(undone.status, undone.text).to.equal(200)
      for (const job of await Promise.all([runJob(0), runJob(1)])) {
        expect(dataOf(job), job.text).to.include({ failed: 0 })
      }
      expect(dataOf(await root(1, closure, null))).to.include({ state: 'undone' })
      const [given, now] = [await outcomesOf(track, loans), await datesOf(track, loans)]
      for (const [index, { due_date }] of now.entries()) {
        const { outcomes, told } = given[index]!
        const was = applied[index]!.outcomes[0]
        const untouched = index % 3 === 2
        expect(outcomes[0]).to.equal(was !== 'moved' ? was : untouched ? 'given_back' : 'kept')
        expect(told).to.equal(untouched ? 2 : applied[index]!.told)
        expect(toInstant(due_date)).to.equal(untouched ? back[index] : toInstant(moved[index]!.due_date))
      }
      await Promise.all(loans.map(({ barcode }, index) => track.desk(index, 'POST', '/returns', { barcode })))
      return answers
    }
  },
}
