import { expect } from 'chai'
import {
  eventIdInvariants,
  eventSequenceInvariants,
  idBlockInvariants,
  receiptInvariants,
} from '../../../core/operations/consistency.ts'
import { loanNamedBy } from '../../../core/operations/receipt-location.ts'
import { checkConsistency } from '../../../core/operations/use-cases/check-consistency.ts'
import { breach, check, violationsOf } from '../../../core/shared/consistency.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { actor, at, loanId } from '../builders.ts'

const now = at('2026-11-21T10:00:00Z')
const [young, old] = [at('2026-11-20T10:00:00Z'), at('2026-10-01T10:00:00Z')]

const sequences: readonly (readonly [string, readonly (readonly [number, number])[], ...string[]])[] = [
  ['none', []],
  [
    'from the first on',
    [
      [1, young],
      [2, young],
      [3, young],
    ],
  ],
  [
    'the first ones purged',
    [
      [4, young],
      [5, young],
    ],
  ],
  [
    'some purged between',
    [
      [1, old],
      [4, young],
    ],
  ],
  [
    'one missing',
    [
      [1, young],
      [3, young],
    ],
    'event-seq-without-gaps',
  ],
  [
    'one missing after old ones',
    [
      [1, old],
      [2, young],
      [4, young],
    ],
    'event-seq-without-gaps',
  ],
  [
    'one twice',
    [
      [1, young],
      [1, young],
      [2, young],
    ],
    'event-seq-once',
  ],
  [
    'one twice, however old',
    [
      [1, old],
      [1, young],
    ],
    'event-seq-once',
  ],
]

describe('what must hold of the events of one thing', () => {
  for (const [what, events, ...found] of sequences) {
    it(`${what}: ${found.length === 0 ? 'is right' : found.join(', ')}`, () => {
      const facts = {
        aggregate: 'loan',
        aggregateId: 8,
        events: events.map(([seq, recordedAt]) => ({ seq, recordedAt: recordedAt as typeof young })),
      }
      const violations = violationsOf(eventSequenceInvariants, facts, now)
      expect(violations.map(({ invariant }) => invariant)).to.deep.equal(found)
    })
  }

  it('its ids come once', () => {
    const times = (count: number) => violationsOf(eventIdInvariants, { eventId: 5, times: count }, now)
    expect(times(1)).to.deep.equal([])
    expect(times(2).map(({ invariant, id }) => [invariant, id])).to.deep.equal([['event-id-once', 5]])
  })
})

describe('what must hold of a kept answer', () => {
  it('tells of a loan by where it lies', () => {
    expect(loanNamedBy({ Location: '/api/v1/borrowings/12' })).to.equal(12)
    expect(loanNamedBy({ Location: '/api/v1/books/12' })).to.equal(null)
    expect(loanNamedBy({})).to.equal(null)
  })

  it('the loan is there', () => {
    const told = (of: number | null, loanIsThere: boolean) =>
      violationsOf(
        receiptInvariants,
        { caller: 'member:1', key: 'k', loanId: of === null ? null : loanId(of), loanIsThere },
        now,
      ).length
    expect([told(12, true), told(null, false), told(12, false)]).to.deep.equal([0, 0, 1])
  })
})

describe('what must hold of the blocks of ids', () => {
  it('the next is above every one in use', () => {
    const told = (next: number, highest: number) =>
      violationsOf(idBlockInvariants, { kind: 'loan', next, highest }, now).length
    expect([told(1, 0), told(101, 100), told(101, 101), told(101, 200)]).to.deep.equal([0, 0, 1, 1])
  })
})

describe('the checker', () => {
  const wrong = {
    name: 'wrong',
    repair: 'Put it right',
    breaches: (id: number) => [breach('book', id, 'It is wrong')],
  }
  const pages = (after: number | null) => TE.right(after === null ? [1, 2] : [])
  const checks = [
    check('books', { pages, keyOf: id => id, invariants: [wrong] }),
    check('shelves', { pages, keyOf: id => id, invariants: [] }),
  ]
  const examine = checkConsistency({ checks, clock: { now: () => now } })

  it('adds up what every check finds', async () => {
    const result = await examine({ actor: actor('admin') })()
    expect(E.isRight(result) && result.right).to.deep.equal({
      checked: 4,
      found: 2,
      violations: [1, 2].map(id => ({
        invariant: 'wrong',
        resource: 'book',
        id,
        message: 'It is wrong',
        details: {},
        repair: 'Put it right',
      })),
      kinds: [
        { of: 'books', checked: 2 },
        { of: 'shelves', checked: 2 },
      ],
    })
  })

  it("is the administrator's alone", async () => {
    expect(await examine({ actor: actor('branch_manager') })()).to.deep.equal(
      E.left({ type: 'PermissionDenied', permission: 'consistency:check' }),
    )
  })
})
