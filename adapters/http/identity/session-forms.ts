/** Logins and what they give, as the API takes and shows them. */
import * as t from 'io-ts'
import { roles } from '../../../core/identity/actor.ts'
import { permissionsOf } from '../../../core/identity/permissions.ts'
import type { Account } from '../../../core/identity/ports.ts'
import type { Authenticated } from '../../../core/identity/use-cases/authenticate.ts'
import type { LogIn, TokenPair } from '../../../core/identity/use-cases/log-in.ts'
import { normaliseLogin } from '../../../core/members/member.ts'
import { memberStatuses } from '../../../core/members/member-status.ts'
import { E } from '../../../core/shared/fp.ts'
import { exampled } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { flag } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { phrase, secret } from '../codecs/text.ts'
import { integer, orNull, view, word } from '../shapes.ts'

/** Any password may be tried; only one that can be right has a length to be kept. No second factor is asked for yet. */
export const LogInBody: Codec<LogIn> = fitting(
  exampled(
    { login: 'ada', password: 'correct horse battery' },
    record('LogIn', { login: phrase(320), password: secret(1, 1024) }, { otp: secret(1, 100) }),
  ),
  ({ login, password }) => E.right({ login: normaliseLogin(login), password }),
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
    roles: t.array(word(roles)),
    permissions: t.array(
      t.strict({ permission: t.string, reach: word(['any', 'own', 'branch', 'own_or_branch']) }),
    ),
  },
  { ...AccountView.example, roles: ['user'], permissions: [{ permission: 'loan:read', reach: 'own' }] },
)

export const meView = ({ account: shown }: Authenticated) => ({
  ...accountView(shown),
  roles: [shown.role],
  permissions: permissionsOf(shown.role),
})
