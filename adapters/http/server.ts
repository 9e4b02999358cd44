/** The application: what happens to every request, whatever its route. */
import Router from '@koa/router'
import type { RouterMiddleware } from '@koa/router'
import Koa from 'koa'
import type { Middleware, Next } from 'koa'
import { E } from '../../core/shared/fp.ts'
import { clientAddress, within } from './addresses.ts'
import { api } from './api.ts'
import type { HttpDeps } from './deps.ts'
import { endpoint } from './endpoint.ts'
import type { RequestState } from './endpoint.ts'
import { live, ready } from './health.ts'
import { documentation } from './openapi/serve.ts'
import { present } from './present.ts'
import { securityHeaders } from './security-headers.ts'
import { declared } from './routes.ts'
import type { Method, Route } from './routes.ts'

type Step = Middleware<RequestState>

/**
 * Everything over HTTP but the socket. A path is taken letter by letter: a slash more at its end is another path.
 * @param beside what answers beside the API, under the same log, headers and guard; it leaves to the next what it does not know
 */
export const httpApp = (
  deps: HttpDeps,
  routes: readonly Route[] = api(deps),
  beside: readonly Step[] = [],
): Koa<RequestState> => {
  const { routerOf, routed } = routersByPlace()
  const show = (path: string, serve: RouterMiddleware<RequestState>): void => {
    routerOf(path).get(path, met(path), serve)
  }
  show('/health/live', live)
  show('/health/ready', ready(deps.ready))
  for (const [path, serve] of Object.entries(documentation(deps.documents, routes))) show(path, serve)
  for (const route of declared(routes)) {
    const pattern = `/api/v1${route.path}`
    const verb = route.method.toLowerCase() as Lowercase<Method>
    routerOf(pattern)[verb](pattern.replace(/\{(\w+)\}/g, ':$1'), endpoint(deps, pattern, route))
  }
  const app = new Koa<RequestState>()
  // What still goes wrong behind our own catch is a connection that broke, or a bug of the log.
  app.on('error', (error: unknown) => {
    if (!isBrokenConnection(error)) deps.log.bug(error, null)
  })
  app
    .use(atTheTurnsEnd())
    .use(identified(deps))
    .use(traced(deps))
    .use(secured(deps))
    .use(logged(deps))
    .use(guarded(deps))
    .use(readable)
    .use(routed)
  for (const step of beside) app.use(step)
  app.use(unrouted)
  return app
}

/** Koa's types say no more of what a router gives than `any`. */
type Served = (ctx: Parameters<Step>[0], next: Next) => Promise<unknown>

/** A router tries its routes one after the other: each place, as `/api/v1/books`, has one of its own. */
const routersByPlace = () => {
  const places = new Map<string, { readonly router: Router<RequestState>; readonly routes: Served }>()
  return {
    routerOf: (path: string): Router<RequestState> => {
      const place = placeOf(path)
      const found = places.get(place)
      if (found !== undefined) return found.router
      const router = new Router<RequestState>({ strict: true, sensitive: true })
      places.set(place, { router, routes: router.routes() as Served })
      return router
    },
    routed: (ctx: Parameters<Step>[0], next: Next): Promise<unknown> =>
      places.get(placeOf(ctx.path))?.routes(ctx, next) ?? next(),
  }
}

const placeOf = (path: string): string => path.split('/', 4).join('/')

const met =
  (pattern: string): RouterMiddleware<RequestState> =>
  (ctx, next) => {
    ctx.state.route = pattern
    return next()
  }

/**
 * Answers that are ready in one turn of the loop go out together at its end: to wake whoever waits for them, a proxy on the same
 * machine say, costs as much as a small answer itself, and so it is done once for all of them (ADR 20).
 */
const atTheTurnsEnd = (): Step => {
  let end: Promise<void> | null = null
  const turnsEnd = (): Promise<void> =>
    (end ??= new Promise(resolve => {
      setImmediate(() => {
        end = null
        resolve()
      })
    }))
  return async (_ctx, next) => {
    await next()
    await turnsEnd()
  }
}

/** The client's own id is kept where it is a sane token. */
const identified =
  ({ newRequestId }: HttpDeps): Step =>
  (ctx, next) => {
    const own = ctx.get('X-Request-Id')
    const requestId = /^[A-Za-z0-9._-]{1,64}$/.test(own) ? own : newRequestId()
    Object.assign(ctx.state, {
      requestId,
      route: null,
      memberId: null,
      apiKeyId: null,
    } satisfies RequestState)
    ctx.set('X-Request-Id', requestId)
    return next()
  }

/** From here on `ctx.ip` is the client's address. Koa's own way (`proxy: true`) would take what the client wrote himself. */
const traced = ({ addresses: { trustedProxies } }: HttpDeps): Step => {
  const addressOf = clientAddress(within(trustedProxies))
  return (ctx, next) => {
    ctx.request.ip = addressOf(ctx.ip, ctx.req.headers['x-forwarded-for'] as string | undefined)
    return next()
  }
}

const secured = (deps: HttpDeps): Step => {
  const headers = Object.entries(securityHeaders(deps))
  return (ctx, next) => {
    // Past Koa, which looks at each one again.
    for (const [name, value] of headers) ctx.res.setHeader(name, value)
    return next()
  }
}

const logged =
  ({ log, now }: HttpDeps): Step =>
  async (ctx, next) => {
    const began = now()
    await next()
    const { requestId, route, memberId, apiKeyId } = ctx.state
    log.request({
      requestId,
      method: ctx.method,
      route,
      status: ctx.status,
      milliseconds: now() - began,
      // A 304 has no body and no length.
      bytes: ctx.res.hasHeader('Content-Length') ? Number(ctx.response.get('Content-Length')) : 0,
      memberId,
      apiKeyId,
    })
  }

/** The one place where a throw becomes an answer. */
const guarded =
  ({ log }: HttpDeps): Step =>
  async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const { requestId } = ctx.state
      log.bug(error, requestId)
      present(ctx, E.left({ type: 'Bug', requestId }))
    }
  }

/** A target as `http://[::1/` passes Node's parser and throws in the one Koa uses. */
const readable: Step = (ctx, next) => {
  if (hasPath(ctx)) return next()
  present(ctx, E.left({ type: 'MalformedRequest' }))
  return Promise.resolve()
}

const hasPath = (ctx: { readonly path: string }): boolean => {
  try {
    return ctx.path !== ''
  } catch {
    return false
  }
}

/** No route took it: the address is unknown, or it does not know the method. */
const unrouted: RouterMiddleware<RequestState> = ctx => {
  const methods = new Set(ctx.matched?.flatMap(layer => layer.methods))
  if (methods.size === 0) {
    present(ctx, E.left({ type: 'RouteNotFound' }))
    return
  }
  const allow = [...methods, 'OPTIONS'].sort()
  if (ctx.method === 'OPTIONS') {
    ctx.set('Allow', allow.join(', '))
    ctx.status = 204
  } else {
    present(ctx, E.left({ type: 'MethodNotAllowed', allow }))
  }
}

const isBrokenConnection = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code))
