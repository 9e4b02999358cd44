import { expect } from 'chai'
import {
  audited,
  inOrderOfTime,
  outOfTime,
  toldAgain,
  withoutMember,
} from '../../../core/circulation/offline.ts'
import type { Applied, KeptOperation, OfflineOperation } from '../../../core/circulation/offline.ts'
import type { AuditEntry } from '../../../core/identity/audit.ts'
import { actBy, system } from '../../../core/identity/actor.ts'
import { TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { plusMinutes } from '../../../core/shared/local-time.ts'
import { notFound } from '../../../core/shared/refusal.ts'
import { at } from '../builders.ts'

const now = at('2026-11-21T10:00:00Z')
const operation: OfflineOperation = {
  clientId: 'desk 1',
  at: now,
  type: 'return',
  branchId: id(2),
  barcode: 'C-1',
}
const applied: Applied = {
  status: 'applied',
  loanId: id(8),
  alreadyReturned: false,
  inHouseUse: false,
  nextStep: null,
  overridden: [],
  warnings: [],
}
const kept: KeptOperation = {
  operation: { type: 'return', at: now, branchId: id(2), barcode: 'C-1' },
  outcome: applied,
}

describe('offline operations (CIR-12)', () => {
  it('go by their times, those of one time as they were sent', () => {
    const sent = [
      { at: plusMinutes(now, 2), name: 'c' },
      { at: plusMinutes(now, 1), name: 'a' },
      { at: plusMinutes(now, 1), name: 'b' },
    ]
    expect(inOrderOfTime(sent).map(({ name }) => name)).to.deep.equal(['a', 'b', 'c'])
    expect(sent[0]!.name, 'the list itself').to.equal('c')
  })

  for (const [what, at, is] of [
    ['now', now, 'in time'],
    ['before', plusMinutes(now, -1), 'in time'],
    ['60 days ago', plusMinutes(now, -60 * 24 * 60), 'in time'],
    ['still earlier, by a clock that began anew', plusMinutes(now, -60 * 24 * 60 - 1), 'refused'],
    ['later', plusMinutes(now, 1), 'refused'],
  ] as const) {
    it(`${what}: ${is}`, () => {
      const told = outOfTime({ ...operation, at }, now)
      expect(told?.outcome.status ?? 'in time').to.equal(is)
      if (told !== null) expect(told).to.deep.include({ clientId: 'desk 1', repeated: false })
    })
  }

  it('are told again as they were', () => {
    expect(toldAgain(operation, kept, true)).to.deep.equal({
      clientId: 'desk 1',
      repeated: true,
      outcome: applied,
    })
  })

  it('are another one where the card is of another member: a conflict', () => {
    const { repeated, outcome } = toldAgain(operation, kept, false)
    expect([repeated, outcome.status]).to.deep.equal([false, 'conflict'])
  })

  for (const [what, other] of [
    ['time', { at: plusMinutes(now, 1) }],
    ['branch', { branchId: id<'branch'>(3) }],
    ['barcode', { barcode: 'C-2' }],
    ['type', { type: 'checkout', cardNumber: 'M-1' }],
  ] as const) {
    it(`are another one where the ${what} is another: a conflict`, () => {
      const { repeated, outcome } = toldAgain({ ...operation, ...other }, kept, true)
      expect([repeated, outcome.status]).to.deep.equal([false, 'conflict'])
    })
  }

  it('keep no card number', () => {
    expect(withoutMember({ status: 'refused', error: notFound('user', 'M-1') })).to.deep.equal({
      status: 'refused',
      error: notFound('user', '***'),
    })
    const copy = { status: 'refused', error: notFound('copy', 'C-1') } as const
    expect(withoutMember(copy)).to.equal(copy)
  })

  it('keep the rules by their names, without the numbers of the member', () => {
    const verdict = {
      rule: 'min-age',
      verdict: 'fail',
      kind: 'overridable',
      message: 'The member must be old enough',
      limit: 16,
      actual: 12,
    } as const
    const nameless = { ...verdict, limit: null, actual: null }
    const error = { type: 'CheckoutRefused', verdicts: [verdict] } as const
    expect(withoutMember({ status: 'refused', error })).to.deep.equal({
      status: 'refused',
      error: { ...error, verdicts: [nameless] },
    })
    expect(withoutMember({ ...applied, warnings: [verdict] })).to.deep.equal({
      ...applied,
      warnings: [nameless],
    })
  })

  it('say so in each audit row of their act, beside what it says by itself', async () => {
    const rows: AuditEntry[] = []
    const stores = {
      audit: {
        record: (_act: unknown, entry: AuditEntry) => {
          rows.push(entry)
          return TE.right(undefined)
        },
      },
    }
    const entry: AuditEntry = {
      action: 'borrowing.returned',
      target: { type: 'borrowing', id: 8 },
      at: now,
      before: { condition: 'good' },
      after: { condition: 'poor' },
    }
    const sentAt = plusMinutes(now, 90)
    const { audit } = audited(stores, operation, sentAt)
    await audit.record(actBy(system), entry)()
    await audit.record(actBy(system), { ...entry, after: null })()
    const offline = {
      client_id: 'desk 1',
      at: '2026-11-21T10:00:00.000Z',
      sent_at: '2026-11-21T11:30:00.000Z',
    }
    expect(rows).to.deep.equal([
      { ...entry, after: { condition: 'poor', offline } },
      { ...entry, after: { offline } },
    ])
  })
})
