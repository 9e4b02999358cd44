/** API keys as the API takes and shows them. */
import * as t from 'io-ts'
import type { ApiKey } from '../../../core/identity/api-key.ts'
import type { ApiKeySort } from '../../../core/identity/api-key-ports.ts'
import { scopes } from '../../../core/identity/permissions.ts'
import type { CreateApiKey, IssuedKey, RotateApiKey } from '../../../core/identity/use-cases/keep-api-keys.ts'
import { E } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import { described, exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import { line, oneOf } from '../codecs/text.ts'
import { moment } from '../codecs/time.ts'
import type { Sorts } from '../cursor.ts'
import { given } from '../given.ts'
import { listQuery } from '../list.ts'
import { integer, orNull, time, view, word } from '../shapes.ts'

export const NewApiKey: Codec<CreateApiKey['details']> = fitting(
  exampled(
    { name: 'Sorting machine', scopes: ['loan:return-by-barcode', 'catalogue:read'], branch_id: 2 },
    record(
      'NewApiKey',
      {
        name: line(100),
        scopes: described('The permissions it has; no others.', list(oneOf(scopes), { min: 1, max: 100 })),
      },
      {
        branch_id: described(
          'Where it acts; at every branch where it is left out.',
          nullable(key<'branch'>()),
        ),
        expires_at: described('At most two years ahead; a year where it is left out.', moment),
      },
    ),
  ),
  ({ name, scopes: wanted, branch_id = null, expires_at = null }) =>
    E.right<never, CreateApiKey['details']>({
      name,
      scopes: scopes.filter(scope => wanted.includes(scope)),
      branchId: branch_id,
      expiresAt: expires_at,
    }),
)

export const ApiKeyRotation: Codec<Pick<RotateApiKey, 'oldGoodUntil' | 'expiresAt'>> = fitting(
  exampled(
    { old_good_until: '2026-11-28T19:00:00Z' },
    record(
      'ApiKeyRotation',
      {},
      {
        old_good_until: described(
          'How long the old secret is good beside the new one, at most 30 days: a day where it is left out, null ends it at once.',
          nullable(moment),
        ),
        expires_at: described('A new end of the key, at most two years ahead.', moment),
      },
    ),
  ),
  ({ old_good_until, expires_at }) =>
    E.right(
      given<Pick<RotateApiKey, 'oldGoodUntil' | 'expiresAt'>>({
        oldGoodUntil: old_good_until,
        expiresAt: expires_at,
      }),
    ),
)

const fields = {
  id: integer,
  name: t.string,
  scopes: t.array(word(scopes)),
  branch_id: orNull(integer),
  expires_at: time,
  created_by: orNull(integer),
  created_at: time,
  last_used_at: orNull(time),
  revoked_at: orNull(time),
  secrets: t.array(t.strict({ prefix: t.string, created_at: time, good_until: orNull(time) })),
  version: integer,
}

export const ApiKeyView = view('ApiKey', fields, {
  id: 3,
  name: 'Sorting machine',
  scopes: ['catalogue:read', 'loan:return-by-barcode'],
  branch_id: 2,
  expires_at: '2027-11-21T19:09:00.000Z',
  created_by: 1,
  created_at: '2026-11-21T19:09:00.000Z',
  last_used_at: null,
  revoked_at: null,
  secrets: [{ prefix: 'q7m2xk4tza', created_at: '2026-11-21T19:09:00.000Z', good_until: null }],
  version: 1,
})

const optional = (at: Instant | null): string | null => (at === null ? null : toIso(at))

export const apiKeyView = (shown: ApiKey): t.TypeOf<typeof ApiKeyView> => ({
  id: shown.id,
  name: shown.name,
  scopes: [...shown.scopes],
  branch_id: shown.branchId,
  expires_at: toIso(shown.expiresAt),
  created_by: shown.createdBy,
  created_at: toIso(shown.createdAt),
  last_used_at: optional(shown.lastUsedAt),
  revoked_at: optional(shown.revokedAt),
  secrets: shown.secrets.map(({ prefix, createdAt, goodUntil }) => ({
    prefix,
    created_at: toIso(createdAt),
    good_until: optional(goodUntil),
  })),
  version: shown.version,
})

/** With the text that is sent as `X-API-Key`, shown this once. */
export const IssuedKeyView = view(
  'IssuedApiKey',
  { ...fields, key: t.string },
  { ...ApiKeyView.example, key: 'lib_q7m2xk4tza_shown-once-and-kept-by-whoever-is-to-call-xxxx' },
)

export const issuedKeyView = ({ apiKey, text }: IssuedKey): t.TypeOf<typeof IssuedKeyView> => ({
  ...apiKeyView(apiKey),
  key: text,
})

const sorts: Sorts<ApiKeySort> = {
  id: 'id',
  name: 'text',
  created_at: 'instant',
  expires_at: 'instant',
  last_used_at: 'instant',
}

export const apiKeyList = listQuery({
  sorts,
  standard: { field: 'id', direction: 'asc' },
  shape: ApiKeyView,
  filters: {},
})
