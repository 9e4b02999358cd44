/** AUT-1, 2: logging in, staying in, logging out, one’s sessions, and who one is. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
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
  SessionsMeta,
  SessionView,
  sessionView,
  TokensView,
  tokensView,
} from './session-forms.ts'

export const sessionRoutes = ({ identity }: Pick<HttpDeps, 'identity'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/auth/login',
    permission: 'session:start',
    summary: 'Log in with user name or e-mail address, and with a code where a second factor is in force',
    body: { codec: LogInBody, required: true },
    data: TokensView,
    versionless: true,
    status: 200,
    errors: [
      'NotFound',
      'InvalidCredentials',
      'MfaRequired',
      'MfaInvalid',
      'AccountIsLocked',
      'TooManyFailures',
      'Conflict',
    ],
    act: ({ act, userAgent, body }) => identity.logIn({ act, userAgent, ...body }),
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
    act: ({ act, userAgent, body }) =>
      identity.refreshSession({ act, userAgent, refreshToken: body.refresh_token }),
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
          identity.logOut({
            act: call.act,
            sessionId,
            memberId: account.memberId,
            all: call.body.all ?? false,
          }),
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
  route({
    method: 'GET',
    path: '/auth/sessions',
    permission: 'session:own',
    summary: 'List one’s own sessions that go on, the one that was used last first',
    data: t.array(SessionView),
    meta: SessionsMeta,
    handle: call =>
      pipe(
        signedIn(call),
        TE.flatMap(({ sessionId, account }) =>
          pipe(
            identity.listSessions(account.memberId),
            TE.map(found => ok('Sessions', found.map(sessionView(sessionId)), { total: found.length })),
          ),
        ),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/auth/sessions/{id}',
    names: 'session',
    permission: 'session:own',
    summary: 'End one of one’s own sessions',
    data: t.null,
    act: call =>
      pipe(
        signedIn(call),
        TE.flatMap(({ account }) =>
          identity.endSession({ act: call.act, memberId: account.memberId, sessionId: id(call.id) }),
        ),
      ),
    show: () => ok('Session ended', null),
  }),
  route({
    method: 'DELETE',
    path: '/users/{id}/sessions',
    names: 'user',
    permission: 'session:end',
    summary: 'End all sessions of somebody else',
    data: t.null,
    act: ({ act, id: memberId }) => identity.endSessionsOf({ act, memberId: id(memberId) }),
    show: () => ok('Sessions ended', null),
  }),
]
