/** R6.9 over every storage: an emergency closure is tried, declared, carried out by the job, and undone. */
import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { right } from '../support/world.ts'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { addCopyOf } from './support/library.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

/** Of one kind of dates, as they are answered. */
interface Listed {
  readonly total: number
  readonly pending: number
  readonly moved: number
  readonly left: number
  readonly given_back: number
  readonly kept: number
  readonly first: readonly Readonly<Record<string, unknown>>[]
}

interface Emergency {
  readonly id: number | null
  readonly state: string
  readonly reopens_on: string | null
  readonly loans: Listed
  readonly reservations: Listed
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const nineToSix = Object.fromEntries(weekdays.map(day => [day, [['09:00', '18:00']]]))
/** The last second of a winter day in Berlin. */
const endOf = (day: string): string => `${day}T22:59:59.000Z`

for (const backend of backends) {
  describe(`emergency closures on ${backend.name} (R6.9)`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const as = async (who: keyof World['tokens'], method: string, path: string, body?: object) => {
      const token = await freshToken(world, who)
      return world.call(method, path, { token, ...(body === undefined ? {} : { body }) })
    }
    const keepHours = async () => {
      const put = await as('manager', 'PUT', `/branches/${world.here}`, { hours_of_operation: nineToSix })
      expect(put.status, put.text).to.equal(200)
    }
    const path = () => `/branches/${world.here}/emergency-closure`
    const storm = { from: '2026-12-11', to: '2026-12-12', reason: 'Storm' }
    const declare = (body: object = {}, who: keyof World['tokens'] = 'manager') =>
      as(who, 'POST', path(), { ...storm, ...body })
    const lend = async (who: keyof World['tokens'], barcode: string) => {
      const lent = await as('librarian', 'POST', '/borrowings', { user_id: world.ids[who], barcode })
      expect(lent.status, lent.text).to.equal(201)
      return idOf(lent)
    }
    const dueOf = async (id: number) =>
      ((await as('admin', 'GET', `/borrowings/${id}`)).data as { readonly due_date: string }).due_date
    const shelfDateOf = async (id: number) =>
      ((await as('admin', 'GET', `/reservations/${id}`)).data as { readonly ready_until: string }).ready_until
    const runJob = async () => {
      const ran = await as('admin', 'POST', '/admin/jobs/emergency-closures/run')
      expect(ran.data, ran.text).to.include({ failed: 0 })
      return ran.data
    }
    const stateOf = async (id: number) => (await as('manager', 'GET', `${path()}/${id}`)).data as Emergency
    const closures = async () => rowsOf(await world.call('GET', `/branches/${world.here}/closures`))
    /** What members are told of. */
    const told = async () => {
      world.clock.minutes(5)
      const now = world.clock.now()
      const events = await right(world.persistence.outbox.claim(50, now, now))
      for (const { id } of events) await right(world.persistence.outbox.done(id, now))
      return events
        .map(({ event }) => [event.type, event.aggregateId] as const)
        .filter(([type]) => type === 'LoanDueDateMoved' || type === 'ReservationShelfDateMoved')
    }

    /** A loan due on 12 December, and a reservation on the hold shelf until the 11th. */
    const twoDates = async () => {
      await keepHours()
      const loan = await lend('user', 'C-1')
      const other = await lend('other', 'C-2')
      const reserved = await as('librarian', 'POST', `/books/${world.bookId}/reserve`, {
        user_id: world.ids.admin,
        branch_id: world.here,
      })
      world.clock.days(13)
      await as('librarian', 'PUT', `/borrowings/${other}/return`, {})
      const reservation = idOf(reserved)
      expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
      expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-11'))
      await told()
      return { loan, reservation }
    }

    const nothing = { total: 0, pending: 0, moved: 0, left: 0, given_back: 0, kept: 0, first: [] }

    it('is tried: what it would move, and nothing is written', async () => {
      const { loan, reservation } = await twoDates()
      const tried = await declare({ dry_run: true })
      expect(tried.status, tried.text).to.equal(200)
      expect(tried.data).to.deep.equal({
        id: null,
        branch_id: world.here,
        ...storm,
        state: 'preview',
        reopens_on: '2026-12-13',
        calendar_ignored: false,
        loans: {
          ...nothing,
          total: 1,
          pending: 1,
          first: [
            {
              borrowing_id: loan,
              old_due_date: endOf('2026-12-12'),
              new_due_date: endOf('2026-12-13'),
              outcome: 'pending',
            },
          ],
        },
        reservations: {
          ...nothing,
          total: 1,
          pending: 1,
          first: [
            {
              reservation_id: reservation,
              old_ready_until: endOf('2026-12-11'),
              new_ready_until: endOf('2026-12-13'),
              outcome: 'pending',
            },
          ],
        },
        created_by: null,
        created_at: null,
        version: null,
      })
      expect(await runJob()).to.include({ done: 0 })
      expect(await closures()).to.be.empty
      expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
    })

    it('is declared, carried out by the job, told, and undone', async () => {
      const { loan, reservation } = await twoDates()
      const tried = (await declare({ dry_run: true })).data as Emergency
      const declared = await declare()
      expect(declared.status, declared.text).to.equal(201)
      const closure = idOf(declared)
      expect(declared.headers.get('location')).to.equal(`/api/v1${path()}/${closure}`)
      expect(declared.data).to.deep.include({
        state: 'applying',
        loans: tried.loans,
        reservations: tried.reservations,
        created_by: world.ids.manager,
      })
      expect(await closures()).to.have.length(1)
      expect(await runJob()).to.deep.include({ done: 1, skipped: 0 })
      expect(await dueOf(loan)).to.equal(endOf('2026-12-13'))
      expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-13'))
      const applied = await stateOf(closure)
      expect([applied.state, applied.loans.moved, applied.reservations.moved]).to.deep.equal([
        'applied',
        1,
        1,
      ])
      const both = [
        ['LoanDueDateMoved', loan],
        ['ReservationShelfDateMoved', reservation],
      ]
      expect(await told()).to.deep.equal(both)
      expect(await runJob()).to.include({ done: 0 })

      const undone = await as('manager', 'POST', `${path()}/${closure}/undo`)
      expect(undone.status, undone.text).to.equal(200)
      expect(undone.data).to.include({ state: 'undoing' })
      expect(await closures()).to.be.empty
      expect(await runJob()).to.deep.include({ done: 1 })
      expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
      expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-11'))
      const after = await stateOf(closure)
      expect([after.state, after.loans.given_back, after.reservations.given_back]).to.deep.equal([
        'undone',
        1,
        1,
      ])
      expect(await told()).to.deep.equal(both)
      const again = await as('manager', 'POST', `${path()}/${closure}/undo`)
      expect([again.status, again.data]).to.deep.equal([200, after])
    })

    it('stands in the audit, with every date that it moved', async () => {
      const { loan, reservation } = await twoDates()
      const closure = idOf(await declare())
      await runJob()
      await as('manager', 'POST', `${path()}/${closure}/undo`)
      await as('manager', 'POST', `${path()}/${closure}/undo`)
      await runJob()
      const entries = async (target: string) =>
        rowsOf(await as('admin', 'GET', `/audit?target=${target}&sort=id`)).map(
          ({ action, actor_role, before, after }) => [action, actor_role, before, after],
        )
      expect((await entries(`borrowing:${loan}`)).slice(1)).to.deep.equal([
        [
          'borrowing.moved',
          'system',
          { due_date: endOf('2026-12-12') },
          { due_date: endOf('2026-12-13'), emergency_closure_id: closure },
        ],
        [
          'borrowing.moved',
          'system',
          { due_date: endOf('2026-12-13') },
          { due_date: endOf('2026-12-12'), emergency_closure_id: closure },
        ],
      ])
      expect((await entries(`reservation:${reservation}`)).map(([action]) => action)).to.deep.equal([
        'reservation.created',
        'reservation.moved',
        'reservation.moved',
      ])
      expect(await entries(`emergency_closure:${closure}`)).to.deep.equal([
        [
          'emergency_closure.created',
          'branch_manager',
          null,
          { branch_id: world.here, ...storm, reopens_on: '2026-12-13', calendar_ignored: false },
        ],
        ['emergency_closure.undone', 'branch_manager', { state: 'applied' }, { state: 'undoing' }],
      ])
      expect(
        rowsOf(await as('admin', 'GET', '/audit?target=closure&sort=id')).map(({ action }) => action),
      ).to.deep.equal(['closure.created', 'closure.deleted'])
    })

    it('what was renewed or returned since keeps what it has', async () => {
      await keepHours()
      const [renewed, returned, moved] = [await lend('user', 'C-1'), await lend('other', 'C-2'), 'C-3']
      await addCopyOf(world.api.deps, world.bookId, world.here, moved)
      const untouched = await lend('admin', moved)
      const closure = idOf(await declare())
      await runJob()
      await as('librarian', 'PUT', `/borrowings/${renewed}/renew`, {})
      await as('librarian', 'PUT', `/borrowings/${returned}/return`, {})
      // R5.1: it begins with the date that was moved.
      expect(await dueOf(renewed)).to.equal(endOf('2027-01-03'))
      await as('manager', 'POST', `${path()}/${closure}/undo`)
      await runJob()
      expect(await dueOf(renewed)).to.equal(endOf('2027-01-03'))
      expect(await dueOf(returned)).to.equal(endOf('2026-12-13'))
      expect(await dueOf(untouched)).to.equal(endOf('2026-12-12'))
      expect((await stateOf(closure)).loans).to.include({ total: 3, kept: 2, given_back: 1, moved: 0 })
    })

    it('what was changed before its turn came is left, and what is not due then stays', async () => {
      await keepHours()
      const early = await lend('user', 'C-1')
      world.clock.days(1)
      const late = await lend('other', 'C-2')
      idOf(await declare())
      await as('librarian', 'PUT', `/borrowings/${early}/return`, {})
      await runJob()
      expect(await dueOf(early)).to.equal(endOf('2026-12-12'))
      expect(await dueOf(late)).to.equal(endOf('2026-12-13'))
    })

    it('undone before its turn came no date moves at all', async () => {
      const { loan, reservation } = await twoDates()
      const closure = idOf(await declare())
      const undone = await as('manager', 'POST', `${path()}/${closure}/undo`)
      expect((undone.data as Emergency).loans).to.include({ pending: 0, left: 1 })
      await runJob()
      expect((await stateOf(closure)).state).to.equal('undone')
      expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
      expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-11'))
      expect(await told()).to.be.empty
    })

    describe('by a rule that ignores closed days (R1.3)', () => {
      beforeEach(async () => {
        await keepHours()
        const table = await as('admin', 'GET', '/circulation-rules')
        const [row] = (table.data as { readonly rows: readonly { readonly values: object }[] }).rows
        const put = await world.call('PUT', '/circulation-rules', {
          token: world.tokens.admin,
          body: { rows: [{ ...row, values: { ...row!.values, closed_days: 'ignore' } }] },
          headers: { 'If-Match': '*' },
        })
        expect(put.status, put.text).to.equal(200)
      })

      it('what came to be due in it before the job was at the end of its list is moved too', async () => {
        const closure = idOf(await declare())
        const loan = await lend('user', 'C-1')
        expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
        await runJob()
        expect(await dueOf(loan)).to.equal(endOf('2026-12-13'))
        expect(await stateOf(closure)).to.deep.include({ state: 'applied' })
      })

      it('what was renewed before its turn came, into the closure again, is moved from there', async () => {
        const loan = await lend('user', 'C-1')
        const closure = idOf(await declare({ to: '2027-01-20' }))
        const renewed = await as('librarian', 'PUT', `/borrowings/${loan}/renew`, {})
        expect(renewed.status, renewed.text).to.equal(200)
        expect(await dueOf(loan)).to.equal(endOf('2027-01-02'))
        await runJob()
        expect(await dueOf(loan)).to.equal(endOf('2027-01-21'))
        const { state, loans } = await stateOf(closure)
        expect(state).to.equal('applied')
        expect(loans).to.deep.equal({
          ...nothing,
          total: 1,
          moved: 1,
          first: [
            {
              borrowing_id: loan,
              old_due_date: endOf('2027-01-02'),
              new_due_date: endOf('2027-01-21'),
              outcome: 'moved',
            },
          ],
        })
        await as('manager', 'POST', `${path()}/${closure}/undo`)
        await runJob()
        expect(await dueOf(loan)).to.equal(endOf('2027-01-02'))
      })

      it('what is lent once it is applied has the date that the rule gives it', async () => {
        idOf(await declare())
        await runJob()
        const loan = await lend('user', 'C-1')
        await runJob()
        expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
      })
    })

    it('R1.4 at a branch without hours the calendar is ignored: all go to the day after it, with a warning', async () => {
      const loan = await lend('user', 'C-1')
      const tried = await declare({ dry_run: true })
      expect(tried.data).to.include({ reopens_on: '2026-12-13', calendar_ignored: true })
      const declared = await declare()
      expect(declared.data).to.include({ reopens_on: '2026-12-13', calendar_ignored: true })
      expect((declared.data as Emergency).loans).to.include({ total: 1, pending: 1, left: 0 })
      await runJob()
      expect(await stateOf(idOf(declared))).to.include({ state: 'applied', calendar_ignored: true })
      expect(await dueOf(loan)).to.equal(endOf('2026-12-13'))
    })

    it('R1.4 where it opens again nothing is ignored', async () => {
      await keepHours()
      expect((await declare()).data).to.include({ reopens_on: '2026-12-13', calendar_ignored: false })
    })

    it('R4.1 what is back by the new date costs nothing, and R4.8 the way to it is told', async () => {
      await keepHours()
      const loan = await lend('user', 'C-1')
      idOf(await declare())
      await runJob()
      const explained = (await as('admin', 'GET', `/borrowings/${loan}/explain`)).data as {
        readonly due_date: {
          readonly steps: readonly { readonly step: string; readonly on: string; readonly skipped: unknown }[]
          readonly computed: string
          readonly due_date: string
        }
      }
      expect(explained.due_date.steps.map(({ step, on }) => `${step} ${on}`)).to.deep.equal([
        'start 2026-11-21',
        'period 2026-12-12',
        'closed 2026-12-12',
        'limit 2026-12-12',
        'closed_again 2026-12-12',
        'emergency_closure 2026-12-13',
      ])
      expect(explained.due_date.steps.at(-1)!.skipped).to.deep.equal([{ on: '2026-12-12', reason: 'closed' }])
      expect([explained.due_date.computed, explained.due_date.due_date]).to.deep.equal([
        endOf('2026-12-13'),
        endOf('2026-12-13'),
      ])
      world.clock.days(22)
      const back = await as('librarian', 'PUT', `/borrowings/${loan}/return`, {})
      expect(back.data).to.deep.include({ fine: null, days_overdue: 0 })
    })

    it('two over one day are refused, and one over an exceptional opening, tried or not', async () => {
      await keepHours()
      const first = idOf(await declare())
      const dry_run = true
      expectRefusal(await declare({ from: '2026-12-12', to: '2026-12-14' }), 409, 'CONFLICT', {
        emergency_closure_id: first,
      })
      expectRefusal(await declare({ dry_run }), 409, 'CONFLICT', { emergency_closure_id: first })
      const fair = await as('manager', 'POST', `/branches/${world.here}/closures`, {
        date: '2026-12-20',
        open: [['10:00', '14:00']],
        reason: 'Fair',
      })
      const overFair = { from: '2026-12-19', to: '2026-12-21' }
      expectRefusal(await declare(overFair), 409, 'CONFLICT', { closure_id: idOf(fair) })
      expectRefusal(await declare({ ...overFair, dry_run }), 409, 'CONFLICT', { closure_id: idOf(fair) })
      // The strike goes on: the days after it are another one.
      const second = idOf(await declare({ from: '2026-12-13', to: '2026-12-14' }))
      for (const closure of [second, first]) {
        await as('manager', 'POST', `${path()}/${closure}/undo`)
        await runJob()
      }
      // What is undone stands in nobody's way.
      expect((await declare()).status).to.equal(201)
    })

    it('one that is being undone stands in the way of its days, and of the day to which its dates went', async () => {
      await keepHours()
      const loan = await lend('user', 'C-1')
      const first = idOf(await declare())
      await runJob()
      await as('manager', 'POST', `${path()}/${first}/undo`)
      const longer = { from: '2026-12-11', to: '2026-12-14' }
      const behind = { from: '2026-12-13', to: '2026-12-14' }
      for (const days of [longer, behind, { ...longer, dry_run: true }]) {
        expectRefusal(await declare(days), 409, 'CONFLICT', { emergency_closure_id: first })
      }
      await runJob()
      expect((await declare(longer)).status).to.equal(201)
      await runJob()
      expect(await dueOf(loan)).to.equal(endOf('2026-12-15'))
    })

    it('one after the other they move a date on, and give it back one after the other', async () => {
      await keepHours()
      const loan = await lend('user', 'C-1')
      const first = idOf(await declare())
      await runJob()
      const second = idOf(await declare({ from: '2026-12-13', to: '2026-12-14' }))
      await runJob()
      expect(await dueOf(loan)).to.equal(endOf('2026-12-15'))
      const explained = (await as('admin', 'GET', `/borrowings/${loan}/explain`)).data as {
        readonly due_date: { readonly steps: readonly { readonly step: string; readonly on: string }[] }
      }
      expect(explained.due_date.steps.slice(-3).map(({ step, on }) => `${step} ${on}`)).to.deep.equal([
        'closed_again 2026-12-12',
        'emergency_closure 2026-12-13',
        'emergency_closure 2026-12-15',
      ])
      for (const [closure, day] of [
        [second, '2026-12-13'],
        [first, '2026-12-12'],
      ] as const) {
        await as('manager', 'POST', `${path()}/${closure}/undo`)
        await runJob()
        expect(await dueOf(loan)).to.equal(endOf(day))
      }
    })

    it('what a later one has moved on is given back by that one first', async () => {
      await keepHours()
      const loan = await lend('user', 'C-1')
      const first = idOf(await declare())
      await runJob()
      const second = idOf(await declare({ from: '2026-12-13', to: '2026-12-14' }))
      const undo = (closure: number) => as('manager', 'POST', `${path()}/${closure}/undo`)
      const named = { emergency_closure_id: second }
      expectRefusal(await undo(first), 409, 'CONFLICT', named)
      await runJob()
      expectRefusal(await undo(first), 409, 'CONFLICT', named)
      expect((await undo(second)).status).to.equal(200)
      expectRefusal(await undo(first), 409, 'CONFLICT', named)
      expect((await stateOf(first)).state).to.equal('applied')
      await runJob()
      expect((await undo(first)).status).to.equal(200)
      await runJob()
      expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
    })

    it('a later one that has none of its dates on its list stands in no way of the undo', async () => {
      await keepHours()
      const first = idOf(await declare())
      await runJob()
      const loan = await lend('user', 'C-1')
      idOf(await declare({ from: '2026-12-13', to: '2026-12-14' }))
      await runJob()
      expect((await as('manager', 'POST', `${path()}/${first}/undo`)).status).to.equal(200)
      await runJob()
      expect(await dueOf(loan)).to.equal(endOf('2026-12-15'))
    })

    describe('a reservation that will be fetched elsewhere now', () => {
      const fetchElsewhere = async (reservation: number) => {
        const put = await as('librarian', 'PUT', `/reservations/${reservation}`, { branch_id: world.there })
        expect(put.status, put.text).to.equal(200)
      }
      const arrive = async () => {
        const came = await as('admin', 'POST', '/returns', { barcode: 'C-2', branch_id: world.there })
        expect(came.status, came.text).to.equal(200)
      }

      it('keeps the date of that branch when the closure is undone, though it is the very one', async () => {
        const { reservation } = await twoDates()
        const closure = idOf(await declare())
        await runJob()
        expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-13'))
        await fetchElsewhere(reservation)
        world.clock.days(2)
        await arrive()
        expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-13'))
        await as('manager', 'POST', `${path()}/${closure}/undo`)
        await runJob()
        expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-13'))
        expect((await stateOf(closure)).reservations).to.include({ kept: 1, given_back: 0 })
      })

      it('keeps it when its turn to be moved comes', async () => {
        const { reservation } = await twoDates()
        const closure = idOf(await declare())
        await fetchElsewhere(reservation)
        await arrive()
        expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-11'))
        await runJob()
        expect(await shelfDateOf(reservation)).to.equal(endOf('2026-12-11'))
        expect((await stateOf(closure)).reservations).to.include({ total: 1, left: 1, moved: 0 })
      })
    })

    it('taken out of the calendar by hand it can be undone all the same', async () => {
      const { loan } = await twoDates()
      const closure = idOf(await declare())
      await runJob()
      const [entry] = await closures()
      await as('manager', 'DELETE', `/branches/${world.here}/closures/${String(entry!['id'])}`)
      const undone = await as('manager', 'POST', `${path()}/${closure}/undo`)
      expect(undone.status, undone.text).to.equal(200)
      await runJob()
      expect(await dueOf(loan)).to.equal(endOf('2026-12-12'))
    })

    it('all of a branch are listed, the last one first', async () => {
      await keepHours()
      const first = idOf(await declare())
      await runJob()
      const second = idOf(await declare({ from: '2026-12-01', to: '2026-12-02', reason: 'Strike' }))
      const list = (query = '', who: keyof World['tokens'] = 'manager') =>
        as(who, 'GET', `/branches/${world.here}/emergency-closures${query}`)
      const all = await list()
      const [strike, { created_at, ...rest } = {}] = rowsOf(all)
      expect(strike).to.include({ id: second, state: 'applying', reason: 'Strike', reopens_on: '2026-12-03' })
      expect(rest).to.deep.equal({
        id: first,
        branch_id: world.here,
        ...storm,
        state: 'applied',
        reopens_on: '2026-12-13',
        calendar_ignored: false,
        created_by: world.ids.manager,
        version: 2,
      })
      expect(created_at).to.be.a('string')
      const idsOf = async (query: string) => rowsOf(await list(query)).map(({ id }) => id)
      expect(await idsOf('?sort=id')).to.deep.equal([first, second])
      expect(await idsOf('?sort=from')).to.deep.equal([second, first])
      expect(await idsOf('?sort=-to')).to.deep.equal([first, second])
      expect(await idsOf('?limit=1&page=2')).to.deep.equal([first])
      expect(rowsOf(await as('admin', 'GET', `/branches/${world.there}/emergency-closures`))).to.deep.equal(
        [],
      )
      expectRefusal(await list('', 'stranger'), 403, 'PERMISSION_DENIED')
      expectRefusal(await as('admin', 'GET', '/branches/99/emergency-closures'), 404, 'NOT_FOUND')
    })

    it('its whole list is read, by what became of each', async () => {
      const { loan, reservation } = await twoDates()
      const closure = idOf(await declare())
      const moves = (query = '', who: keyof World['tokens'] = 'manager', branch: number = world.here) =>
        as(who, 'GET', `/branches/${branch}/emergency-closure/${closure}/moves${query}`)
      const shown = async (query: string) => rowsOf(await moves(query)).map(({ id: _, ...move }) => move)
      const rows = (outcome: string) => [
        {
          borrowing_id: loan,
          reservation_id: null,
          old_date: endOf('2026-12-12'),
          new_date: endOf('2026-12-13'),
          outcome,
        },
        {
          borrowing_id: null,
          reservation_id: reservation,
          old_date: endOf('2026-12-11'),
          new_date: endOf('2026-12-13'),
          outcome,
        },
      ]
      expect(await shown('')).to.deep.equal(rows('pending'))
      await runJob()
      expect(await shown('?outcome=moved')).to.deep.equal(rows('moved'))
      expect(await shown('?outcome=pending')).to.deep.equal([])
      expect(await shown('?limit=1&page=2')).to.deep.equal([rows('moved')[1]])
      const [first] = [await moves('?limit=1')]
      const { next_cursor } = first.meta as { readonly next_cursor: string }
      expect(await shown(`?limit=1&cursor=${next_cursor}`)).to.deep.equal([rows('moved')[1]])
      expectFaults(await moves('?outcome=gone'), 'outcome UNKNOWN_VALUE')
      expectRefusal(await moves('', 'stranger'), 403, 'PERMISSION_DENIED')
      expectRefusal(await moves('', 'admin', world.there), 404, 'NOT_FOUND', {
        resource: 'emergency_closure',
        id: closure,
      })
      expectRefusal(await moves('', 'admin', 99), 404, 'NOT_FOUND', { resource: 'branch', id: 99 })
    })

    it('goes with its branch', async () => {
      const branch = await as('admin', 'POST', '/branches', { name: 'Kiosk', time_zone: 'Europe/Berlin' })
      const kiosk = `/branches/${idOf(branch)}`
      expect((await as('admin', 'POST', `${kiosk}/emergency-closure`, storm)).status).to.equal(201)
      const gone = await as('admin', 'DELETE', kiosk)
      expect(gone.status, gone.text).to.equal(200)
      expect(await runJob()).to.include({ done: 0 })
    })

    it('is of its branch alone, and undone in the version that was meant', async () => {
      expectRefusal(await declare({}, 'stranger'), 403, 'PERMISSION_DENIED')
      expectRefusal(await declare({ dry_run: true }, 'stranger'), 403, 'PERMISSION_DENIED')
      const closure = idOf(await declare())
      for (const method of ['GET', 'POST'] as const) {
        const act = method === 'GET' ? '' : '/undo'
        expectRefusal(await as('stranger', method, `${path()}/${closure}${act}`), 403, 'PERMISSION_DENIED')
        const elsewhere = `/branches/${world.there}/emergency-closure/${closure}${act}`
        expectRefusal(await as('admin', method, elsewhere), 404, 'NOT_FOUND', {
          resource: 'emergency_closure',
          id: closure,
        })
        expectRefusal(
          await as('admin', method, `/branches/99/emergency-closure/${closure}${act}`),
          404,
          'NOT_FOUND',
        )
      }
      expectRefusal(await as('admin', 'POST', '/branches/99/emergency-closure', storm), 404, 'NOT_FOUND')
      const undo = (version: string) =>
        world.call('POST', `${path()}/${closure}/undo`, {
          token: world.tokens.manager,
          headers: { 'If-Match': version },
        })
      expectRefusal(await undo('"7-0123456789abcdefghijkl"'), 412, 'VERSION_MISMATCH')
      const shown = await as('manager', 'GET', `${path()}/${closure}`)
      expect((await undo(shown.headers.get('etag') ?? '')).status).to.equal(200)
    })

    it('is refused with what is wrong', async () => {
      expectFaults(await as('manager', 'POST', path(), {}), 'from REQUIRED', 'to REQUIRED', 'reason REQUIRED')
      expectFaults(await declare({ to: '2026-12-10' }), 'to OUT_OF_RANGE')
      expectFaults(await declare({ to: '2027-12-12' }), 'to OUT_OF_RANGE')
      expectFaults(await declare({ to: '2062-12-12' }), 'to OUT_OF_RANGE')
      expectFaults(await declare({ from: '2026-02-29' }), 'from INVALID_DAY')
      expectFaults(await declare({ dry_run: 'yes' }), 'dry_run INVALID_TYPE')
      expectFaults(await declare({ yearly: true }), 'yearly UNKNOWN_FIELD')
      expect(await closures()).to.be.empty
      expect((await declare({ to: '2027-12-11', dry_run: true })).status).to.equal(200)
      // Entered when the storm is over.
      expect((await declare({ from: '2026-11-01', to: '2026-11-02', dry_run: true })).status).to.equal(200)
    })

    it('twice at once the job moves each date once', async () => {
      const { loan, reservation } = await twoDates()
      await declare()
      await Promise.all([runJob(), runJob()])
      expect(await told()).to.have.deep.members([
        ['LoanDueDateMoved', loan],
        ['ReservationShelfDateMoved', reservation],
      ])
      expect(await dueOf(loan)).to.equal(endOf('2026-12-13'))
    })
  })
}
