import { expect } from 'chai'
import { chargeOverdue } from '../../../core/accounts/fine.ts'
import { pay, refund, waive } from '../../../core/accounts/fine-moves.ts'
import type { Moved } from '../../../core/accounts/fine-moves.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { close, moveDueDate, open, refuseRenewal, remind, renew } from '../../../core/circulation/loan.ts'
import {
  cancel,
  expire,
  fulfil,
  makeReady,
  markUnfillable,
  moveShelfDate,
  place,
  resume,
  send,
} from '../../../core/circulation/reservation.ts'
import { change } from '../../../core/circulation/reservation-change.ts'
import { tellOverdue, transferBetween } from '../../../core/circulation/transfer.ts'
import { actBy, system } from '../../../core/identity/actor.ts'
import type { IdentityEvent } from '../../../core/identity/events.ts'
import { accountLocked } from '../../../core/identity/lockout-audit.ts'
import { id } from '../../../core/shared/id.ts'
import { loginChanged, register } from '../../../core/members/member.ts'
import { noticeOf } from '../../../core/notices/notice.ts'
import type { LibraryEvent, Notice } from '../../../core/notices/notice.ts'
import { minor } from '../../../core/shared/money.ts'
import { E } from '../../../core/shared/fp.ts'
import {
  aCopy,
  aLoan,
  aMember,
  aReservation,
  at,
  bookId,
  branchId,
  copyId,
  day,
  entryId,
  fineId,
  loanId,
  memberId,
  reservationId,
  someTerms,
} from '../builders.ts'

const loan = aLoan({ id: loanId(7), memberId: memberId(2) })
const later = {
  dueAt: at('2026-04-21T23:59:59+02:00'),
  overdueFrom: at('2026-04-22T00:00:00+02:00'),
  calendarIgnored: false,
}
const now = at('2026-04-02T10:00:00+02:00')
const { version: _version, ...member } = aMember({ id: memberId(2), status: 'pending' })

const reservation = aReservation('waiting', { id: reservationId(5), memberId: memberId(2) })
const { state: fine } = chargeOverdue({
  fineId: fineId(9),
  entryId: entryId(90),
  memberId: memberId(2),
  loanId: loan.id,
  renewalCount: 0,
  amount: minor(250),
  at: now,
  actorId: null,
  description: 'Returned late',
})
const moving = { at: now, actorId: null }
const must = <A>(result: Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}
const eventsOf = (moved: Either<unknown, Moved>): readonly LibraryEvent[] => must(moved).events
const cancelled = must(cancel(reservation, now))
const paid = must(pay(fine, { ...moving, entryId: entryId(91), amount: minor(30), method: 'cash' })).state

const ofIdentity = (told: Pick<IdentityEvent, 'type' | 'payload'>): LibraryEvent =>
  ({ ...told, version: 1, aggregate: 'member', aggregateId: 2, occurredAt: now }) as IdentityEvent

type Told = readonly [readonly LibraryEvent[], Notice['kind'], number, Notice['facts']]

const table: readonly Told[] = [
  [
    open(
      {
        id: loan.id,
        memberId: loan.memberId,
        copyId: loan.copyId,
        bookId: loan.bookId,
        branchId: loan.branchId,
        borrowedAt: loan.borrowedAt,
        terms: someTerms(),
        librarianId: null,
        notes: null,
        override: null,
      },
      later,
    ).events,
    'checked_out',
    loan.borrowedAt,
    { loan_id: 7, due_at: later.dueAt },
  ],
  [refuseRenewal(loan, ['debt'], now).events, 'not_renewed', now, { loan_id: 7, due_at: loan.dueAt }],
  [remind(loan, now).events, 'due_soon', now, { loan_id: 7, due_at: loan.dueAt }],
  [moveDueDate(loan, later, now).events, 'due_date_moved', now, { loan_id: 7, due_at: later.dueAt }],
  [renew(loan, later, now, minor(0), null).events, 'renewed', now, { loan_id: 7, due_at: later.dueAt }],
  [
    close(loan, {
      returnedAt: loan.dueAt,
      scannedAt: now,
      branchId: branchId(1),
      fine: minor(0),
      notes: null,
      resolution: null,
    }).events,
    'returned',
    now,
    { loan_id: 7 },
  ],
  [
    chargeOverdue({
      fineId: fineId(9),
      entryId: entryId(90),
      memberId: memberId(2),
      loanId: loan.id,
      renewalCount: 0,
      amount: minor(250),
      at: now,
      actorId: null,
      description: 'Returned late',
    }).events,
    'fine_issued',
    now,
    { fine_id: 9, amount: 250 },
  ],
  [
    makeReady(reservation, copyId(3), later.dueAt, now).events,
    'reservation_ready',
    now,
    { reservation_id: 5, book_id: 1, branch_id: 1, ready_until: later.dueAt },
  ],
  [
    makeReady(reservation, copyId(3), null, now).events,
    'reservation_ready',
    now,
    { reservation_id: 5, book_id: 1, branch_id: 1 },
  ],
  [
    moveShelfDate(aReservation('ready', { id: reservationId(5), memberId: memberId(2) }), later.dueAt, now)
      .events,
    'pickup_date_moved',
    now,
    { reservation_id: 5, book_id: 1, branch_id: 1, ready_until: later.dueAt },
  ],
  [cancelled.events, 'reservation_cancelled', now, { reservation_id: 5, book_id: 1, branch_id: 1 }],
  [
    expire(reservation, now).events,
    'reservation_expired',
    now,
    { reservation_id: 5, book_id: 1, branch_id: 1 },
  ],
  [
    markUnfillable(reservation, true, now).events,
    'reservation_unfillable',
    now,
    { reservation_id: 5, book_id: 1, branch_id: 1 },
  ],
  [
    eventsOf(pay(fine, { ...moving, entryId: entryId(91), amount: minor(100), method: 'cash' })),
    'fine_paid',
    now,
    { fine_id: 9, amount: 100, balance: 150 },
  ],
  [
    eventsOf(waive(fine, { ...moving, entryId: entryId(91), amount: null, reason: 'A flood' })),
    'fine_waived',
    now,
    { fine_id: 9, amount: 250, balance: 0 },
  ],
  [
    eventsOf(
      refund(paid, {
        ...moving,
        entryId: entryId(91),
        reversalId: entryId(92),
        amount: null,
        reason: 'A flood',
      }),
    ),
    'fine_refunded',
    now,
    { fine_id: 9, amount: 30, balance: 220 },
  ],
  [register(member, now).events, 'registered', now, { status: 'pending' }],
  ...(
    [
      [{ username: 'renamed' }, 'username'],
      [{ email: 'new@example.org' }, 'email'],
      [{ username: 'renamed', email: 'new@example.org' }, 'username and email'],
    ] as const
  ).map(([to, changed]): Told => [
    [loginChanged({ ...member, version: 1 }, { ...member, version: 1, ...to }, true, now)],
    'login_changed',
    now,
    { changed },
  ]),
  [
    [ofIdentity({ type: 'SecondFactorEnrolled', payload: { memberId: memberId(2), recoveryCodes: 10 } })],
    'mfa_enrolled',
    now,
    { recovery_codes: 10 },
  ],
  [
    [ofIdentity({ type: 'SecondFactorRemoved', payload: { memberId: memberId(2), byHimself: true } })],
    'mfa_removed',
    now,
    { by: 'owner' },
  ],
  [
    [ofIdentity({ type: 'SecondFactorRemoved', payload: { memberId: memberId(2), byHimself: false } })],
    'mfa_removed',
    now,
    { by: 'administrator' },
  ],
  [
    [ofIdentity({ type: 'RecoveryCodesRenewed', payload: { memberId: memberId(2), recoveryCodes: 10 } })],
    'recovery_codes_renewed',
    now,
    { recovery_codes: 10 },
  ],
  [
    [ofIdentity({ type: 'RecoveryCodeUsed', payload: { memberId: memberId(2), left: 9 } })],
    'recovery_code_used',
    now,
    { left: 9 },
  ],
  [
    [accountLocked(member.id, { failures: 5, lastAt: now, lockedUntil: now }, now)],
    'account_locked',
    now,
    { locked_until: now },
  ],
]

