/** AUT-1, 2: logging in, staying in, logging out, and who one is. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { ok } from '../success.ts'
import { signedIn } from '../authenticate.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import {
  LogInBody,
  LogOutBody,
  MeView,
  meView,
  RefreshBody,
  TokensView,
  tokensView,
} from './session-forms.ts'

export const sessionRoutes = ({ identity }: Pick<HttpDeps, 'identity'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/auth/login',
    permission: 'session:start',
    summary: 'Log in with user name or e-mail address',
    body: { codec: LogInBody, required: true },
    data: TokensView,
    versionless: true,
    status: 200,
    errors: ['NotFound', 'InvalidCredentials'],
    act: ({ body }) => identity.logIn(body),
    show: pair => ok('Logged in', tokensView(pair)),
  }),
  route({
    method: 'POST',
    path: '/auth/refresh',
    permission: 'session:start',
    summary: 'Change a refresh token, good once, for new tokens',
    body: { codec: RefreshBody, required: true },
    data: TokensView,
    versionless: true,
    status: 200,
    errors: ['NotFound', 'TokenRefused'],
    act: ({ body }) => identity.refreshSession(body.refresh_token),
    show: pair => ok('Refreshed', tokensView(pair)),
  }),
  route({
    method: 'POST',
    path: '/auth/logout',
    permission: 'session:own',
    summary: 'End this session, or all of one’s own',
    body: { codec: LogOutBody, required: false },
    data: t.null,
    status: 200,
    act: call =>
      pipe(
        signedIn(call),
        TE.flatMap(({ sessionId, account }) =>
          identity.logOut({ sessionId, memberId: account.memberId, all: call.body.all ?? false }),
        ),
      ),
    show: () => ok('Logged out', null),
  }),
  route({
    method: 'GET',
    path: '/auth/me',
    permission: 'session:own',
    summary: 'Show who one is and what one may do',
    data: MeView,
    versionless: true,
    handle: call =>
      pipe(
        signedIn(call),
        TE.map(session => ok('You', meView(session))),
      ),
  }),
]
