/** AUT-9: is the audit as it was sealed? */
import * as t from 'io-ts'
import { auditBreakKinds } from '../../../core/identity/use-cases/verify-audit.ts'
import type { AuditVerdict } from '../../../core/identity/use-cases/verify-audit.ts'
import { E, pipe, TE } from '../../../core/shared/fp.ts'
import { described, wrong } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { record } from '../codecs/record.ts'
import { shaped } from '../codecs/text.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { integer, orNull, view, word } from '../shapes.ts'
import { ok } from '../success.ts'

const AuditBreakView = view(
  'AuditBreak',
  {
    kind: word(auditBreakKinds),
    seal: integer,
    // Of several that are missing in a row.
    last_seal: integer,
    row_id: orNull(integer),
  },
  { kind: 'row_changed', seal: 12, last_seal: 12, row_id: 5613 },
)

const AuditVerdictView = view(
  'AuditVerdict',
  {
    intact: t.boolean,
    seals: integer,
    rows: integer,
    unsealed: integer,
    unsealed_since: orNull(t.string),
    head: orNull(t.string),
    breaks: t.array(AuditBreakView),
  },
  {
    intact: false,
    seals: 40,
    rows: 18_204,
    unsealed: 3,
    unsealed_since: '2026-11-21T19:09:00.000Z',
    head: '40.Zm9yIHRoZSBleGFtcGxlIG9mIHRoZSBkb2N1bWVudHM',
    breaks: [AuditBreakView.example],
  },
)

const VerdictMeta = view('AuditVerdictMeta', { found: integer }, { found: 1 })

const verdictView = (verdict: AuditVerdict): t.TypeOf<typeof AuditVerdictView> => ({
  intact: verdict.found === 0,
  seals: verdict.seals,
  rows: verdict.rows,
  unsealed: verdict.unsealed,
  unsealed_since: verdict.unsealedSince,
  head: verdict.head,
  breaks: verdict.breaks.map(({ kind, seal, lastSeal, rowId }) => ({
    kind,
    seal,
    last_seal: lastSeal,
    row_id: rowId,
  })),
})

const pattern = '^[1-9]\\d{0,15}\\.[\\w-]{43}$'

/** `40.Zm9y…` */
const head: Codec<string> = shaped('head', { pattern }, 60, text =>
  new RegExp(pattern).test(text)
    ? E.right(text)
    : wrong('INVALID_HEAD', 'It must be the head of an earlier answer'),
)

const search = record(
  'AuditVerification',
  {},
  { head: described('An end of the chain that was written down: it must still be there.', head) },
  'UNKNOWN_PARAMETER',
)

export const verifyAuditRoutes = ({ audit }: Pick<HttpDeps, 'audit'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/audit/verify',
    permission: 'audit:read',
    summary: 'Hold the whole audit against its seals',
    query: search,
    data: AuditVerdictView,
    meta: VerdictMeta,
    versionless: true,
    handle: ({ act, query }) =>
      pipe(
        audit.verifyAudit({ actor: act.actor, head: query.head ?? null }),
        TE.map(verdict =>
          ok(verdict.found === 0 ? 'Intact' : 'Broken', verdictView(verdict), { found: verdict.found }),
        ),
      ),
  }),
]
