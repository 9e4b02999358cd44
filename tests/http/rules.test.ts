/** The rule table over HTTP, on every storage (CIR-9, R0.1 to R0.4). */
import { expect } from 'chai'
import { defaultRow, defaultValues } from '../../core/circulation/rule-table.ts'
import { snaked } from '../../core/shared/spelling.ts'
import { backends } from '../support/backends.ts'
import { expectFaults, expectRefusal, idOf, namesOf, rowsOf } from './support/client.ts'
import type { Reply, Wish } from './support/client.ts'
import { freshToken } from './support/fresh-token.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Row = Readonly<Record<string, unknown>>

const values = snaked(defaultValues)
const first = snaked(defaultRow({ defaults: defaultValues }))
const forAny = {
  branch_id: null,
  membership_type: null,
  loan_category: null,
  valid_from: null,
  valid_to: null,
}
const path = '/circulation-rules'

for (const backend of backends) {
  describe(`the rule table over HTTP on ${backend.name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const ask = (method: string, where: string, wish: Wish = {}, who: keyof World['tokens'] = 'admin') =>
      world.call(method, where, { token: world.tokens[who], ...wish })

    const put = (rows: readonly unknown[], query = '', ifMatch: string | null = '*') =>
      ask('PUT', `${path}${query}`, {
        body: { rows },
        ...(ifMatch === null ? {} : { headers: { 'If-Match': ifMatch } }),
      })

    const shown = async () => ((await ask('GET', path)).data as { readonly rows: readonly Row[] }).rows

    const tagOf = ({ headers }: Reply): string => headers.get('etag') ?? ''

    const expectDone = (reply: Reply): Reply => {
      expect(reply.status, reply.text).to.be.within(200, 201)
      return reply
    }

    const students = { ...forAny, membership_type: 'student', values: { max_loans: 1, max_renewals: 0 } }

    describe('is shown and put', () => {
      it('to staff, as the contract has it', async () => {
        const reply = await ask('GET', path, {}, 'librarian')
        expect(reply.data).to.deep.equal({ rows: [first] })
        expect(tagOf(reply)).to.match(/^"1-/)
      })

      it('whole, and comes back as it was put', async () => {
        const rows = [first, students, { ...forAny, branch_id: world.here, values: {} }]
        const done = expectDone(await put(rows))
        expect(done.data).to.deep.equal({ rows })
        expect(await shown()).to.deep.equal(rows)
        expectDone(await put([first]))
        expect(await shown()).to.deep.equal([first])
      })

      it('just as it was got', async () => {
        const got = await ask('GET', path)
        expectDone(await ask('PUT', path, { body: got.data, headers: { 'If-Match': tagOf(got) } }))
        expect(await shown()).to.deep.equal([first])
      })

      it('with keys left out, which are for any', async () => {
        expectDone(await put([{ values }, { membership_type: 'child', values: { max_loans: 2 } }]))
        expect(await shown()).to.deep.equal([
          first,
          { ...forAny, membership_type: 'child', values: { max_loans: 2 } },
        ])
      })

      it('by somebody who has seen it alone (If-Match: 428, 412)', async () => {
        expectRefusal(await put([first], '', null), 428, 'VERSION_REQUIRED')
        const seen = tagOf(await ask('GET', path))
        const changed = expectDone(await put([first, students], '', seen))
        expectRefusal(await put([first], '', seen), 412, 'VERSION_MISMATCH', {
          resource: 'circulation_rules',
          id: 1,
          version: 2,
        })
        expect(await shown()).to.deep.equal([first, students])
        const again = await ask('GET', path, { headers: { 'If-None-Match': tagOf(changed) } })
        expect(again.status).to.equal(304)
        expectDone(await put([first], '', tagOf(changed)))
      })

      it('the form of the body is asked before If-Match, what the rows say together after it', async () => {
        expectFaults(await put([{ values, colour: 1 }], '', null), 'rows.0.colour UNKNOWN_FIELD')
        expectRefusal(await put([], '', '"7-aaaaaaaaaaaaaaaaaaaaaa"'), 412, 'VERSION_MISMATCH')
        expectFaults(await put([]), 'rows DEFAULT_ROW_MISSING')
      })

      it('not in part: there is no PATCH', async () => {
        expectRefusal(await ask('PATCH', path, { body: { rows: [first] } }), 405, 'METHOD_NOT_ALLOWED')
      })
    })

    describe('is linted (R0.4)', () => {
      const faulty = () => [
        { ...forAny, valid_from: '2026-01-01', values },
        { ...students, branch_id: 4711, valid_from: '2026-02-01', valid_to: '2026-01-31' },
        { ...students, membership_type: 'gold', loan_category: 'harps' },
        { ...students, values: { loan_period: { length: 0, unit: 'days' } } },
        { ...students, valid_from: '2027-01-01' },
      ]
      const named = [
        'rows DEFAULT_ROW_MISSING',
        'rows.1.branch_id UNKNOWN_REFERENCE',
        'rows.1.valid_to OUT_OF_RANGE',
        'rows.2.membership_type UNKNOWN_REFERENCE',
        'rows.2.loan_category UNKNOWN_REFERENCE',
        'rows.3.values.loan_period INVALID_PERIOD',
        'rows.4 OVERLAPPING_ROWS',
      ]

      it('all faults at once, each at its row, and nothing is changed', async () => {
        expectFaults(await put(faulty()), ...named)
        expect(tagOf(await ask('GET', path))).to.match(/^"1-/)
        expect(rowsOf(await ask('GET', `${path}/history`))).to.deep.equal([])
      })

      it('alone with ?dry_run=true, which changes nothing and needs no version', async () => {
        expectFaults(await put(faulty(), '?dry_run=true', null), ...named)
        const good = expectDone(await put([first, students], '?dry_run=true', null))
        expect(good.data).to.deep.equal({ rows: [first, students] })
        expect(await shown()).to.deep.equal([first])
        expect(rowsOf(await ask('GET', `${path}/history`))).to.deep.equal([])
        expect(rowsOf(await ask('GET', '/audit?target=circulation_rules'))).to.deep.equal([])
      })

      it('a dry run that names a version is told when it is another', async () => {
        const seen = tagOf(await ask('GET', path))
        expectDone(await put([first], '?dry_run=true', seen))
        expectDone(await put([first], '', seen))
        expectRefusal(await put([first], '?dry_run=true', seen), 412, 'VERSION_MISMATCH')
        expectDone(await put([first, students], '?dry_run=false', '*'))
        expect(await shown()).to.have.length(2)
      })

      it('a dry run is not for whoever may not put it', async () => {
        for (const who of ['librarian', 'manager', 'user'] as const) {
          const reply = await ask('PUT', `${path}?dry_run=true`, { body: { rows: [first] } }, who)
          expectRefusal(reply, 403, 'PERMISSION_DENIED', { permission: 'rule:write' })
        }
      })

      it('a default row without a value', async () => {
        const { loan_period: _period, escalation: _escalation, ...some } = values
        expectFaults(
          await put([{ ...forAny, values: some }]),
          'rows.0.values.loan_period REQUIRED',
          'rows.0.values.escalation REQUIRED',
        )
      })
    })

    describe('counts', () => {
      const lend = async (barcode: string) =>
        ask('POST', '/borrowings', { body: { user_id: world.ids.user, barcode } })
      const lent = async (barcode: string) => expectDone(await lend(barcode)).data as Row

      it('from the next request on (CIR-9)', async () => {
        expectDone(
          await put([
            first,
            { ...forAny, loan_category: 'book', values: { loan_period: { length: 7, unit: 'days' } } },
          ]),
        )
        expect(await lent('C-1')).to.include({ due_date: '2026-11-28T22:59:59.000Z' })
      })

      it('heavier rows before lighter ones, and what is the member’s from no row with a category (R0.3)', async () => {
        expectDone(
          await put([
            first,
            {
              ...forAny,
              branch_id: world.here,
              loan_category: 'book',
              values: { max_loans: 0, lendable: true },
            },
            { ...forAny, membership_type: 'standard', values: { lendable: false, max_loans: 7 } },
          ]),
        )
        const reply = await ask('GET', `/users/${world.ids.user}/eligibility?barcode=C-1`)
        const { rules, allowed } = reply.data as { readonly allowed: boolean; readonly rules: readonly Row[] }
        expect(allowed, reply.text).to.equal(true)
        expect(rules.find(({ rule }) => rule === 'loan-limit')).to.include({ limit: 7, verdict: 'pass' })
      })

      it('while it is valid, in the days of the branch', async () => {
        expectDone(
          await put([
            first,
            { ...students, membership_type: 'standard', valid_to: '2026-11-21', values: { lendable: false } },
          ]),
        )
        expectRefusal(await lend('C-1'), 422, 'CHECKOUT_REFUSED')
        // 00:30 of the 22nd in Berlin, still the 21st in UTC.
        world.clock.minutes(13 * 60 + 30)
        const token = await freshToken(world, 'admin')
        const reply = await world.call('POST', '/borrowings', {
          token,
          body: { user_id: world.ids.user, barcode: 'C-1' },
        })
        expectDone(reply)
      })

      it('not for what was lent before: old debts stay as they were (R0.2)', async () => {
        const old = await lent('C-1')
        const dear = {
          loan_period: { length: 1, unit: 'days' },
          fine: { ...values.fine, amount: 500, cap: null, cap_to_price: false },
        }
        expectDone(await put([{ ...first, values: { ...values, ...dear } }]))
        expect((await ask('GET', `/borrowings/${String(old['id'])}`)).data).to.include({
          due_date: old['due_date'],
        })
        const other = expectDone(
          await ask('POST', '/borrowings', { body: { user_id: world.ids.other, barcode: 'C-2' } }),
        ).data as Row
        expect(other).to.include({ due_date: '2026-11-22T22:59:59.000Z' })
        // Both come back on 15 December, through the book drop of that day.
        world.clock.days(24)
        const token = await freshToken(world, 'admin')
        const back = async (barcode: string) =>
          ((await world.call('POST', '/returns', { token, body: { barcode } })).data as Row)['fine'] as Row
        expect((await back('C-1'))['amount']).to.deep.equal({ amount: 3 * 25, currency: 'EUR' })
        expect((await back('C-2'))['amount']).to.deep.equal({ amount: 23 * 500, currency: 'EUR' })
      })

      it('and a branch that has a rule is not deleted', async () => {
        const body = { name: 'Elsewhere', time_zone: 'UTC' }
        const branch = idOf(await ask('POST', '/branches', { body }))
        expectDone(await put([first, { ...forAny, branch_id: branch, values: {} }]))
        expectRefusal(await ask('DELETE', `/branches/${branch}`), 409, 'HAS_DEPENDENTS')
        expectDone(await put([first]))
        expectDone(await ask('DELETE', `/branches/${branch}`))
      })
    })

    describe('is resolved', () => {
      const resolved = async (query: string, who: keyof World['tokens'] = 'librarian') => {
        const reply = await ask('GET', `${path}/resolve${query}`, {}, who)
        expect(reply.status, reply.text).to.equal(200)
        return reply.data as Row & {
          readonly values: Readonly<Record<string, { value: unknown; row: unknown }>>
        }
      }

      it('to each value and the row that gave it', async () => {
        const ofBranch = { ...forAny, branch_id: world.here, valid_to: '2026-12-31' }
        const ofMedia = { ...forAny, loan_category: 'media' }
        expectDone(
          await put([
            first,
            { ...ofBranch, values: { max_renewals: 9 } },
            {
              ...ofMedia,
              values: { max_renewals: 1, max_loans: 1, loan_period: { length: 7, unit: 'days' } },
            },
          ]),
        )
        const asked = `?branch_id=${world.here}&membership_type=student&loan_category=media`
        const found = await resolved(asked)
        expect(found).to.include({
          branch_id: world.here,
          membership_type: 'student',
          loan_category: 'media',
          day: '2026-11-21',
        })
        expect(found.values['max_renewals']).to.deep.equal({ value: 9, row: ofBranch })
        expect(found.values['loan_period']).to.deep.equal({
          value: { length: 7, unit: 'days' },
          row: ofMedia,
        })
        expect(found.values['max_loans']).to.deep.equal({ value: 10, row: forAny })
        expect(found.values).to.have.all.keys(Object.keys(values))
        const elsewhere = await resolved(`?branch_id=${world.there}`)
        expect(elsewhere.values['max_renewals']).to.deep.equal({ value: 2, row: forAny })
      })

      it('by rows for any alone where nothing is asked for', async () => {
        expectDone(await put([first, students]))
        const found = await resolved('')
        expect(found).to.include({ branch_id: null, membership_type: null, loan_category: null })
        expect(found.values['max_loans']).to.deep.equal({ value: 10, row: forAny })
      })

      it('not for what is not there: all of it is named', async () => {
        const reply = await ask(
          'GET',
          `${path}/resolve?branch_id=99&membership_type=gold&loan_category=harps`,
        )
        expectFaults(
          reply,
          'branch_id UNKNOWN_REFERENCE',
          'membership_type UNKNOWN_REFERENCE',
          'loan_category UNKNOWN_REFERENCE',
        )
      })
    })

    describe('has a history', () => {
      it('of who changed which rows, newest first, by pages', async () => {
        expectDone(await put([first, students]))
        const changed = { ...students, values: { max_loans: 3 } }
        expectDone(await put([{ ...first, values: { ...values, max_loans: 12 } }, changed]))
        const whole = await ask('GET', `${path}/history`, {}, 'librarian')
        const rows = rowsOf(whole)
        expect(rows.map(({ version }) => version)).to.deep.equal([3, 2])
        expect(rows[0]).to.deep.include({
          actor_id: world.ids.admin,
          actor_role: 'admin',
          recorded_at: '2026-11-21T10:00:00.000Z',
        })
        expect(rows[0]!['before']).to.deep.equal([first, students])
        expect(rows[0]!['after']).to.deep.equal([{ ...first, values: { ...values, max_loans: 12 } }, changed])
        // What stayed as it was is not in it, in whatever order a database keeps it.
        expect(rows[1]).to.deep.include({ before: [], after: [students] })
        const page = await ask('GET', `${path}/history?limit=1&page=2`)
        expect(rowsOf(page)).to.deep.equal([rows[1]])
        expect(page.headers.get('x-total-count')).to.equal('2')
      })

      it('which is the audit’s', async () => {
        expectDone(await put([first, students]))
        const [row] = rowsOf(await ask('GET', '/audit?target=circulation_rules'))
        expect(row).to.deep.include({
          action: 'circulation_rules.changed',
          target_id: null,
          before: { version: 1, rows: [] },
          after: { version: 2, rows: [students] },
        })
      })
    })
  })
}

describe('the form of the rule table', () => {
  let world: World
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const put = (body: unknown) =>
    world.call('PUT', path, { token: world.tokens.admin, body, headers: { 'If-Match': '*' } })

  const period = { length: 7, unit: 'days' }
  const cases: readonly (readonly [string, unknown, ...string[]])[] = [
    ['lendable', 1, 'INVALID_TYPE'],
    ['lendable', null, 'REQUIRED'],
    ['max_loans', -1, 'OUT_OF_RANGE'],
    ['max_loans', 1.5, 'NOT_AN_INTEGER'],
    ['max_loans', '3', 'INVALID_TYPE'],
    ['debt_ceiling', 0.5, 'NOT_AN_INTEGER'],
    ['loan_period', null, 'REQUIRED'],
    ['loan_period.unit', { ...period, unit: 'years' }, 'UNKNOWN_VALUE'],
    ['loan_period.length', { ...period, length: 'x' }, 'INVALID_TYPE'],
    ['loan_period.length', { ...period, length: 1.5 }, 'NOT_AN_INTEGER'],
    ['loan_period.length', { unit: 'days' }, 'REQUIRED'],
    ['loan_period.colour', { ...period, colour: 1 }, 'UNKNOWN_FIELD'],
    ['loan_perid', period, 'UNKNOWN_FIELD'],
    ['closed_days', 'sometimes', 'UNKNOWN_VALUE'],
    ['closed_days', null, 'REQUIRED'],
    ['closed_hours', 'next_open_day', 'UNKNOWN_VALUE'],
    ['closed_hours', null, 'REQUIRED'],
    ['hard_due_date', '2027-02-30', 'INVALID_DAY'],
    ['hard_due_date_mode', 'ceil', 'UNKNOWN_VALUE'],
    ['hard_due_date_mode', null, 'REQUIRED'],
    ['renewal_from', null, 'REQUIRED'],
    ['renewal_if_overdue', 'deny', 'UNKNOWN_VALUE'],
    ['renewal_if_overdue', null, 'REQUIRED'],
    ['renewal_blackouts', null, 'REQUIRED'],
    ['renewal_blackouts.0.to', [{ from: '2026-12-26', to: '2026-12-24' }], 'OUT_OF_RANGE'],
    ['reservations_when_on_shelf', 'deny', 'UNKNOWN_VALUE'],
    ['reservations_when_on_shelf', null, 'REQUIRED'],
    ['reservation_priority', 2 ** 31, 'OUT_OF_RANGE'],
    ['fine', null, 'REQUIRED'],
    ['fine.per', { ...values.fine, per: 'month' }, 'UNKNOWN_VALUE'],
    ['fine.charge_at', { ...values.fine, charge_at: 'never' }, 'UNKNOWN_VALUE'],
    ['fine.grace_mode', { ...values.fine, grace_mode: null }, 'REQUIRED'],
    ['fine.steps.0.amount', { ...values.fine, steps: [{ after_units: 1 }] }, 'REQUIRED'],
    [
      'high_demand.loan_period.unit',
      { reservations_over: 3, loan_period: { length: 1, unit: 'd' } },
      'UNKNOWN_VALUE',
    ],
    ['damage_fees', null, 'REQUIRED'],
    ['damage_fees.minor', { major: null, beyond_repair: null }, 'REQUIRED'],
    ['escalation.reminder_days', { ...values.escalation, reminder_days: null }, 'REQUIRED'],
  ]
  for (const [field, value, code] of cases) {
    it(`${field} ${code}: ${JSON.stringify(value)}`, async () => {
      const row = { membership_type: 'student', values: { [field.split('.')[0]!]: value } }
      expectFaults(await put({ rows: [first, row] }), `rows.1.values.${field} ${code!}`)
    })
  }

  it('is told of all rows at once, and of the keys too', async () => {
    const reply = await put({
      rows: [
        { ...first, branch_id: 'x', valid_from: '2026' },
        { values: { lendable: 'yes', colour: 1 }, membership_type: 7 },
        {},
        7,
      ],
    })
    expectRefusal(reply, 400, 'VALIDATION_FAILED')
    expect(namesOf(reply.error?.details)).to.have.members([
      'rows.0.branch_id INVALID_TYPE',
      'rows.0.valid_from INVALID_DAY',
      'rows.1.values.lendable INVALID_TYPE',
      'rows.1.values.colour UNKNOWN_FIELD',
      'rows.1.membership_type INVALID_TYPE',
      'rows.2.values REQUIRED',
      'rows.3 INVALID_TYPE',
    ])
  })

  it('has a limit of rows', async () => {
    expectFaults(
      await put({ rows: Array.from({ length: 1001 }, () => ({ values: {} })) }),
      'rows OUT_OF_RANGE',
    )
    expectFaults(await put({ rows: null }), 'rows REQUIRED')
    expectFaults(await put({}), 'rows REQUIRED')
  })

  for (const name of Object.keys(values).filter(one => values[one as keyof typeof values] === null)) {
    it(`${name} may be null`, async () => {
      const reply = await put({ rows: [first, { membership_type: 'student', values: { [name]: null } }] })
      expect(reply.status, reply.text).to.equal(200)
    })
  }
})
