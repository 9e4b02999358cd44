/** API-6: the page that shows the document asks nothing of the network but our own address. */
import { expect } from 'chai'
import { errorCodes } from '../../adapters/http/error-codes.ts'
import { aWorld, closeAll } from './support/world.ts'

const files = [
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['page.css', 'text/css; charset=utf-8'],
  ['initializer.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
] as const

describe('the documentation page', () => {
  let url: string
  beforeEach(async () => {
    url = (await aWorld()).api.url
  })
  afterEach(closeAll)

  it('loads its own files alone: no script in the page, and a policy that says so', async () => {
    const page = await fetch(`${url}/docs`)
    expect(page.status).to.equal(200)
    expect(page.headers.get('content-type')).to.equal('text/html; charset=utf-8')
    expect(page.headers.get('x-content-type-options')).to.equal('nosniff')
    const policy = page.headers.get('content-security-policy')
    expect(policy).to.contain("default-src 'self';img-src 'self' data:;style-src 'self' 'unsafe-inline'")
    expect(policy).not.to.contain('unsafe-eval')
    const html = await page.text()
    expect(html.match(/<script(?! src="\/docs\/[\w.-]+" defer><\/script>)/g)).to.equal(null)
    const loaded = [...html.matchAll(/(?:src|<link[^>]+href)="([^"]+)"/g)].map(([, address]) => address!)
    expect(loaded).to.have.members(files.map(([name]) => `/docs/${name}`))
    expect(html).not.to.match(/\son\w+=/)
  })

  it('serves the files with their types, and not again to whoever has them', async () => {
    for (const [name, type] of files) {
      const file = await fetch(`${url}/docs/${name}`)
      expect(file.status, name).to.equal(200)
      expect(file.headers.get('content-type'), name).to.equal(type)
      expect(file.headers.get('cache-control'), name).to.equal('public, max-age=3600')
      expect((await file.arrayBuffer()).byteLength, name).to.be.greaterThan(100)
      const etag = file.headers.get('etag')!
      const again = await fetch(`${url}/docs/${name}`, { headers: { 'If-None-Match': etag } })
      expect(again.status, name).to.equal(304)
    }
  })

  it('names no address elsewhere that is fetched when it loads', async () => {
    for (const path of ['', '/errors', ...files.map(([name]) => `/${name}`)]) {
      const text = await (await fetch(`${url}/docs${path}`)).text()
      const elsewhere = '(?:https?:)?//'
      for (const pattern of [
        new RegExp(`<script[^>]+src=["']?${elsewhere}`, 'i'),
        new RegExp(`<link[^>]+href=["']?${elsewhere}`, 'i'),
        new RegExp(`@import\\s+(?:url\\()?["']?${elsewhere}`, 'i'),
        new RegExp(`url\\(\\s*["']?${elsewhere}`, 'i'),
        new RegExp(`(?:importScripts|fetch)\\(\\s*["']${elsewhere}`, 'i'),
      ]) {
        expect(pattern.exec(text)?.[0], `${path} ${String(pattern)}`).to.equal(undefined)
      }
    }
    const initializer = await (await fetch(`${url}/docs/initializer.js`)).text()
    expect(initializer).to.contain('validatorUrl: null').and.to.contain("url: '/openapi.json'")
  })

  it('serves nothing else of the folder, nor of any other', async () => {
    for (const path of [
      '/docs/',
      '/docs/package.json',
      '/docs/swagger-ui.js',
      '/docs/swagger-ui.css.map',
      '/docs/..%2fpackage.json',
      '/docs/%2e%2e/package.json',
      '/docs/....//package.json',
      '/docs/constructor',
    ]) {
      const reply = await fetch(`${url}${path}`)
      expect(reply.status, path).to.equal(404)
      expect(await reply.json(), path).to.have.nested.property('error.code', 'ROUTE_NOT_FOUND')
    }
  })

  it('tells every error code, where the type of a problem points to', async () => {
    const problem = await fetch(`${url}/api/v1/books/99`, { headers: { Accept: 'application/problem+json' } })
    const { type } = (await problem.json()) as { readonly type: string }
    const [path, anchor] = type.split('#')
    const page = await (await fetch(`${url}${path!}`)).text()
    expect(page).to.contain(`id="${anchor!}"`)
    for (const [code, { status, meaning }] of Object.entries(errorCodes)) {
      expect(page, code).to.contain(`<tr id="${code}">`).and.to.contain(`<td>${status} `)
      expect(page, code).to.contain(meaning.slice(0, 20))
    }
  })
})
