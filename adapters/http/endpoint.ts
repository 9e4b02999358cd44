/** The way of one request to its route: token or key (401), permission and address (403), body (413, 415, 400), then the route itself. */
import type { IncomingMessage } from 'node:http'
import type { RouterMiddleware } from '@koa/router'
import type { Context } from 'koa'
import { anonymous } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import { verifiedFor } from '../../core/identity/pending.ts'
import { E, pipe } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { PermissionDenied } from '../../core/shared/refusal.ts'
import { within } from './addresses.ts'
import type { ApiError } from './answer.ts'
import { actingFrom, actorOf, admitted, calledFrom, callingBy, nobody } from './authenticate.ts'
import type { Calling } from './authenticate.ts'
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

type Entering =
  | { readonly calling: Calling; readonly entry: Either<ApiError, void> }
  | { readonly calling: null; readonly entry: Either<ApiError, never> }

/** Turns of the event loop in which a body that was sent with its head is there. */
const turns = 3

/** Nothing is read of it yet. */
const soonThere = async (request: IncomingMessage): Promise<void> => {
  for (let turn = 0; turn < turns && !request.complete; turn += 1)
    await new Promise(resolve => setImmediate(resolve))
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
  /** Who calls, as it is now, and whether he may come in: 401, then 403. */
  const entering = async (ctx: Parameters<RouterMiddleware<RequestState>>[0]): Promise<Entering> => {
    // Whoever starts a session has none yet: an old token that a client sends along out of habit says nothing.
    const calling =
      route.permission === 'session:start'
        ? E.right(nobody)
        : await callingBy(identity, apiKeys, {
            authorization: ctx.get('Authorization'),
            apiKey: ctx.get('X-API-Key'),
          })()
    if (E.isLeft(calling)) return { calling: null, entry: calling }
    const entry = pipe(
      admitted(actorOf(calling.right), route.permission),
      E.flatMap((): Either<ApiError, void> =>
        verifiedFor(calling.right.session?.account ?? null, route.permission),
      ),
      E.flatMap((): Either<ApiError, void> => calledFrom(ctx.ip, route.permission, administrative)),
    )
    return { calling: calling.right, entry }
  }
  const answered = async (
    ctx: Parameters<RouterMiddleware<RequestState>>[0],
    caller: { actor: Act['actor'] },
  ): Promise<Either<ApiError, Reply>> => {
    const { state } = ctx
    if (route.takesBody) await soonThere(ctx.req)
    const first = await entering(ctx)
    if (first.calling === null) return first.entry
    state.memberId = first.calling.session?.account.memberId ?? null
    state.apiKeyId = first.calling.key?.keyId ?? null
    if (first.calling.key !== null) noteUse(first.calling.key, state.requestId)
    caller.actor = actorOf(first.calling)
    if (E.isLeft(first.entry)) return first.entry
    const kept = route.takesBody && !ctx.req.complete
    const body = route.takesBody ? await readBody(ctx.req)() : E.right(undefined)
    if (E.isLeft(body)) return body
    // Whoever keeps his body back for a minute acts as what he is when it is there, not as what he was before.
    const last = kept ? await entering(ctx) : first
    if (last.calling === null) return last.entry
    const { session } = last.calling
    const actor = actingFrom(actorOf(last.calling), ctx.ip, administrative)
    caller.actor = actor
    if (E.isLeft(last.entry)) return last.entry
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
