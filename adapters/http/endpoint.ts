/** The way of one request to its route: token (401), permission (403), body (413, 415, 400), then the route itself. */
import type { RouterMiddleware } from '@koa/router'
import type { Context } from 'koa'
import { anonymous } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { ApiError } from './answer.ts'
import { actorOf, admitted, sessionOf } from './authenticate.ts'
import { readBody } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { versionsOf } from './etag.ts'
import { plainly } from './perform.ts'
import { canonical, keyOf, once } from './idempotency.ts'
import { askedOf, present } from './present.ts'
import type { Reply } from './present.ts'
import type { Named, Route } from './routes.ts'
import { plainSteps, stepsUnder } from './steps.ts'

/** What the middleware knows of a request. */
export interface RequestState {
  requestId: string
  /** The pattern of the route that was met. */
  route: string | null
  memberId: number | null
}

export const endpoint = (
  {
    identity: { authenticate },
    idempotency,
    clock,
    audit: { recordDenial },
    log,
  }: Pick<HttpDeps, 'identity' | 'idempotency' | 'clock' | 'audit' | 'log'>,
  pattern: string,
  route: Route,
): RouterMiddleware<RequestState> => {
  const answered = async (
    ctx: Parameters<RouterMiddleware<RequestState>>[0],
    caller: { actor: Act['actor'] },
  ): Promise<Either<ApiError, Reply>> => {
    const { state } = ctx
    // Whoever starts a session has none yet: an old token that a client sends along out of habit says nothing.
    const session =
      route.permission === 'session:start'
        ? E.right(null)
        : await sessionOf(authenticate, ctx.get('Authorization'))()
    if (E.isLeft(session)) return session
    state.memberId = session.right?.account.memberId ?? null
    const actor = actorOf(session.right)
    caller.actor = actor
    const admission = admitted(actor, route.permission)
    if (E.isLeft(admission)) return admission
    const body = route.takesBody ? await readBody(ctx.req)() : E.right(undefined)
    if (E.isLeft(body)) return body
    const key = route.repeatable === 'freely' ? E.right(null) : keyOf(idempotencyKey(ctx))
    if (E.isLeft(key)) return key
    const time = clock === null ? E.right(undefined) : await clock.keepTime()
    if (E.isLeft(time)) return time
    // What is made or shown has no version yet, or none to be lost.
    const ifMatch = route.documentation.conditional ? ctx.req.headers['if-match'] : undefined
    const query = new URLSearchParams(ctx.querystring)
    const request =
      key.right === null
        ? null
        : {
            caller: callerOf(state, idempotency.fingerprint(ctx.ip)),
            key: key.right,
            fingerprint: idempotency.fingerprint(
              canonical({ method: route.method, path: ctx.path, query, body: body.right }),
            ),
          }
    return route.answer(
      {
        act: {
          actor,
          requestId: state.requestId,
          address: ctx.ip,
          expects: ifMatch === undefined ? null : versionsOf(ifMatch),
        },
        session: session.right,
        conditional: ifMatch !== undefined,
        address: { path: ctx.path, query },
        step: request === null ? plainSteps : stepsUnder(idempotency, request),
      },
      namedIn(ctx.params),
      body.right,
      request === null
        ? plainly
        : once(idempotency, { request, asked: askedOf(ctx), inSteps: route.repeatable === 'in_steps' }),
    )()
  }
  return async ctx => {
    const { state } = ctx
    state.route = pattern
    const caller = { actor: anonymous }
    const result = await answered(ctx, caller)
    if (E.isLeft(result) && result.left.type === 'PermissionDenied') {
      const { permission } = result.left
      const act = { ...caller, requestId: state.requestId, address: ctx.ip, expects: null }
      const told = await recordDenial({
        act,
        permission,
        method: route.method,
        path: route.path,
        target: targetOf(route, namedIn(ctx.params)),
      })()
      // He is refused all the same.
      if (E.isLeft(told)) log.bug(told.left, state.requestId)
    }
    // What one member may see, and what lets him in, is kept by nobody on the way.
    if (state.memberId !== null || route.path.startsWith('/auth/')) ctx.set('Cache-Control', 'no-store')
    present(ctx, result)
  }
}

/** What the path names, where it may be a thing of ours. */
const targetOf = (
  { documentation: { names } }: Route,
  { first }: Named,
): Parameters<HttpDeps['audit']['recordDenial']>[0]['target'] =>
  names !== null && /^[1-9]\d{0,14}$/.test(first) ? { type: names, id: Number(first) } : null

const namedIn = ({ id, name, ...parts }: Readonly<Record<string, string>>): Named => ({
  first: id ?? name ?? '',
  part: Object.values(parts)[0] ?? '',
})

/** Node joins one that was sent several times. */
const idempotencyKey = ({ req }: Context): string | undefined => {
  const { 'idempotency-key': header } = req.headers
  return Array.isArray(header) ? header.join(', ') : header
}

/** Strangers are told apart by where they call from, of which no more than a fingerprint is kept. */
const callerOf = ({ memberId }: RequestState, address: string): string =>
  memberId === null ? `anonymous:${address}` : `member:${memberId}`
