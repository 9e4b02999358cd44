/** Closed days and exceptional openings as the API takes and shows them. */
import * as t from 'io-ts'
import type { BranchClosure } from '../../../core/branches/branch.ts'
import type { ClosureRecord, ClosureSort } from '../../../core/branches/ports.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import type { Day } from '../../../core/shared/local-time.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { described, exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { flag } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { line } from '../codecs/text.ts'
import { hours, nearDay } from '../codecs/time.ts'
import type { Sorts } from '../cursor.ts'
import { listQuery } from '../list.ts'
import { day, integer, time, view } from '../shapes.ts'
import { HoursView } from './branch-forms.ts'

interface Said {
  readonly date?: Day
  readonly from?: Day
  readonly to?: Day
}

const fault = (field: string, code: string, message: string): Either<readonly Fault[], never> =>
  E.left([{ field, code, message }])

/** One day, or a stretch of them. */
const daysOf = ({ date, from, to }: Said): Either<readonly Fault[], Pick<BranchClosure, 'from' | 'to'>> => {
  if (date !== undefined) {
    return from === undefined && to === undefined
      ? E.right({ from: date, to: date })
      : fault(from === undefined ? 'to' : 'from', 'EXCLUSIVE', 'Either date is given, or from and to')
  }
  if (from === undefined && to === undefined) {
    return fault('date', 'REQUIRED', 'Either date must be given, or from and to')
  }
  if (from === undefined) return fault('from', 'REQUIRED', 'It must be given with to')
  if (to === undefined) return fault('to', 'REQUIRED', 'It must be given with from')
  return to < from ? fault('to', 'OUT_OF_RANGE', 'It must not lie before from') : E.right({ from, to })
}

export const NewClosure: Codec<BranchClosure> = fitting(
  exampled(
    { from: '2026-12-24', to: '2026-12-26', yearly: true, reason: 'Christmas' },
    record(
      'NewClosure',
      { reason: line(300) },
      {
        date: described('The one day it is about.', nearDay),
        from: described('The first of several days.', nearDay),
        to: described('The last of them.', nearDay),
        yearly: described('It comes back every year on the same dates.', flag),
        open: described('The hours of an exceptional opening; none is a closed day.', nullable(hours)),
      },
    ),
  ),
  said => {
    const days = daysOf(said)
    return E.isLeft(days)
      ? days
      : E.right({ ...days.right, yearly: said.yearly ?? false, open: said.open ?? [], reason: said.reason })
  },
)

export const ClosureView = view(
  'Closure',
  {
    id: integer,
    branch_id: integer,
    from: day,
    to: day,
    yearly: t.boolean,
    open: HoursView,
    reason: t.string,
    created_at: time,
    version: integer,
  },
  {
    id: 3,
    branch_id: 2,
    from: '2026-12-24',
    to: '2026-12-26',
    yearly: true,
    open: [],
    reason: 'Christmas',
    created_at: '2026-11-21T19:09:00.000Z',
    version: 1,
  },
)

export const closureView = ({ closure, ...kept }: ClosureRecord): t.TypeOf<typeof ClosureView> => ({
  id: kept.id,
  branch_id: kept.branchId,
  from: closure.from,
  to: closure.to,
  yearly: closure.yearly,
  open: closure.open.map(([opens, closes]): [string, string] => [opens, closes]),
  reason: closure.reason,
  created_at: toIso(kept.createdAt),
  version: kept.version,
})

const sorts: Sorts<ClosureSort> = { id: 'id', from: 'day', to: 'day' }

export const closureList = listQuery({
  sorts,
  standard: { field: 'from', direction: 'asc' },
  shape: ClosureView,
  filters: {},
})
