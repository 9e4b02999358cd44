/** Emergency closures as the API takes and shows them. */
import * as t from 'io-ts'
import type { EmergencySort, MoveSort } from '../../../core/circulation/closure-ports.ts'
import type {
  EmergencyClosure,
  EmergencyDetails,
  Move,
  PlannedLoanMove,
  PlannedShelfMove,
} from '../../../core/circulation/emergency-closure.ts'
import { emergencyStates, longestDays, moveOutcomes } from '../../../core/circulation/emergency-closure.ts'
import type { EmergencyOverview, Listing, Moving } from '../../../core/circulation/emergency-plan.ts'
import type { EmergencyPreview } from '../../../core/circulation/use-cases/declare-emergency-closure.ts'
import { E } from '../../../core/shared/fp.ts'
import { plusDays, toIso } from '../../../core/shared/local-time.ts'
import { described, exampled } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { flag } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { line, oneOf } from '../codecs/text.ts'
import { nearDay } from '../codecs/time.ts'
import type { Sorts } from '../cursor.ts'
import { listQuery } from '../list.ts'
import { day, integer, orNull, time, view, word } from '../shapes.ts'

export interface EmergencyBody {
  readonly details: EmergencyDetails
  readonly dryRun: boolean
}

export const NewEmergencyClosure: Codec<EmergencyBody> = fitting(
  exampled(
    { from: '2026-12-09', to: '2026-12-10', reason: 'Storm', dry_run: true },
    record(
      'NewEmergencyClosure',
      { from: nearDay, to: described('The last closed day.', nearDay), reason: line(300) },
      { dry_run: described('Tell what would be moved, and write nothing.', flag) },
    ),
  ),
  ({ from, to, reason, dry_run }) => {
    const message =
      to < from
        ? 'It must not lie before from'
        : to > plusDays(from, longestDays - 1)
          ? `It must not be more than ${String(longestDays)} days`
          : null
    return message === null
      ? E.right({ details: { from, to, reason }, dryRun: dry_run ?? false })
      : E.left([{ field: 'to', code: 'OUT_OF_RANGE', message }])
  },
)

const outcome = word(moveOutcomes)

const counts = {
  total: integer,
  // Still to be moved; in a preview what would be moved.
  pending: integer,
  moved: integer,
  // Changed by somebody before it could be moved.
  left: integer,
  given_back: integer,
  // Changed by somebody since it was moved: the undo leaves it.
  kept: integer,
}

const MovingLoans = t.strict({
  ...counts,
  first: t.array(t.strict({ borrowing_id: integer, old_due_date: time, new_due_date: time, outcome })),
})

const MovingReservations = t.strict({
  ...counts,
  first: t.array(
    t.strict({ reservation_id: integer, old_ready_until: time, new_ready_until: time, outcome }),
  ),
})

const none = { moved: 0, left: 0, given_back: 0, kept: 0 }

const fields = {
  // null in a preview.
  id: orNull(integer),
  branch_id: integer,
  from: day,
  to: day,
  reason: t.string,
  state: word(['preview', ...emergencyStates]),
  // Where the dates go.
  reopens_on: day,
  // No open day was found within 366 days, so that they go to the day after it.
  calendar_ignored: t.boolean,
  loans: MovingLoans,
  reservations: MovingReservations,
  created_by: orNull(integer),
  created_at: orNull(time),
  version: orNull(integer),
}

const example: t.TypeOfProps<typeof fields> = {
  id: 4,
  branch_id: 2,
  from: '2026-12-09',
  to: '2026-12-10',
  reason: 'Storm',
  state: 'applying',
  reopens_on: '2026-12-11',
  calendar_ignored: false,
  loans: {
    total: 1,
    pending: 1,
    ...none,
    first: [
      {
        borrowing_id: 8,
        old_due_date: '2026-12-09T22:59:59.000Z',
        new_due_date: '2026-12-11T22:59:59.000Z',
        outcome: 'pending',
      },
    ],
  },
  reservations: { total: 0, pending: 0, ...none, first: [] },
  created_by: 5,
  created_at: '2026-12-08T19:09:00.000Z',
  version: 1,
}

