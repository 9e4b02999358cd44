import { expect } from 'chai'
import type { OpeningCalendar } from '../../../core/branches/opening-calendar.ts'
import { assessCheckout, assessRenewal } from '../../../core/circulation/assessment.ts'
import { borrowingPolicies } from '../../../core/circulation/borrowing-policies.ts'
import type { Copy } from '../../../core/circulation/copy.ts'
import type { Waiting } from '../../../core/circulation/hold-queue.ts'
import { rowOf } from '../../../core/circulation/loan-terms.ts'
import { failed } from '../../../core/circulation/policy.ts'
import type { MemberAccount, PricedLoanOut } from '../../../core/circulation/ports.ts'
import { renewalPolicies } from '../../../core/circulation/renewal-policies.ts'
import { defaultValues, forAny } from '../../../core/circulation/rule-table.ts'
import type { RuleRow } from '../../../core/circulation/rule-table.ts'
import type { OpenLoan } from '../../../core/circulation/loan.ts'
import { firstSettings } from '../../../core/settings/settings.ts'
import type { ControllingBranch } from '../../../core/settings/settings.ts'
import { TE } from '../../../core/shared/fp.ts'
import type { TaskEither } from '../../../core/shared/fp.ts'
import type { BranchId, MemberId } from '../../../core/shared/id.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Instant, Period } from '../../../core/shared/local-time.ts'
import { minor } from '../../../core/shared/money.ts'
import {
  aCalendar,
  aCopy,
  aFineRule,
  aLoan,
  aMember,
  aReservation,
  aTitle,
  at,
  bookId,
  branchId,
  closed,
  copyId,
  day,
  loanId,
  memberId,
  reservationId,
  someTerms,
  utc,
  zone,
} from '../builders.ts'

interface Known {
  readonly account?: Partial<MemberAccount>
  readonly queue?: readonly Waiting[]
  readonly copies?: readonly Copy[]
  readonly rows?: readonly RuleRow[]
  readonly calendars?: readonly (readonly [BranchId, OpeningCalendar])[]
}

/** What is known, and what was asked for. */
const library = ({
  account = {},
  queue = [],
  copies = [],
  rows = [],
  calendars = [[branchId(1), aCalendar()]],
}: Known = {}) => {
  const asked: { since: Instant[]; branches: BranchId[] } = { since: [], branches: [] }
  const stores = {
    memberAccounts: {
      of: (_member: MemberId, since: Instant) => {
        asked.since.push(since)
        return TE.right({
          loansOut: [],
          balance: minor(0),
          unpaidOverdue: minor(0),
          blocks: [],
          selfCheckouts: [],
          ...account,
        })
      },
      ofLoan: () => TE.right({ finesPaid: minor(0), unpaidOverdue: minor(0) }),
    },
    rules: { current: () => TE.right({ version: 1, defaults: defaultValues, rows }) },
    calendars: {
      of: (branches: readonly BranchId[]) => {
        asked.branches.push(...branches)
        return TE.right(new Map(calendars.filter(([branch]) => branches.includes(branch))))
      },
    },
    reservations: { queueOf: () => TE.right(queue) },
    copies: { ofBook: () => TE.right(copies) },
    settings: { current: () => TE.right(firstSettings) },
  }
  return { asked, stores: stores as unknown as Parameters<typeof assessRenewal>[1] }
}

const ruled = (key: Partial<RuleRow>, values: RuleRow['values']): RuleRow => ({
  branchId: null,
  membershipType: null,
  loanCategory: null,
  validFrom: null,
  validTo: null,
  ...key,
  values,
})

const answerOf = async <A>(asking: TaskEither<never, A>): Promise<A> => {
  const answer = await asking()
  if (answer._tag === 'Left') throw new Error('A dry look has nothing to refuse')
  return answer.right
}

const now = at('2026-03-10T15:00:00+01:00')
const member = aMember()
const title = aTitle()
const setting = firstSettings.controllingBranch
const copy = aCopy('available')

/** Out since long ago, of another title, ten cents a day. */
const lateLoan = (changes: Partial<OpenLoan> = {}): PricedLoanOut => ({
  loan: aLoan({
    id: loanId(50),
    bookId: bookId(50),
    dueAt: at('2026-02-28T23:59:59+01:00'),
    overdueFrom: at('2026-03-01T00:00:00+01:00'),
    terms: someTerms({ fine: aFineRule({ amount: minor(10) }) }),
    ...changes,
  }),
  loanCategory: 'book',
  price: null,
})

