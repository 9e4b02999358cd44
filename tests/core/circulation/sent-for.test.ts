import { expect } from 'chai'
import type { Copy } from '../../../core/circulation/copy.ts'
import type { FillingRules } from '../../../core/circulation/hold-rules.ts'
import type { Waiting } from '../../../core/circulation/hold-queue.ts'
import { sentFor } from '../../../core/circulation/sent-for.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { aCopy, aReservation, aRule, branchId, copyId, reservationId } from '../builders.ts'

const copy = (id: number, loanCategory = 'book'): Copy => aCopy('available', { id: copyId(id), loanCategory })

/** Waits since `id`, to fetch it in the branch; a child may have no media. */
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

type Row = readonly [
  what: string,
  queue: readonly Waiting[],
  copies: readonly Copy[],
  copy: Copy,
  expected: number | null,
]

/** Copy 1 is sent to branch 2. */
const table: readonly Row[] = [
  ['nobody waits', [], [copy(1)], copy(1), null],
  ['one waits there', [waiting(1, 2)], [copy(1)], copy(1), 1],
  ['one waits elsewhere', [waiting(1, 3)], [copy(1)], copy(1), null],
  ['R6.2 the first of two there', [waiting(2, 2), waiting(1, 2)], [copy(1)], copy(1), 1],
  ['R6.2 by priority first', [waiting(1, 2), waiting(2, 2, 'standard', 3)], [copy(1)], copy(1), 2],
  ['R6.4 one ahead would go without', [waiting(1, 3), waiting(2, 2)], [copy(1)], copy(1), null],
  ['R6.4 one ahead has another copy', [waiting(1, 3), waiting(2, 2)], [copy(1), copy(2)], copy(1), 2],
  [
    'R6.4 of two ahead one has another copy, the other none in any case',
    [waiting(1, 3), waiting(2, 3), waiting(3, 2)],
    [copy(1), copy(2)],
    copy(1),
    null,
  ],
  [
    'one ahead may have neither',
    [waiting(1, 3, 'child'), waiting(2, 2)],
    [copy(1, 'media')],
    copy(1, 'media'),
    2,
  ],
  [
    'the other copy is none for the one ahead',
    [waiting(1, 3, 'child'), waiting(2, 2)],
    [copy(1), copy(2, 'media')],
    copy(1),
    null,
  ],
  [
    'the other copy is out, or damaged',
    [waiting(1, 3), waiting(2, 2)],
    [
      copy(1),
      aCopy('on_loan', { id: copyId(2) }),
      aCopy('available', { id: copyId(3), condition: 'damaged' }),
    ],
    copy(1),
    null,
  ],
  [
    'one who may not have it is passed over',
    [waiting(1, 2, 'child'), waiting(2, 2)],
    [],
    copy(1, 'media'),
    2,
  ],
  ['R3.3 it is damaged', [waiting(1, 2)], [], aCopy('available', { condition: 'damaged' }), null],
]

describe('whom a copy is for that is sent by hand', () => {
  for (const [what, queue, copies, sent, expected] of table) {
    it(`${what}: ${expected === null ? 'nobody' : String(expected)}`, () => {
      expect(sentFor(queue, copies, sent, branchId(2), rules)?.reservation.id ?? null).to.equal(expected)
    })
  }
})
