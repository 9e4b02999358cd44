import { expect } from 'chai'
import { titleInvariants } from '../../../core/circulation/consistency.ts'
import type {
  CopyFacts,
  LivingFacts,
  LoanOutFacts,
  OpenTransferFacts,
  TitleFacts,
  ToldLoanFacts,
} from '../../../core/circulation/consistency-facts.ts'
import { copyStatuses } from '../../../core/circulation/copy.ts'
import { loanEventInvariants } from '../../../core/circulation/event-consistency.ts'
import { availabilityOf, holdingsOf } from '../../../core/circulation/title.ts'
import { id } from '../../../core/shared/id.ts'
import { violationsOf } from '../../../core/shared/consistency.ts'
import { at, bookId, branchId, copyId, loanId, memberId, reservationId } from '../builders.ts'

const now = at('2026-11-21T10:00:00Z')

const copy = (id: number, status: CopyFacts['status'], some: Partial<CopyFacts> = {}): CopyFacts => ({
  id: copyId(id),
  status,
  loanId: null,
  keptFor: null,
  destination: null,
  ...some,
})
const out = (id: number, status: CopyFacts['status'], loan: number): CopyFacts =>
  copy(id, status, { loanId: loanId(loan) })
const kept = (id: number, member: number): CopyFacts => copy(id, 'kept', { keptFor: memberId(member) })
const sent = (id: number, branch: number): CopyFacts =>
  copy(id, 'in_transit', { destination: branchId(branch) })
const loan = (id: number, of: number, state: LoanOutFacts['state'] = 'open'): LoanOutFacts => ({
  id: loanId(id),
  copyId: copyId(of),
  state,
})
/** Of member 1, to be fetched at branch 2, where nothing else is said. */
const reservation = (
  id: number,
  status: LivingFacts['status'],
  of: number | null = null,
  member = 1,
): LivingFacts => ({
  id: reservationId(id),
  memberId: memberId(member),
  branchId: branchId(2),
  status,
  copyId: of === null ? null : copyId(of),
})

/** The open transfer of a copy. */
const under = (transfer: number, of: number, branch: number): OpenTransferFacts => ({
  id: id(transfer),
  copyId: copyId(of),
  to: branchId(branch),
})

/** Its counts are right, and what is sent has its transfer, where nothing else is said. */
const title = (some: Partial<TitleFacts>): TitleFacts => {
  const holdings = some.holdings ?? holdingsOf((some.copies ?? []).map(({ status }) => status))
  return {
    bookId: bookId(12),
    holdings,
    availability: availabilityOf(holdings),
    copies: [],
    loansOut: [],
    reservations: [],
    transfers: (some.copies ?? []).flatMap(({ id, destination }) =>
      destination === null ? [] : [under(id, id, destination)],
    ),
    ...some,
  }
}

type Row = readonly [what: string, facts: Partial<TitleFacts>, ...found: readonly string[]]