describe('what is said to a checkout', () => {
  it('all rules are asked, and the date is what the loan would end by', async () => {
    const { asked, stores } = library()
    const { verdicts, offer, values } = await answerOf(
      assessCheckout(
        borrowingPolicies,
        stores,
      )({ member, title, copy, desk: true, place: null, setting, now }),
    )
    expect(verdicts).to.have.length(borrowingPolicies.length)
    expect(failed(verdicts)).to.be.empty
    expect(toIso(offer!.due.dueAt)).to.equal(utc('2026-03-31T23:59:59+02:00'))
    expect(offer!.terms).to.include({ calendarBranchId: 1, zone: 'Europe/Berlin' })
    expect(values).to.deep.equal(defaultValues)
    expect(asked.since).to.deep.equal([at('2026-03-10T14:00:00+01:00')])
    expect(asked.branches).to.deep.equal([1])
  })

  it('the rules are those of the copy’s branch, the member’s type and the copy’s category (R0.1, R0.3)', async () => {
    const rows = [
      ruled({ branchId: branchId(1) }, { maxRenewals: 7 }),
      ruled({ branchId: branchId(2) }, { maxRenewals: 8 }),
      ruled({ membershipType: 'standard' }, { maxLoans: 3 }),
      ruled({ loanCategory: 'book' }, { loanPeriod: { length: 7, unit: 'days' } }),
    ]
    const { values, offer } = await answerOf(
      assessCheckout(
        borrowingPolicies,
        library({ rows }).stores,
      )({ member, title, copy, desk: true, place: null, setting, now }),
    )
    expect(values).to.include({ maxRenewals: 7, maxLoans: 3 })
    expect(offer!.terms.maxRenewals).to.equal(7)
    expect(toIso(offer!.due.dueAt)).to.equal(utc('2026-03-17T23:59:59+01:00'))
  })

  it('today is the local day of the copy’s branch', async () => {
    const calendars = [[branchId(1), aCalendar({ zone: zone('Pacific/Tongatapu') })]] as const
    const expiring = aMember({ membershipExpiresOn: day('2026-03-10') })
    const ask = assessCheckout(borrowingPolicies, library({ calendars }).stores)
    const { verdicts } = await answerOf(
      ask({ member: expiring, title, copy, desk: true, place: null, setting, now }),
    )
    expect(failed(verdicts).map(({ rule, actual }) => [rule, actual])).to.deep.equal([
      ['membership-expired', '2026-03-11'],
    ])
  })

  describe('a title that many others wait for is lent for the short period, never for a longer one (R1.6)', () => {
    const inDemand = (length: number, unit: Period['unit'] = 'days') =>
      ruled({ loanCategory: 'book' }, { highDemand: { reservationsOver: 1, loanPeriod: { length, unit } } })
    const waitingFor = (count: number, own = 0): readonly Waiting[] =>
      Array.from({ length: count + own }, (_, index) => ({
        reservation: aReservation('waiting', {
          id: reservationId(index + 1),
          memberId: index < count ? memberId(100 + index) : member.id,
        }),
        membershipType: 'standard',
        homeBranchId: null,
      }))
    const table: readonly (readonly [string, readonly RuleRow[], readonly Waiting[], string, boolean])[] = [
      ['no rule', [], waitingFor(9), '2026-03-31T23:59:59+02:00', false],
      ['as many as the number', [inDemand(7)], waitingFor(1), '2026-03-31T23:59:59+02:00', false],
      ['one more', [inDemand(7)], waitingFor(2), '2026-03-17T23:59:59+01:00', true],
      ['his own is not counted', [inDemand(7)], waitingFor(1, 1), '2026-03-31T23:59:59+02:00', false],
      ['a longer period', [inDemand(28)], waitingFor(2), '2026-03-31T23:59:59+02:00', false],
      ['an equal period', [inDemand(3, 'weeks')], waitingFor(2), '2026-03-31T23:59:59+02:00', false],
      ['a period of hours', [inDemand(48, 'hours')], waitingFor(2), '2026-03-12T15:00:00+01:00', true],
    ]
    for (const [what, rows, queue, dueAt, shortened] of table) {
      it(`${what}: ${dueAt.slice(0, 10)}`, async () => {
        const { stores } = library({ rows, queue })
        const { offer } = await answerOf(
          assessCheckout(
            borrowingPolicies,
            stores,
          )({ member, title, copy, desk: true, place: null, setting, now }),
        )
        expect(toIso(offer!.due.dueAt)).to.equal(utc(dueAt))
        expect(offer!.terms.shortened).to.equal(shortened)
        if (shortened) expect(rowOf(offer!.terms, 'loanPeriod').loanCategory).to.equal('book')
        else expect(rowOf(offer!.terms, 'loanPeriod')).to.deep.equal(forAny)
      })
    }
  })

  it('without a copy there is no date, and the missing copy is told with the rest', async () => {
    const { offer, verdicts } = await answerOf(
      assessCheckout(
        borrowingPolicies,
        library().stores,
      )({ member, title, copy: null, desk: true, place: null, setting, now }),
    )
    expect(offer).to.be.null
    expect(failed(verdicts).map(({ rule }) => rule)).to.deep.equal(['copy-status'])
  })

  describe('whose calendar, zone and rules count is a setting (R0.1)', () => {
    const places = [1, 2, 3] as const
    const zones = ['Europe/Berlin', 'Pacific/Tongatapu', 'America/Los_Angeles']
    const calendars = places.map(
      place => [branchId(place), aCalendar({ zone: zone(zones[place - 1]!) })] as const,
    )
    const rows = places.map(place => ruled({ branchId: branchId(place) }, { maxRenewals: 10 * place }))
    /** The copy stands in branch 1, it happens in branch 2, the member is at home in branch 3. */
    const table: readonly (readonly [
      ControllingBranch,
      { readonly place: 2 | null; readonly home: 3 | null; readonly without?: 'copy' },
      1 | 2 | 3 | null,
    ])[] = [
      ['copy', { place: 2, home: 3 }, 1],
      ['copy', { place: null, home: null }, 1],
      ['copy', { place: 2, home: 3, without: 'copy' }, null],
      ['transaction', { place: 2, home: 3 }, 2],
      ['transaction', { place: null, home: 3 }, 1],
      ['transaction', { place: 2, home: 3, without: 'copy' }, 2],
      ['member', { place: 2, home: 3 }, 3],
      ['member', { place: 2, home: null }, 1],
      ['member', { place: 2, home: 3, without: 'copy' }, 3],
      ['member', { place: 2, home: null, without: 'copy' }, null],
    ]
    for (const [controllingBranch, { place, home, without }, expected] of table) {
      const told = `${controllingBranch}, it happens ${place === null ? 'nowhere' : `in ${place}`}, at home ${home === null ? 'nowhere' : `in ${home}`}${without === undefined ? '' : ', without a copy'}`
      it(`${told}: ${expected === null ? 'none' : `branch ${expected}`}`, async () => {
        const { stores } = library({ rows, calendars })
        const { offer, values, calendar, verdicts } = await answerOf(
          assessCheckout(
            borrowingPolicies,
            stores,
          )({
            member: aMember({
              homeBranchId: home === null ? null : branchId(home),
              membershipExpiresOn: day('2026-03-09'),
            }),
            title,
            copy: without === 'copy' ? null : copy,
            desk: true,
            place: place === null ? null : branchId(place),
            setting: controllingBranch,
            now: at('2026-03-10T15:00:00+01:00'),
          }),
        )
        expect(calendar.zone).to.equal(expected === null ? 'UTC' : zones[expected - 1])
        expect(values.maxRenewals).to.equal(expected === null ? defaultValues.maxRenewals : 10 * expected)
        const today = expected === 2 ? '2026-03-11' : '2026-03-10'
        expect(verdicts.find(({ rule }) => rule === 'membership-expired')?.actual).to.equal(today)
        const frozen = offer === null ? null : [offer.terms.calendarBranchId, offer.terms.zone]
        expect(frozen).to.deep.equal(without === 'copy' ? null : [expected, zones[expected! - 1]])
      })
    }

    it('is frozen: the loan is renewed by the branch of its checkout, whatever the setting says then', async () => {
      const { stores } = library({ rows, calendars })
      const loan = aLoan({ terms: someTerms({ calendarBranchId: branchId(2) }) })
      const { values } = await answerOf(
        assessRenewal(
          renewalPolicies,
          stores,
        )({ member: aMember({ homeBranchId: branchId(3) }), loan, loanCategory: 'book', now }),
      )
      expect(values.maxRenewals).to.equal(20)
    })
  })

  describe('debt is the balance and what runs on the loans that are out (R2.3)', () => {
    const returned = { dueAt: now, overdueFrom: at('2026-03-11T00:00:00+01:00') }
    const elsewhere = lateLoan({ terms: { ...lateLoan().loan.terms, calendarBranchId: branchId(2) } })
    const closedThere = aCalendar({
      closures: [closed('2026-03-01', '2026-03-08')],
    })
    const table: readonly (readonly [string, Partial<MemberAccount>, number])[] = [
      ['nothing', {}, 0],
      ['the balance', { balance: minor(700) }, 700],
      ['a credit', { balance: minor(-700) }, -700],
      ['ten days late', { balance: minor(700), loansOut: [lateLoan()] }, 800],
      ['not late yet', { loansOut: [lateLoan(returned)] }, 0],
      ['late by the calendar of its own branch', { loansOut: [elsewhere] }, 20],
      ['two of them', { loansOut: [lateLoan(), elsewhere] }, 120],
    ]
    for (const [what, account, debt] of table) {
      it(`${what}: ${debt}`, async () => {
        const calendars = [
          [branchId(1), aCalendar()],
          [branchId(2), closedThere],
        ] as const
        const { stores } = library({ account, calendars })
        const { verdicts } = await answerOf(
          assessCheckout(
            borrowingPolicies,
            stores,
          )({ member, title, copy, desk: true, place: null, setting, now }),
        )
        expect(verdicts.find(({ rule }) => rule === 'debt')?.actual).to.equal(debt)
      })
    }

    it('counts what would be posted and no more: a cap per member holds for all loans together (R4.4)', async () => {
      const capped = (id: number, memberCap: number) => {
        const late = lateLoan({ id: loanId(id) })
        const { terms } = late.loan
        const fine = { ...terms.fine, memberCap: minor(memberCap) }
        return { ...late, loan: { ...late.loan, terms: { ...terms, fine } } }
      }
      const debtOf = async (account: Partial<MemberAccount>) => {
        const { verdicts } = await answerOf(
          assessCheckout(
            borrowingPolicies,
            library({ account }).stores,
          )({ member, title, copy, desk: true, place: null, setting, now }),
        )
        return verdicts.find(({ rule }) => rule === 'debt')?.actual
      }
      // Each of them alone runs to 100.
      expect(await debtOf({ loansOut: [capped(1, 150)] })).to.equal(100)
      expect(await debtOf({ loansOut: [capped(1, 150), capped(2, 150)] })).to.equal(150)
      expect(await debtOf({ loansOut: [capped(1, 150), lateLoan({ id: loanId(2) })] })).to.equal(200)
      const owing = { balance: minor(700), unpaidOverdue: minor(90) }
      expect(await debtOf({ ...owing, loansOut: [capped(1, 150), capped(2, 150)] })).to.equal(760)
      expect(await debtOf({ ...owing, loansOut: [capped(1, 0)] })).to.equal(700)
    })

    it('a lost or claimed loan runs no further', async () => {
      const frozen = (['lost', 'claimed_returned'] as const).map(state => ({
        ...lateLoan(),
        loan: { ...lateLoan().loan, state },
      }))
      const { stores } = library({ account: { loansOut: frozen } })
      const { verdicts } = await answerOf(
        assessCheckout(
          borrowingPolicies,
          stores,
        )({ member, title, copy, desk: true, place: null, setting, now }),
      )
      expect(verdicts.find(({ rule }) => rule === 'debt')?.actual).to.equal(0)
    })
  })
})

