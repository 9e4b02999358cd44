/** Logins and what they give, as the API takes and shows them. */
import * as t from 'io-ts'
import { roles } from '../../../core/identity/actor.ts'
import { permissionsOf } from '../../../core/identity/permissions.ts'
import type { Account } from '../../../core/identity/ports.ts'
import type { Authenticated } from '../../../core/identity/use-cases/authenticate.ts'
import type { TokenPair } from '../../../core/identity/open-session.ts'
import type { Session } from '../../../core/identity/session.ts'
import type { LogIn } from '../../../core/identity/use-cases/log-in.ts'
import { normaliseLogin } from '../../../core/members/member.ts'
import { memberStatuses } from '../../../core/members/member-status.ts'
import { E } from '../../../core/shared/fp.ts'
import type { SessionId } from '../../../core/shared/id.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { described, exampled } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { flag } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { phrase, secret } from '../codecs/text.ts'
import { integer, orNull, time, view, word } from '../shapes.ts'

/** Any password may be tried; only one that can be right has a length to be kept. */
export const LogInBody: Codec<Pick<LogIn, 'login' | 'password' | 'otp'>> = fitting(
  exampled(
    { login: 'ada', password: 'correct horse battery' },
    record(
      'LogIn',
      { login: phrase(320), password: secret(1, 1024) },
      { otp: described('A code of the second factor, or a recovery code.', secret(1, 100)) },
    ),
  ),
  ({ login, password, otp = null }) => E.right({ login: normaliseLogin(login), password, otp }),
)

export const RefreshBody = exampled(
  { refresh_token: 'bWpzH3v0N1q2' },
  record('Refresh', { refresh_token: secret(1, 4096) }, {}),
)

export const LogOutBody = exampled({ all: true }, record('LogOut', {}, { all: flag }))

const account = {
  id: integer,
  username: t.string,
  email: t.string,
  first_name: t.string,
  last_name: t.string,
  library_card_number: t.string,
  status: word(memberStatuses),
  role: word(roles),
  branch_id: orNull(integer),
}

const AccountView = view('Account', account, {
  id: 42,
  username: 'ada',
  email: 'ada@example.org',
  first_name: 'Ada',
  last_name: 'Reader',
  library_card_number: 'L-000042',
  status: 'active',
  role: 'user',
  branch_id: null,
})

const accountView = (shown: Account) => ({
  id: shown.memberId,
  username: shown.username,
  email: shown.email,
  first_name: shown.firstName,
  last_name: shown.lastName,
  library_card_number: shown.cardNumber,
  status: shown.status,
  role: shown.role,
  branch_id: shown.branchId,
})

export const TokensView = view(
  'Tokens',
  {
    access_token: t.string,
    token_type: t.literal('Bearer'),
    expires_in: integer,
    refresh_token: t.string,
    refresh_expires_in: integer,
    user: AccountView,
  },
  {
    access_token: 'v4.public.eyJzdWIiOiI0MiJ9',
    token_type: 'Bearer',
    expires_in: 900,
    refresh_token: 'bWpzH3v0N1q2',
    refresh_expires_in: 2592000,
    user: AccountView.example,
  },
)

export const tokensView = (pair: TokenPair) => ({
  access_token: pair.accessToken,
  token_type: 'Bearer' as const,
  expires_in: pair.expiresIn,
  refresh_token: pair.refreshToken,
  refresh_expires_in: pair.refreshExpiresIn,
  user: accountView(pair.account),
})

export const MeView = view(
  'Me',
  {
    ...account,
    // Minors whose guardian he is.
    ward_ids: t.readonlyArray(integer),
    mfa_enrolled: t.boolean,
    roles: t.array(word(roles)),
    permissions: t.array(
      t.strict({ permission: t.string, reach: word(['any', 'own', 'branch', 'own_or_branch']) }),
    ),
  },
  {
    ...AccountView.example,
    ward_ids: [],
    mfa_enrolled: false,
    roles: ['user'],
    permissions: [{ permission: 'loan:read', reach: 'own' }],
  },
)

export const meView = ({ account: shown, actor }: Authenticated) =>
  // Asked by every client at every start: what is added after a spread is dear (docs/architecture.md, hot paths).
  Object.assign(accountView(shown), {
    ward_ids: shown.wards ?? [],
    mfa_enrolled: shown.secondFactor,
    roles: [shown.role],
    permissions: permissionsOf(actor),
  })

export const SessionView = view(
  'Session',
  {
    id: integer,
    created_at: time,
    last_used_at: time,
    expires_at: time,
    address: orNull(t.string),
    user_agent: orNull(t.string),
    current: t.boolean,
  },
  {
    id: 17,
    created_at: '2026-11-21T08:00:00.000Z',
    last_used_at: '2026-11-21T10:00:00.000Z',
    expires_at: '2026-11-28T10:00:00.000Z',
    address: '192.0.2.7',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    current: true,
  },
)

export const SessionsMeta = view('SessionsMeta', { total: integer }, { total: 1 })

/** @param current the one that asks */
export const sessionView =
  (current: SessionId) =>
  (session: Session): t.TypeOf<typeof SessionView> => ({
    id: session.id,
    created_at: toIso(session.createdAt),
    last_used_at: toIso(session.lastUsedAt),
    expires_at: toIso(session.expiresAt),
    address: session.address,
    user_agent: session.userAgent,
    current: session.id === current,
  })