const rows: readonly Row[] = [
  ['an empty title', {}],
  ['copies everywhere but out', { copies: [copy(1, 'available'), copy(2, 'missing'), copy(3, 'withdrawn')] }],
  ['a copy out', { copies: [out(1, 'on_loan', 8)], loansOut: [loan(8, 1)] }],
  [
    'a copy said to be back',
    { copies: [out(1, 'claimed_returned', 8)], loansOut: [loan(8, 1, 'claimed_returned')] },
  ],
  ['a lost copy and its loan', { copies: [out(1, 'lost', 8)], loansOut: [loan(8, 1, 'lost')] }],
  ['a copy lost without a loan', { copies: [copy(1, 'lost')] }],
  ['a lost loan whose copy turned up', { copies: [copy(1, 'available')], loansOut: [loan(8, 1, 'lost')] }],
  ['a lost loan whose copy got lost anew', { copies: [copy(1, 'lost')], loansOut: [loan(8, 1, 'lost')] }],
  [
    'two loans of one copy',
    { copies: [out(1, 'on_loan', 8)], loansOut: [loan(8, 1), loan(9, 1)] },
    'one-loan-per-copy copy 1',
  ],
  ['a copy out on nothing', { copies: [out(1, 'on_loan', 8)] }, 'copy-names-its-loan copy 1'],
  ['a lost copy of no loan', { copies: [out(1, 'lost', 8)] }, 'copy-names-its-loan copy 1'],
  [
    'a copy out on a loan of another',
    { copies: [out(1, 'on_loan', 8), out(2, 'on_loan', 8)], loansOut: [loan(8, 1)] },
    'copy-names-its-loan copy 2',
  ],
  [
    'a copy on a loan that is lost',
    { copies: [out(1, 'on_loan', 8)], loansOut: [loan(8, 1, 'lost')] },
    'copy-names-its-loan copy 1',
    'loan-holds-its-copy borrowing 8',
  ],
  [
    'a loan whose copy is free',
    { copies: [copy(1, 'available')], loansOut: [loan(8, 1)] },
    'loan-holds-its-copy borrowing 8',
  ],
  ['a loan whose copy is gone', { loansOut: [loan(8, 1)] }, 'loan-holds-its-copy borrowing 8'],
  ['a lost loan whose copy is gone', { loansOut: [loan(8, 1, 'lost')] }, 'loan-holds-its-copy borrowing 8'],
  ['a queue', { reservations: [reservation(4, 'waiting'), reservation(5, 'suspended', null, 2)] }],
  ['a copy kept', { copies: [kept(1, 1)], reservations: [reservation(4, 'ready', 1)] }],
  [
    'a copy on its way to a member',
    { copies: [sent(1, 2)], reservations: [reservation(4, 'in_transit', 1)] },
  ],
  ['a copy on its way home', { copies: [sent(1, 9)] }],
  [
    'a copy on its way without a transfer',
    { copies: [sent(1, 9)], transfers: [] },
    'in-transit-has-its-transfer copy 1',
  ],
  [
    'a copy on its way with the transfer of another',
    { copies: [sent(1, 9), sent(2, 9)], transfers: [under(7, 2, 9)] },
    'in-transit-has-its-transfer copy 1',
  ],
  [
    'a transfer to another branch',
    { copies: [sent(1, 9)], transfers: [under(7, 1, 8)] },
    'transfer-has-its-copy transfer 7',
  ],
  [
    'a transfer of a copy that stands free',
    { copies: [copy(1, 'available')], transfers: [under(7, 1, 9)] },
    'transfer-has-its-copy transfer 7',
  ],
  ['a transfer of a copy that is gone', { transfers: [under(7, 1, 9)] }, 'transfer-has-its-copy transfer 7'],
  [
    'two transfers of one copy',
    { copies: [sent(1, 9)], transfers: [under(7, 1, 9), under(8, 1, 9)] },
    'one-transfer-per-copy copy 1',
  ],
  ['a copy kept for nobody', { copies: [kept(1, 1)] }, 'kept-for-a-reservation copy 1'],
  [
    'a copy kept for another',
    { copies: [kept(1, 3)], reservations: [reservation(4, 'ready', 1)] },
    'kept-for-a-reservation copy 1',
  ],
  [
    'a copy kept that is under way',
    { copies: [kept(1, 1)], reservations: [reservation(4, 'in_transit', 1)] },
    'kept-for-a-reservation copy 1',
    'reservation-has-its-copy reservation 4',
  ],
  [
    'a copy ready that is free',
    { copies: [copy(1, 'available')], reservations: [reservation(4, 'ready', 1)] },
    'reservation-has-its-copy reservation 4',
  ],
  [
    'a copy sent elsewhere',
    { copies: [sent(1, 3)], reservations: [reservation(4, 'in_transit', 1)] },
    'reservation-has-its-copy reservation 4',
  ],
  [
    'a copy that is none of the title',
    { reservations: [reservation(4, 'ready', 1)] },
    'reservation-has-its-copy reservation 4',
  ],
  [
    'ready without a copy',
    { reservations: [reservation(4, 'ready')] },
    'reservation-has-its-copy reservation 4',
  ],
  [
    'two reservations with one copy',
    { copies: [kept(1, 1)], reservations: [reservation(4, 'ready', 1), reservation(5, 'in_transit', 1, 2)] },
    'one-reservation-per-copy copy 1',
  ],
  [
    'two reservations of one member',
    { reservations: [reservation(4, 'waiting'), reservation(5, 'suspended')] },
    'one-reservation-per-member book 12',
  ],
  ['a copy too many', { holdings: { total: 1, available: 0, circulating: 0 } }, 'title-counts book 12'],
  [
    'free where it is out',
    {
      copies: [out(1, 'on_loan', 8)],
      loansOut: [loan(8, 1)],
      holdings: { total: 1, available: 1, circulating: 0 },
    },
    'title-counts book 12',
  ],
  [
    'another availability',
    { copies: [copy(1, 'available')], availability: 'on_loan' },
    'title-availability book 12',
  ],
]

