/** A row of the audit as the API shows it, and how the rows are searched for. */
import * as t from 'io-ts'
import { auditOutcomes } from '../../../core/identity/audit.ts'
import type { AuditRecord, AuditSort } from '../../../core/identity/audit.ts'
import type { AuditSearch } from '../../../core/identity/use-cases/list-audit.ts'
import { E } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { described, wrong } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { queryKey } from '../codecs/numbers.ts'
import { fitting } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { oneOf, shaped } from '../codecs/text.ts'
import { nearDay } from '../codecs/time.ts'
import type { Sorts } from '../cursor.ts'
import { given } from '../given.ts'
import { listQuery } from '../list.ts'
import { integer, orNull, time, view, word } from '../shapes.ts'

export const AuditView = view(
  'AuditRow',
  {
    id: integer,
    recorded_at: time,
    occurred_at: time,
    actor_id: orNull(integer),
    actor_role: t.string,
    api_key_id: orNull(integer),
    action: t.string,
    target_type: t.string,
    target_id: orNull(integer),
    outcome: word(auditOutcomes),
    address: orNull(t.string),
    request_id: orNull(t.string),
    before: orNull(t.UnknownRecord),
    after: orNull(t.UnknownRecord),
  },
  {
    id: 901,
    recorded_at: '2026-11-21T19:09:00.000Z',
    occurred_at: '2026-11-21T19:09:00.000Z',
    actor_id: 3,
    actor_role: 'librarian',
    api_key_id: null,
    action: 'copy.changed',
    target_type: 'copy',
    target_id: 77,
    outcome: 'done',
    address: '192.0.2.7',
    request_id: 'desk-3-0001',
    before: { condition: 'good' },
    after: { condition: 'poor' },
  },
)

export const auditView = (row: AuditRecord): t.TypeOf<typeof AuditView> => ({
  id: row.id,
  recorded_at: toIso(row.recordedAt),
  occurred_at: toIso(row.occurredAt),
  actor_id: row.actorId,
  actor_role: row.actorRole,
  api_key_id: row.apiKeyId,
  action: row.action,
  target_type: row.target.type,
  target_id: row.target.id,
  outcome: row.outcome,
  address: row.address,
  request_id: row.requestId,
  before: row.before,
  after: row.after,
})

/** `borrowing.returned` */
const action: Codec<string> = shaped('action', { pattern: '^[a-z_]+\\.[a-z_]+$' }, 100, text =>
  /^[a-z_]+\.[a-z_]+$/.test(text)
    ? E.right(text)
    : wrong('INVALID_ACTION', 'It must be a kind of thing and what was done to it, as borrowing.returned'),
)

/** `book:12`, or `book` for every one. */
const target: Codec<NonNullable<AuditSearch['target']>> = shaped(
  'target',
  { pattern: '^[a-z_]+(?::[1-9]\\d{0,15})?$' },
  60,
  text => {
    const [, type, number] = /^([a-z_]{1,40})(?::([1-9]\d{0,15}))?$/.exec(text) ?? []
    return type === undefined || !Number.isSafeInteger(Number(number ?? 0))
      ? wrong('INVALID_TARGET', 'It must be a kind of thing, with or without an id, as book:12')
      : E.right({ type, id: number === undefined ? null : Number(number) })
  },
)

const sorts: Sorts<AuditSort> = { id: 'id', recorded_at: 'instant', occurred_at: 'instant' }
const filters = {
  actor: described('Of this member.', queryKey<'member'>()),
  api_key: described('Done by a system with this API key.', queryKey<'api_key'>()),
  action: described('What was done, as `borrowing.returned`.', action),
  target: described('What it was done to: `book:12`, or `book` for every one.', target),
  outcome: described('`done`, `denied` to whoever tried, or `failed`.', oneOf(auditOutcomes)),
  from: described('From this day on, in the zone of the desk that asks, else UTC.', nearDay),
  to: described('Until this day, itself included.', nearDay),
}

/** Newest first. */
export const auditList = fitting(
  listQuery({ sorts, standard: { field: 'recorded_at', direction: 'desc' }, shape: AuditView, filters }),
  listing => {
    const { from, to } = listing.filters
    return from !== undefined && to !== undefined && from > to
      ? E.left([{ field: 'to', code: 'OUT_OF_RANGE', message: 'It must not lie before from' }])
      : E.right(listing)
  },
)

export const searchOf = (asked: Some<typeof filters>): AuditSearch =>
  given<AuditSearch>({
    actorId: asked.actor,
    apiKeyId: asked.api_key,
    action: asked.action,
    target: asked.target,
    outcome: asked.outcome,
    from: asked.from,
    to: asked.to,
  })
