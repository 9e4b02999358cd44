import { expect } from 'chai'
import type { Copy } from '../../../core/circulation/copy.ts'
import {
  branchesOf,
  daysUnderWay,
  overdueBefore,
  sendable,
  tellOverdue,
  transferBetween,
} from '../../../core/circulation/transfer.ts'
import type { Move, OpenTransfer } from '../../../core/circulation/transfer.ts'
import { copyStatuses } from '../../../core/circulation/copy.ts'
import type { CopyStatus } from '../../../core/circulation/copy.ts'
import { actBy } from '../../../core/identity/actor.ts'
import { E } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { BranchId } from '../../../core/shared/id.ts'
import {
  aCopy,
  actor,
  at,
  bookId,
  branchId,
  copyFacts,
  copyId,
  memberId,
  reservationId,
  zone,
} from '../builders.ts'

const [home, there, third] = [branchId(1), branchId(2), branchId(3)]
const now = at('2026-11-21T10:00:00Z')
const librarian = actor('librarian')
const move = (some: Partial<Move> = {}): Move => ({
  act: actBy(librarian),
  at: now,
  place: home,
  reservationId: null,
  ...some,
})
const to = (destination: ReturnType<typeof branchId>): Copy => aCopy('in_transit', { destination })

/** What begins, ends and turns, in short. */
const brief = (before: Copy, after: Copy, some: Partial<Move> = {}) => {
  const change = transferBetween(before, after, move(some))
  if (change === null) return null
  const { ended, begun, redirected, events } = change
  return [
    ended,
    begun === null ? null : [begun.fromBranchId, begun.toBranchId, begun.reservationId],
    redirected,
    events.map(({ type }) => type),
  ]
}

type Row = readonly [what: string, before: Copy, after: Copy, some: Partial<Move>, expected: unknown]

const table: readonly Row[] = [
  ['what stays where it is', aCopy('available'), aCopy('on_loan'), {}, null],
  ['R3.8 what goes on where it went', to(there), to(there), { place: third }, null],
  [
    'R3.3 what is sent',
    aCopy('on_loan'),
    to(there),
    { place: third, reservationId: reservationId(5) },
    [null, [third, there, 5], null, ['TransferStarted']],
  ],
  [
    'from afar: from where it lives',
    aCopy('available'),
    to(there),
    { place: null },
    [null, [home, there, null], null, ['TransferStarted']],
  ],
  [
    'R3.8 what arrives and is kept',
    to(there),
    aCopy('kept'),
    { place: there },
    ['arrived', null, null, ['TransferEnded']],
  ],
  ['R3.8 what arrives at home', to(home), aCopy('available'), {}, ['arrived', null, null, ['TransferEnded']]],
  ['R2.4 what is lent on its way', to(there), aCopy('on_loan'), {}, ['lent', null, null, ['TransferEnded']]],
  [
    'R2.5 what is looked for',
    to(there),
    aCopy('missing'),
    { place: null },
    ['missing', null, null, ['TransferEnded']],
  ],
  ['what is lost', to(there), aCopy('lost'), { place: null }, ['missing', null, null, ['TransferEnded']]],
  [
    'what is taken off the list',
    to(there),
    aCopy('withdrawn'),
    {},
    ['withdrawn', null, null, ['TransferEnded']],
  ],
  [
    'what arrives and is sent on',
    to(there),
    to(third),
    { place: there },
    ['arrived', [there, third, null], null, ['TransferEnded', 'TransferStarted']],
  ],
  [
    'what a desk on its way sends elsewhere',
    to(there),
    to(home),
    { place: third },
    ['sent_on', [third, home, null], null, ['TransferEnded', 'TransferStarted']],
  ],
  [
    'RES-3 what nobody has in his hands goes elsewhere on the same transfer',
    to(there),
    to(third),
    { place: null, reservationId: reservationId(5) },
    [null, null, { toBranchId: third, reservationId: 5 }, ['TransferRedirected']],
  ],
  [
    'R3.3 what goes on where it went, but not for whom, is on the same transfer',
    to(there),
    to(there),
    { place: third, setFree: true },
    [null, null, { toBranchId: there, reservationId: null }, ['TransferRedirected']],
  ],
  [
    'R3.3 what goes elsewhere, and not for whom it went, begins anew',
    to(there),
    to(home),
    { place: third, setFree: true },
    ['sent_on', [third, home, null], null, ['TransferEnded', 'TransferStarted']],
  ],
]

