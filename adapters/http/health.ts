/** For whoever watches over the process: outside of the envelope, and open to all. */
import * as t from 'io-ts'
import type { Middleware } from 'koa'
import type { HttpDeps } from './deps.ts'
import { view, word } from './shapes.ts'

const standing = word(['up', 'down'])

export const LiveView = view('Live', { status: word(['up']) }, { status: 'up' })

export const ReadyView = view(
  'Ready',
  { status: standing, dependencies: t.record(t.string, standing) },
  { status: 'up', dependencies: { storage: 'up' } },
)

/** It runs. */
export const live: Middleware = ctx => {
  ctx.set('Cache-Control', 'no-store')
  ctx.body = { status: 'up' }
}

/** It can serve: everything it needs answers. What does not is named. */
export const ready =
  (ask: HttpDeps['ready']): Middleware =>
  async ctx => {
    const dependencies = await ask()
    const isReady = Object.values(dependencies).every(Boolean)
    ctx.set('Cache-Control', 'no-store')
    ctx.status = isReady ? 200 : 503
    ctx.body = {
      status: isReady ? 'up' : 'down',
      dependencies: Object.fromEntries(
        Object.entries(dependencies).map(([name, answers]) => [name, answers ? 'up' : 'down']),
      ),
    }
    if (!isReady) ctx.set('Retry-After', '5')
  }