describe('what must hold of a title', () => {
  for (const [what, facts, ...found] of rows) {
    it(`${what}: ${found.length === 0 ? 'is right' : found.join(', ')}`, () => {
      expect(
        violationsOf(titleInvariants, title(facts), now).map(
          ({ invariant, resource, id }) => `${invariant} ${resource} ${String(id)}`,
        ),
      ).to.deep.equal(found)
    })
  }

  it('a copy is out in three of its statuses', () => {
    const found = copyStatuses.filter(status =>
      violationsOf(titleInvariants, title({ copies: [out(1, status, 8)] }), now).some(
        ({ invariant }) => invariant === 'copy-names-its-loan',
      ),
    )
    expect(found).to.have.members(['on_loan', 'claimed_returned', 'lost'])
  })
})

const [young, old] = [at('2026-10-24T10:00:00Z'), at('2026-10-23T09:59:59Z')]
const both = { openedAt: young, returnedAt: young, state: 'returned' } as const

const told: readonly (readonly [string, Partial<ToldLoanFacts>, ...string[]])[] = [
  ['a loan that was taken over', {}],
  [
    'one that was taken over and came back',
    { state: 'returned', returnedAt: young, events: ['LoanReturned'] },
  ],
  ['one that is out', { openedAt: young, events: ['LoanOpened', 'LoanRenewed', 'LoanRenewed'] }],
  ['one that came back', { ...both, events: ['LoanOpened', 'LoanReturned'] }],
  ['an old one', { ...both, openedAt: old, returnedAt: old }],
  ['an old one that came back now', { ...both, openedAt: old, events: ['LoanReturned'] }],
  ['no word of its beginning', { openedAt: young }, 'loan-opened-told-once'],
  ['no word of its end', { ...both, events: ['LoanOpened'] }, 'loan-returned-told-once'],
  ['begun twice', { events: ['LoanOpened', 'LoanOpened'] }, 'loan-opened-told-once'],
  [
    'ended twice',
    { ...both, events: ['LoanOpened', 'LoanReturned', 'LoanReturned'] },
    'loan-returned-told-once',
  ],
  ['ended and still out', { events: ['LoanOpened', 'LoanReturned'] }, 'loan-told-as-it-is'],
]

describe('what must hold of the events of a loan', () => {
  for (const [what, some, ...found] of told) {
    it(`${what}: ${found.length === 0 ? 'is right' : found.join(', ')}`, () => {
      const facts = {
        loanId: loanId(8),
        state: 'open',
        openedAt: null,
        returnedAt: null,
        events: [],
        ...some,
      } as const
      expect(violationsOf(loanEventInvariants, facts, now).map(({ invariant }) => invariant)).to.deep.equal(
        found,
      )
    })
  }
})