describe('what is said to a renewal', () => {
  const renewAt = at('2026-03-30T12:00:00+02:00')
  const ask = (loan: OpenLoan, known: Known = {}) =>
    answerOf(
      assessRenewal(
        renewalPolicies,
        library(known).stores,
      )({
        member,
        loan,
        loanCategory: 'book',
        now: renewAt,
      }),
    )

  const periods = [
    ['from the due date, as the loan', {}, '2026-04-21T23:59:59+02:00'],
    ['from now', { renewalFrom: 'now' }, '2026-04-20T23:59:59+02:00'],
    ['for a period of its own', { renewalPeriod: { length: 1, unit: 'weeks' } }, '2026-04-07T23:59:59+02:00'],
    [
      'a month from the last of March',
      { renewalPeriod: { length: 1, unit: 'months' } },
      '2026-04-30T23:59:59+02:00',
    ],
  ] as const
  for (const [what, terms, dueAt] of periods) {
    it(`${what}: ${dueAt} (R5.1)`, async () => {
      const { offer, verdicts } = await ask(aLoan({ terms: someTerms(terms) }))
      expect(toIso(offer!.due.dueAt)).to.equal(utc(dueAt))
      expect(failed(verdicts)).to.be.empty
    })
  }

  it('goes by the terms frozen on the loan, the limits by the rules of today (R0.2)', async () => {
    const rows = [ruled({}, { loanPeriod: { length: 1, unit: 'days' }, maxRenewals: 0, maxLoans: 0 })]
    const { offer, verdicts } = await ask(aLoan(), {
      rows,
      account: { loansOut: [{ loan: aLoan(), loanCategory: 'book', price: null }] },
    })
    expect(toIso(offer!.due.dueAt)).to.equal(utc('2026-04-21T23:59:59+02:00'))
    expect(failed(verdicts).map(({ rule }) => rule)).to.deep.equal(['loan-limit'])
  })

  describe('another copy must be free for everybody who waits for the title (R5.2)', () => {
    const waits = (id: number, changes: Partial<Waiting> = {}): Waiting => ({
      reservation: aReservation('waiting', { id: reservationId(id) }),
      membershipType: 'standard',
      homeBranchId: null,
      ...changes,
    })
    const free = (id: number, changes: Parameters<typeof aCopy>[1] = {}) =>
      aCopy('available', { id: copyId(id), ...changes })
    const reference = ruled({ loanCategory: 'reference' }, { lendable: false })
    const forStudents = [
      ruled({ membershipType: 'child', loanCategory: 'media' }, { lendable: false }),
      ruled({ membershipType: 'student', loanCategory: 'book' }, { lendable: false }),
    ]
    const child = { membershipType: 'child' }
    const student = { membershipType: 'student' }
    const table: readonly (readonly [what: string, known: Known, servable: number, waiting: number])[] = [
      ['nobody waits', { copies: [free(2)] }, 0, 0],
      ['one waits, no copy is free', { queue: [waits(1)], copies: [aCopy('on_loan')] }, 0, 1],
      ['one waits, one is free', { queue: [waits(1)], copies: [free(2)] }, 1, 1],
      ['two wait, one is free', { queue: [waits(1), waits(2)], copies: [free(2)] }, 1, 2],
      [
        'a damaged one is kept for nobody',
        { queue: [waits(1)], copies: [free(2, { condition: 'damaged' })] },
        0,
        1,
      ],
      [
        'one that is kept, on its way or missing is not free',
        {
          queue: [waits(1)],
          copies: [aCopy('kept'), aCopy('in_transit'), aCopy('missing'), aCopy('maintenance')],
        },
        0,
        1,
      ],
      [
        'one that is not lent by rule fills nothing (R6.4)',
        { queue: [waits(1)], copies: [free(2, { loanCategory: 'reference' })], rows: [reference] },
        0,
        1,
      ],
      [
        'to each the one he may have',
        {
          queue: [waits(1, child), waits(2, student)],
          copies: [free(2, { loanCategory: 'media' }), free(3, { loanCategory: 'book' })],
          rows: forStudents,
        },
        2,
        2,
      ],
      [
        'two who may have the same one only',
        {
          queue: [waits(1, child), waits(2, child)],
          copies: [free(2, { loanCategory: 'media' }), free(3, { loanCategory: 'book' })],
          rows: forStudents,
        },
        1,
        2,
      ],
    ]
    for (const [what, known, servable, waiting] of table) {
      it(`${what}: ${servable} of ${waiting}`, async () => {
        const { verdicts } = await ask(aLoan(), known)
        expect(verdicts.find(({ rule }) => rule === 'reservations-waiting')).to.include({
          verdict: waiting > servable ? 'fail' : 'pass',
          limit: servable,
          actual: waiting,
        })
      })
    }
  })

  it('ends by the zone frozen on the loan, wherever its branch has moved since (R0.2)', async () => {
    const calendars = [[branchId(1), aCalendar({ zone: zone('Asia/Kathmandu') })]] as const
    const { offer } = await ask(aLoan(), { calendars })
    expect(toIso(offer!.due.dueAt)).to.equal(utc('2026-04-21T23:59:59+02:00'))
  })
})
