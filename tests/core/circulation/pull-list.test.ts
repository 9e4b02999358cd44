import { expect } from 'chai'
import fc from 'fast-check'
import type { Available } from '../../../core/circulation/copy.ts'
import type { FillingRules } from '../../../core/circulation/hold-rules.ts'
import type { Waiting } from '../../../core/circulation/hold-queue.ts'
import { pullsOf } from '../../../core/circulation/pull-list.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { aCopy, aReservation, aRule, bookId, branchId, copyId, reservationId } from '../builders.ts'

const copy = (id: number, branch: number, loanCategory = 'book'): Available =>
  aCopy('available', { id: copyId(id), branchId: branchId(branch), loanCategory })

/** Waits since `id`; a child may have no media. */
const waiting = (id: number, branch: number, membershipType = 'standard', priority = 0): Waiting => ({
  reservation: aReservation('waiting', {
    id: reservationId(id),
    branchId: branchId(branch),
    reservedAt: instant(id),
    priority,
  }),
  membershipType,
  homeBranchId: null,
})

const rules: FillingRules = ({ loanCategory }, { membershipType }) =>
  aRule({ lendable: membershipType !== 'child' || loanCategory === 'book' })

const pulled = (free: readonly Available[], queue: readonly Waiting[]) =>
  pullsOf({ bookId: bookId(1), title: 'Emma', free, queue }, rules).map(pull => [
    pull.reservation.id,
    pull.copy.id,
    pull.queuePosition,
  ])

type Row = readonly [what: string, free: readonly Available[], queue: readonly Waiting[], expected: object]

const table: readonly Row[] = [
  ['nobody waits', [copy(1, 1)], [], []],
  ['nothing is free', [], [waiting(1, 1)], []],
  ['the first in the queue is served', [copy(1, 1)], [waiting(2, 1), waiting(1, 1)], [[1, 1, 1]]],
  ['R6.2 by priority first', [copy(1, 1)], [waiting(1, 1), waiting(2, 1, 'standard', 3)], [[2, 1, 1]]],
  [
    'each with the copy where it will be fetched',
    [copy(1, 1), copy(2, 2)],
    [waiting(1, 2), waiting(2, 1)],
    [
      [1, 2, 1],
      [2, 1, 2],
    ],
  ],
  ['from elsewhere, where none is there', [copy(1, 1)], [waiting(1, 2)], [[1, 1, 1]]],
  [
    'R6.4 whom the rules do not lend it to is passed over',
    [copy(1, 1, 'media')],
    [waiting(1, 1, 'child'), waiting(2, 1)],
    [[2, 1, 2]],
  ],
  [
    'the first takes another copy, so that the second is served too',
    [copy(1, 1), copy(2, 2, 'media')],
    [waiting(1, 1), waiting(2, 1, 'child')],
    [
      [1, 2, 1],
      [2, 1, 2],
    ],
  ],
  [
    'R3.3 what is damaged is fetched for nobody',
    [aCopy('available', { condition: 'damaged' })],
    [waiting(1, 1)],
    [],
  ],
]

describe('the pull list of a title', () => {
  for (const [what, free, queue, expected] of table) {
    it(what, () => expect(pulled(free, queue)).to.deep.equal(expected))
  }

  it('has each copy and each reservation once, and as many as can be', () => {
    const places = fc.array(fc.boolean(), { maxLength: 6 })
    fc.assert(
      fc.property(places, places, (media, children) => {
        const free = media.map((isMedia, index) => copy(index + 1, 1, isMedia ? 'media' : 'book'))
        const queue = children.map((isChild, index) => waiting(index + 1, 1, isChild ? 'child' : 'standard'))
        const rows = pullsOf({ bookId: bookId(1), title: 'Emma', free, queue }, rules)
        expect(new Set(rows.map(row => row.copy.id)).size).to.equal(rows.length)
        expect(new Set(rows.map(row => row.id)).size).to.equal(rows.length)
        const books = free.filter(({ loanCategory }) => loanCategory === 'book').length
        const served = children.filter(isChild => isChild).length
        const childrenServed = Math.min(books, served)
        expect(rows).to.have.length(Math.min(free.length, childrenServed + queue.length - served))
      }),
    )
  })
})
