/** `/openapi.json`, `/docs` and what the page loads: the same for everybody, outside of the envelope. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Middleware } from 'koa'
import type { DocumentDeps } from '../deps.ts'
import { isKnown } from '../etag.ts'
import type { Route } from '../routes.ts'
import { docsPage, initializer, pageStyle } from './docs-page.ts'
import { documentOf } from './document.ts'
import { errorsPage } from './errors-page.ts'

interface File {
  readonly type: string
  readonly content: string | Buffer
  readonly etag: string
}

const fileOf = (type: string, content: string | Buffer): File => ({
  type,
  content,
  etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
})

/** Once, when it is asked for first. */
const once = <A>(make: () => A): (() => A) => {
  let made: { readonly it: A } | undefined
  return () => (made ??= { it: make() }).it
}

const [html, css, js] = [
  'text/html; charset=utf-8',
  'text/css; charset=utf-8',
  'text/javascript; charset=utf-8',
]

/** What the page loads of the package, and nothing else of its folder. */
const packaged: Readonly<Record<string, string>> = {
  'swagger-ui.css': css,
  'swagger-ui-bundle.js': js,
  'favicon-32x32.png': 'image/png',
}

/** Swagger UI styles what it draws itself, and brings its pictures as data. */
const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join(';')

/** Whoever keeps it asks each time whether it is still so. */
const fresh = 'no-cache'
const forAnHour = 'public, max-age=3600'

const send =
  (cache: string, file: () => File | Promise<File>): Middleware =>
  async ctx => {
    const { type, content, etag } = await file()
    ctx.set('ETag', etag)
    ctx.set('Cache-Control', cache)
    if (isKnown(etag, ctx.get('If-None-Match'))) {
      ctx.status = 304
      return
    }
    ctx.body = content
    ctx.type = type
    if (type === html) ctx.set('Content-Security-Policy', pagePolicy)
  }

/** Every address that is served, and how. */
export const documentation = (
  { product, swaggerUi }: DocumentDeps,
  routes: readonly Route[],
): Readonly<Record<string, Middleware>> => ({
  '/openapi.json': send(
    fresh,
    once(() => fileOf('application/json; charset=utf-8', JSON.stringify(documentOf(product, routes)))),
  ),
  '/docs': send(fresh, () => page),
  '/docs/errors': send(fresh, () => errors),
  '/docs/page.css': send(forAnHour, () => style),
  '/docs/initializer.js': send(forAnHour, () => script),
  ...Object.fromEntries(
    Object.entries(packaged).map(([name, type]) => [
      `/docs/${name}`,
      send(
        forAnHour,
        once(async () => fileOf(type, await readFile(join(swaggerUi, name)))),
      ),
    ]),
  ),
})

const page = fileOf(html, docsPage)
const errors = fileOf(html, errorsPage)
const style = fileOf(css, pageStyle)
const script = fileOf(js, initializer)
