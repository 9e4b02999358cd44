/** What became of an offline operation, as it is stored: JSON, decoded when it is read back. */
import * as t from 'io-ts'
import type { KeptOutcome } from '../../core/circulation/offline.ts'
import { decoded } from './payloads.ts'
import { toJson } from './columns.ts'

const orNull = <A>(codec: t.Type<A>) => t.union([codec, t.null])
const name = t.union([t.number, t.string])

const verdicts = t.array(
  t.type({
    rule: t.string,
    verdict: t.keyof({ pass: null, fail: null }),
    kind: t.keyof({ blocker: null, overridable: null, warning: null }),
    message: t.string,
    limit: orNull(name),
    actual: orNull(name),
  }),
)

const applied = t.type({
  status: t.literal('applied'),
  loanId: orNull(t.number),
  alreadyReturned: t.boolean,
  inHouseUse: t.boolean,
  nextStep: orNull(
    t.type({
      action: t.keyof({ reshelve: null, hold: null, transfer: null }),
      branchId: t.number,
      reservationId: orNull(t.number),
    }),
  ),
  overridden: t.array(t.string),
  warnings: verdicts,
})

const refusal = t.union([
  t.type({ type: t.literal('NotFound'), resource: t.string, id: name }),
  t.type({ type: t.literal('CheckoutRefused'), verdicts }),
  t.type({ type: t.literal('CopyNotAvailable'), copyId: t.number, verdicts }),
  t.type({ type: t.literal('ReturnRefused'), verdicts }),
  t.type({ type: t.literal('Conflict'), message: t.string, detail: t.record(t.string, orNull(name)) }),
])

const outcome = t.union([
  applied,
  t.type({ status: t.keyof({ conflict: null, refused: null }), error: refusal }),
])

export const outcomeFromJson = (stored: unknown): KeptOutcome =>
  decoded(outcome, toJson(stored), 'outcome of an offline operation') as unknown as KeptOutcome
