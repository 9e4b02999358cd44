import { expect } from 'chai'
import {
  audited,
  inOrderOfTime,
  toldAgain,
  tooEarly,
  withoutCard,
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

  it('lie before now, or at it', () => {
    expect(tooEarly(operation, now)).to.equal(null)
    expect(tooEarly(operation, plusMinutes(now, 1))).to.equal(null)
    const early = tooEarly(operation, plusMinutes(now, -1))
    expect(early).to.deep.include({ clientId: 'desk 1', repeated: false })
    expect(early?.outcome.status).to.equal('refused')
  })

  it('are told again as they were', () => {
    expect(toldAgain(operation, kept)).to.deep.equal({ clientId: 'desk 1', repeated: true, outcome: applied })
  })

  for (const [what, other] of [
    ['time', { at: plusMinutes(now, 1) }],
    ['branch', { branchId: id<'branch'>(3) }],
    ['barcode', { barcode: 'C-2' }],
    ['type', { type: 'checkout', cardNumber: 'M-1' }],
  ] as const) {
    it(`are another one where the ${what} is another: a conflict`, () => {
      const { repeated, outcome } = toldAgain({ ...operation, ...other }, kept)
      expect([repeated, outcome.status]).to.deep.equal([false, 'conflict'])
    })
  }

  it('keep no card number, and everything else', () => {
    expect(withoutCard({ status: 'refused', error: notFound('user', 'M-1') })).to.deep.equal({
      status: 'refused',
      error: notFound('user', '***'),
    })
    const copy = { status: 'refused', error: notFound('copy', 'C-1') } as const
    expect(withoutCard(copy)).to.equal(copy)
    expect(withoutCard(applied)).to.equal(applied)
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
