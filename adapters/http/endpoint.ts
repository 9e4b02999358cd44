/** The way of one request to its route: token (401), permission (403), body (413, 415, 400), then the route itself. */
import type { RouterMiddleware } from '@koa/router'
import type { Context } from 'koa'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { actorOf, admitted, sessionOf } from './authenticate.ts'
import { readBody } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { versionsOf } from './etag.ts'
import { plainly } from './perform.ts'
import { canonical, keyOf, once } from './idempotency.ts'
import { askedOf, present } from './present.ts'
import type { Route } from './routes.ts'

/** What the middleware knows of a request. */
export interface RequestState {
  requestId: string
  /** The pattern of the route that was met. */
  route: string | null
  memberId: number | null
}

export const endpoint =
  (
    { identity: { authenticate }, idempotency, clock }: Pick<HttpDeps, 'identity' | 'idempotency' | 'clock'>,
    pattern: string,
    route: Route,
  ): RouterMiddleware<RequestState> =>
  async ctx => {
    const { state } = ctx
    state.route = pattern
    // What is made or shown has no version yet, or none to be lost.
    const ifMatch = route.documentation.conditional ? ctx.req.headers['if-match'] : undefined
    const query = new URLSearchParams(ctx.querystring)
    const result = await pipe(
      // Whoever starts a session has none yet: an old token that a client sends along out of habit says nothing.
      route.permission === 'session:start'
        ? TE.right(null)
        : sessionOf(authenticate, ctx.get('Authorization')),
      TE.tapIO(session => () => {
        state.memberId = session?.account.memberId ?? null
      }),
      TE.tap(session => TE.fromEither(admitted(actorOf(session), route.permission))),
      TE.bindTo('session'),
      TE.bindW('body', () => (route.takesBody ? readBody(ctx.req) : TE.right(undefined))),
      TE.bindW('key', () =>
        TE.fromEither(route.repeatable === 'freely' ? E.right(null) : keyOf(idempotencyKey(ctx))),
      ),
      TE.tap(() => clock?.keepTime ?? TE.right(undefined)),
      TE.flatMap(({ session, body, key }) =>
        route.answer(
          {
            act: {
              actor: actorOf(session),
              requestId: state.requestId,
              address: ctx.ip,
              expects: ifMatch === undefined ? null : versionsOf(ifMatch),
            },
            session,
            conditional: ifMatch !== undefined,
            address: { path: ctx.path, query },
          },
          ctx.params['id'] ?? ctx.params['name'] ?? '',
          body,
          key === null
            ? plainly
            : once(idempotency, {
                request: {
                  caller: callerOf(state, idempotency.fingerprint(ctx.ip)),
                  key,
                  fingerprint: idempotency.fingerprint(
                    canonical({ method: route.method, path: ctx.path, query, body }),
                  ),
                },
                asked: askedOf(ctx),
                inSteps: route.repeatable === 'in_steps',
              }),
        ),
      ),
    )()
    // What one member may see, and what lets him in, is kept by nobody on the way.
    if (state.memberId !== null || route.path.startsWith('/auth/')) ctx.set('Cache-Control', 'no-store')
    present(ctx, result)
  }

/** Node joins one that was sent several times. */
const idempotencyKey = ({ req }: Context): string | undefined => {
  const { 'idempotency-key': header } = req.headers
  return Array.isArray(header) ? header.join(', ') : header
}

/** Strangers are told apart by where they call from, of which no more than a fingerprint is kept. */
const callerOf = ({ memberId }: RequestState, address: string): string =>
  memberId === null ? `anonymous:${address}` : `member:${memberId}`
