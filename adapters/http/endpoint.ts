/** The way of one request to its route: token or key (401), permission and address (403), body (413, 415, 400), then the route itself. */
import type { RouterMiddleware } from '@koa/router'
import type { Context } from 'koa'
import { anonymous } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import { verifiedFor } from '../../core/identity/pending.ts'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { PermissionDenied } from '../../core/shared/refusal.ts'
import { within } from './addresses.ts'
import type { ApiError } from './answer.ts'
import { actorOf, admitted, calledFrom, callingBy, nobody } from './authenticate.ts'
import { readBody } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { versionsOf } from './etag.ts'
import { plainly } from './perform.ts'
import type { AddressNotAllowed } from './refusals.ts'
import { canonical, keyOf, once } from './idempotency.ts'
import { notingUses } from './key-uses.ts'
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
  /** The key by which a system called. */
  apiKeyId: number | null
}

/** Characters of it that are kept. */
const longestUserAgent = 200

export const endpoint = (
  deps: Pick<HttpDeps, 'identity' | 'apiKeys' | 'idempotency' | 'addresses' | 'clock' | 'audit' | 'log'>,
  pattern: string,
  route: Route,
): RouterMiddleware<RequestState> => {
  const { identity, apiKeys, idempotency, clock, audit, log } = deps
  const { administrative: allowed } = deps.addresses
  const administrative = allowed === null ? () => true : within(allowed)
  const noteUse = notingUses(deps)
  const answered = async (
    ctx: Parameters<RouterMiddleware<RequestState>>[0],
    caller: { actor: Act['actor'] },
  ): Promise<Either<ApiError, Reply>> => {
    const { state } = ctx
    // Whoever starts a session has none yet: an old token that a client sends along out of habit says nothing.
    const calling =
      route.permission === 'session:start'
        ? E.right(nobody)
        : await callingBy(identity, apiKeys, {
            authorization: ctx.get('Authorization'),
            apiKey: ctx.get('X-API-Key'),
          })()
    if (E.isLeft(calling)) return calling
    const { session, key: by } = calling.right
    state.memberId = session?.account.memberId ?? null
    state.apiKeyId = by?.keyId ?? null
    if (by !== null) noteUse(by, state.requestId)
    const actor = actorOf(calling.right)
    caller.actor = actor
    const admission = admitted(actor, route.permission)
    if (E.isLeft(admission)) return admission
    const verified = verifiedFor(session?.account ?? null, route.permission)
    if (E.isLeft(verified)) return verified
    const from = calledFrom(ctx.ip, route.permission, administrative)
    if (E.isLeft(from)) return from
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
        session,
        conditional: ifMatch !== undefined,
        address: { path: ctx.path, query },
        userAgent: ctx.get('User-Agent').slice(0, longestUserAgent) || null,
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
    if (E.isLeft(result) && isDenial(result.left)) {
      const { type, permission } = result.left
      const act = { ...caller, requestId: state.requestId, address: ctx.ip, expects: null }
      const told = await audit.recordDenial({
        act,
        permission,
        because: type === 'AddressNotAllowed' ? 'address' : 'permission',
        method: route.method,
        path: route.path,
        target: targetOf(route, namedIn(ctx.params)),
      })()
      // He is refused all the same.
      if (E.isLeft(told)) log.bug(told.left, state.requestId)
    }
    // What one caller may see, and what lets him in, is kept by nobody on the way.
    if (state.memberId !== null || state.apiKeyId !== null || route.path.startsWith('/auth/'))
      ctx.set('Cache-Control', 'no-store')
    present(ctx, result)
  }
}

const isDenial = (error: ApiError): error is PermissionDenied | AddressNotAllowed =>
  error.type === 'PermissionDenied' || error.type === 'AddressNotAllowed'

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
const callerOf = ({ memberId, apiKeyId }: RequestState, address: string): string => {
  if (apiKeyId !== null) return `api_key:${apiKeyId}`
  return memberId === null ? `anonymous:${address}` : `member:${memberId}`
}
