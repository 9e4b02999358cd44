/** The way of one request to its route: token (401), permission (403), body (413, 415, 400), then the route itself. */
import type { RouterMiddleware } from '@koa/router'
import { pipe, TE } from '../../core/shared/fp.ts'
import { actorOf, admitted, sessionOf } from './authenticate.ts'
import { readBody } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { present } from './present.ts'
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
    { identity: { authenticate }, clock }: Pick<HttpDeps, 'identity' | 'clock'>,
    pattern: string,
    route: Route,
  ): RouterMiddleware<RequestState> =>
  async ctx => {
    const { state } = ctx
    state.route = pattern
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
      TE.tap(() => clock?.keepTime ?? TE.right(undefined)),
      TE.flatMap(({ session, body }) =>
        route.answer(
          {
            act: {
              actor: actorOf(session),
              requestId: state.requestId,
              address: ctx.ip,
              expects: null,
            },
            session,
            address: { path: ctx.path, query: new URLSearchParams(ctx.querystring) },
          },
          ctx.params['id'] ?? ctx.params['name'] ?? '',
          body,
        ),
      ),
    )()
    // What one member may see, and what lets him in, is kept by nobody on the way.
    if (state.memberId !== null || route.path.startsWith('/auth/')) ctx.set('Cache-Control', 'no-store')
    present(ctx, result)
  }