describe('what members are told (NOT-2)', () => {
  for (const [events, kind, moment, facts] of table) {
    it(`${events.map(({ type }) => type).join()}: ${kind}`, () => {
      expect(events.map(event => noticeOf(31, event))).to.deep.equal([
        { key: 'event-31', kind, memberId: 2, at: moment, facts },
      ])
    })
  }

  it('nothing of what they did themselves, nor before the book is there (R6.6)', () => {
    const quiet = [
      ...place({ ...reservation, reservedAt: now }).events,
      ...send(reservation, copyId(3), now).events,
      ...fulfil(reservation, copyId(3), now).events,
      ...must(change(reservation, { suspendedUntil: day('2026-05-01'), priority: 1 }, now)).events,
      ...resume(aReservation('suspended'), now).events,
      ...markUnfillable(reservation, false, now).events,
    ]
    expect(quiet.map(event => noticeOf(31, event))).to.deep.equal(quiet.map(() => null))
    expect(quiet.map(({ type }) => type)).to.deep.equal([
      'ReservationPlaced',
      'ReservationSent',
      'ReservationFulfilled',
      'ReservationChanged',
      'ReservationSuspended',
      'ReservationResumed',
      'ReservationFillable',
    ])
  })

  it('the staff of the branch that waits for a copy, that it takes too long; nothing else of transfers', () => {
    const there = { act: actBy(system), at: now, place: branchId(1), reservationId: null }
    const [home, away, third] = [
      aCopy('available'),
      aCopy('in_transit', { destination: branchId(2) }),
      aCopy('in_transit', { destination: branchId(3) }),
    ]
    const quiet = [
      ...(transferBetween(home, away, there)?.events ?? []),
      ...(transferBetween(away, third, { ...there, place: null })?.events ?? []),
      ...(transferBetween(third, home, there)?.events ?? []),
    ]
    expect(quiet.map(({ type }) => type)).to.deep.equal([
      'TransferStarted',
      'TransferRedirected',
      'TransferEnded',
    ])
    expect(quiet.map(event => noticeOf(31, event))).to.deep.equal(quiet.map(() => null))
    const overdue = tellOverdue(
      {
        id: id(5),
        copyId: copyId(3),
        bookId: bookId(4),
        fromBranchId: branchId(1),
        toBranchId: branchId(2),
        reservationId: null,
        sentAt: at('2026-03-20T10:00:00Z'),
        sentBy: memberId(9),
        toldAt: null,
      },
      now,
    )
    expect(overdue.events.map(event => noticeOf(31, event))).to.deep.equal([
      {
        key: 'event-31',
        kind: 'transfer_overdue',
        branchId: 2,
        at: now,
        facts: { transfer_id: 5, copy_id: 3, from_branch_id: 1, sent_at: at('2026-03-20T10:00:00Z') },
      },
    ])
  })

  it('under a key of the event: the same event is the same notice, another event another', () => {
    const [event] = table[0]![0]
    expect(noticeOf(31, event!)).to.deep.equal(noticeOf(31, event!))
    expect(noticeOf(32, event!)?.key).not.to.equal(noticeOf(31, event!)?.key)
  })
})