export const EmergencyView = view('EmergencyClosure', fields, example)

type Shown = t.TypeOf<typeof EmergencyView>

const countsOf = ({ counts: by }: Listing<PlannedLoanMove | PlannedShelfMove>) => ({
  total: moveOutcomes.reduce((sum, each) => sum + by[each], 0),
  ...by,
})

const movingView = ({ loans, reservations }: Moving): Pick<Shown, 'loans' | 'reservations'> => ({
  loans: {
    ...countsOf(loans),
    first: loans.first.map(({ loanId, was, becomes, outcome: became }) => ({
      borrowing_id: loanId,
      old_due_date: toIso(was),
      new_due_date: toIso(becomes),
      outcome: became,
    })),
  },
  reservations: {
    ...countsOf(reservations),
    first: reservations.first.map(({ reservationId, was, becomes, outcome: became }) => ({
      reservation_id: reservationId,
      old_ready_until: toIso(was),
      new_ready_until: toIso(becomes),
      outcome: became,
    })),
  },
})

export const previewView = (preview: EmergencyPreview): Shown => ({
  id: null,
  branch_id: preview.branchId,
  from: preview.from,
  to: preview.to,
  reason: preview.reason,
  state: 'preview',
  reopens_on: preview.reopensOn,
  calendar_ignored: preview.calendarIgnored,
  ...movingView(preview),
  created_by: null,
  created_at: null,
  version: null,
})

const closureFacts = (closure: EmergencyClosure) => ({
  id: closure.id,
  branch_id: closure.branchId,
  from: closure.from,
  to: closure.to,
  reason: closure.reason,
  state: closure.state,
  reopens_on: closure.reopensOn,
  calendar_ignored: closure.calendarIgnored,
  created_by: closure.declaredBy,
  created_at: toIso(closure.declaredAt),
  version: closure.version,
})

export const emergencyView = ({ closure, ...moving }: EmergencyOverview): Shown => ({
  ...closureFacts(closure),
  ...movingView(moving),
})

const { loans: _loans, reservations: _reservations, ...listedExample } = example

/** In a list: without what it moves. */
export const ListedEmergencyView = view(
  'ListedEmergencyClosure',
  {
    id: integer,
    branch_id: integer,
    from: day,
    to: day,
    reason: t.string,
    state: word(emergencyStates),
    reopens_on: day,
    calendar_ignored: t.boolean,
    created_by: orNull(integer),
    created_at: time,
    version: integer,
  },
  { ...listedExample, id: 4, state: 'applied', created_at: '2026-12-08T19:09:00.000Z', version: 2 },
)

export const listedEmergencyView: (closure: EmergencyClosure) => t.TypeOf<typeof ListedEmergencyView> =
  closureFacts

const sorts: Sorts<EmergencySort> = { id: 'id', from: 'day', to: 'day' }

export const emergencyList = listQuery({
  sorts,
  standard: { field: 'id', direction: 'desc' },
  shape: ListedEmergencyView,
  filters: {},
})

export const EmergencyMoveView = view(
  'EmergencyMove',
  {
    id: integer,
    // One of the two.
    borrowing_id: orNull(integer),
    reservation_id: orNull(integer),
    old_date: time,
    new_date: time,
    outcome,
  },
  {
    id: 31,
    borrowing_id: 8,
    reservation_id: null,
    old_date: '2026-12-09T22:59:59.000Z',
    new_date: '2026-12-11T22:59:59.000Z',
    outcome: 'moved',
  },
)

export const emergencyMoveView = (move: Move): t.TypeOf<typeof EmergencyMoveView> => ({
  id: move.id,
  borrowing_id: move.kind === 'loan' ? move.loanId : null,
  reservation_id: move.kind === 'reservation' ? move.reservationId : null,
  old_date: toIso(move.was),
  new_date: toIso(move.becomes),
  outcome: move.outcome,
})

const moveSorts: Sorts<MoveSort> = { id: 'id' }

export const emergencyMoveList = listQuery({
  sorts: moveSorts,
  standard: { field: 'id', direction: 'asc' },
  shape: EmergencyMoveView,
  filters: { outcome: described('Only those of which this became.', oneOf(moveOutcomes)) },
})