describe('transfers begin and end with the moves of a copy (CIR-11)', () => {
  for (const [what, before, after, some, expected] of table) {
    it(what, () => expect(brief(before, after, some)).to.deep.equal(expected))
  }

  it('a copy that comes from anywhere is in transit with one, and ends it wherever it goes', () => {
    const others = copyStatuses.filter(status => status !== 'in_transit')
    for (const status of others) {
      const started = transferBetween(aCopy(status), to(there), move())
      expect([started?.ended, started?.begun === null, started?.redirected], status).to.deep.equal([
        null,
        false,
        null,
      ])
      const ended = transferBetween(to(there), aCopy(status), move())
      expect([ended?.ended === null, ended?.begun, ended?.redirected], status).to.deep.equal([
        false,
        null,
        null,
      ])
    }
  })

  it('its events are of the copy, and hold ids alone', () => {
    const change = transferBetween(to(there), to(third), move({ place: there }))
    const base = { version: 1, aggregate: 'copy', aggregateId: copyFacts.id, occurredAt: now }
    const ofCopy = { copyId: copyFacts.id, bookId: copyFacts.bookId }
    expect(change?.events).to.deep.equal([
      { ...base, type: 'TransferEnded', payload: { ...ofCopy, toBranchId: there, ended: 'arrived' } },
      {
        ...base,
        type: 'TransferStarted',
        payload: { ...ofCopy, fromBranchId: there, toBranchId: third, reservationId: null },
      },
    ])
  })

  it('names who of the staff sent it, never a member', () => {
    const by = (role: 'librarian' | 'user') =>
      transferBetween(
        aCopy('on_loan'),
        to(there),
        move({ act: actBy(actor(role, { memberId: memberId(9) })) }),
      )?.begun?.sentBy
    expect(by('librarian')).to.equal(9)
    expect(by('user')).to.equal(null)
  })
})

describe('what staff send by hand', () => {
  const refused = (copy: Copy, message: string, detail: object, place: BranchId | null = copy.branchId) =>
    expect(sendable(copy, there, place)).to.deep.equal(
      E.left({ type: 'Conflict', message, detail: { book_copy_id: copy.id, ...detail } }),
    )
  const idle: readonly CopyStatus[] = ['available', 'in_transit']
  for (const status of copyStatuses) {
    it(`${status}: ${idle.includes(status) ? 'sent' : 'refused'}`, () => {
      const copy = status === 'in_transit' ? to(third) : aCopy(status)
      if (idle.includes(status)) expect(sendable(copy, there, home)).to.deep.equal(E.right(copy))
      else refused(copy, `A copy that is ${status} cannot be sent`, { status })
    })
  }

  it('not to where it is, or goes already', () => {
    refused(aCopy('available', { branchId: there }), 'It is there already', { branch_id: there })
    refused(to(there), 'It is on its way there already', { branch_id: there })
    refused(to(there), 'It is on its way there already', { branch_id: there }, there)
    refused(to(third), 'It is there already', { branch_id: there }, there)
    expect(E.isRight(sendable(to(third), home, null))).to.equal(true)
  })
})

describe('whose copy it is that is under way', () => {
  const way = (reservation: number | null): OpenTransfer => ({
    id: id(5),
    copyId: copyId(3),
    bookId: bookId(4),
    fromBranchId: third,
    toBranchId: there,
    reservationId: reservation === null ? null : reservationId(reservation),
    sentAt: now,
    sentBy: null,
    toldAt: null,
  })
  it('of the branch where it lives, and where it is on its way to stay', () => {
    expect(branchesOf(aCopy('available', { branchId: home }), null)).to.deep.equal([home])
    expect(branchesOf(to(there), way(null))).to.deep.equal([home, there])
    expect(branchesOf(to(there), way(6))).to.deep.equal([home])
  })
})

describe('how long a copy is under way', () => {
  const table: readonly (readonly [sent: string, now: string, zone: string, days: number])[] = [
    ['2026-11-21T10:00:00Z', '2026-11-21T22:59:59Z', 'Europe/Berlin', 0],
    ['2026-11-21T10:00:00Z', '2026-11-21T23:00:00Z', 'Europe/Berlin', 1],
    ['2026-11-21T10:00:00Z', '2026-11-28T22:59:59Z', 'Europe/Berlin', 7],
    ['2026-11-21T10:00:00Z', '2026-11-28T23:00:00Z', 'Europe/Berlin', 8],
    // The night of a change of the clocks has 25 hours.
    ['2026-10-24T21:00:00Z', '2026-10-25T22:59:59Z', 'Europe/Berlin', 1],
    ['2026-11-21T10:00:00Z', '2026-11-28T15:00:00Z', 'Asia/Tokyo', 8],
  ]
  for (const [sent, then, where, days] of table) {
    it(`${sent} to ${then} in ${where}: ${String(days)}`, () => {
      const sentAt = at(sent)
      expect(daysUnderWay({ sentAt }, at(then), zone(where))).to.equal(days)
      // More than so many days is what was sent before that moment.
      expect(sentAt < overdueBefore(days, at(then), zone(where))).to.equal(false)
      expect(sentAt < overdueBefore(days - 1, at(then), zone(where))).to.equal(true)
    })
  }
})

describe('a transfer that takes too long', () => {
  it('is told of with its ids, and marked', () => {
    const open: OpenTransfer = {
      id: id(5),
      copyId: copyId(3),
      bookId: bookId(4),
      fromBranchId: home,
      toBranchId: there,
      reservationId: reservationId(6),
      sentAt: at('2026-11-01T10:00:00Z'),
      sentBy: memberId(9),
      toldAt: null,
    }
    expect(tellOverdue(open, now)).to.deep.equal({
      state: { ...open, toldAt: now },
      events: [
        {
          type: 'TransferOverdue',
          version: 1,
          aggregate: 'copy',
          aggregateId: 3,
          occurredAt: now,
          payload: {
            copyId: 3,
            bookId: 4,
            transferId: 5,
            fromBranchId: home,
            toBranchId: there,
            reservationId: 6,
            sentAt: open.sentAt,
          },
        },
      ],
    })
  })
})
