/** Every answer, held against the OpenAPI document: its status, its headers, its body. */
import { expect } from 'chai'
import { api } from '../../../adapters/http/api.ts'
import { documentOf } from '../../../adapters/http/openapi/document.ts'
import type { OpenApi } from '../../../adapters/http/openapi/document.ts'
import type { Route } from '../../../adapters/http/routes.ts'
import { aProduct, nothing } from './nothing.ts'
import { schemasOf } from './schemas.ts'

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
  /** The body that was sent, where it was JSON. */
  readonly sent?: unknown
  readonly query?: URLSearchParams
}

interface Parameter {
  readonly name?: string
  readonly in?: string
  readonly schema?: { readonly type?: string }
}

/** As a client would read it that has the schema. */
const valueOf = (text: string, { type }: { readonly type?: string }): unknown => {
  if (type === 'integer') return Number(text)
  return type === 'boolean' ? text === 'true' : text
}

/** `path` is whole, without the query. */
export type Contract = (method: string, path: string, answered: Answered) => void

let standard: Contract | undefined

/** Of the product's routes, or of a test's own. */
export const contractOf = (routes: readonly Route[] | null): Contract =>
  routes === null
    ? (standard ??= contractBy(documentOf(aProduct, api(nothing))))
    : contractBy(documentOf(aProduct, routes))

interface Response {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly $ref?: string }>>
  readonly content?: Readonly<Record<string, unknown>>
}

/** Headers that say something of one answer: none of them comes undocumented. */
const telling = [
  'etag',
  'location',
  'link',
  'x-total-count',
  'idempotency-replayed',
  'retry-after',
  'www-authenticate',
  'allow',
  'accept',
]

const contractBy = (document: OpenApi): Contract => {
  const { faultsOf } = schemasOf(document)
  const templates = Object.keys(document.paths)
    .map(template => ({ template, pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`) }))
    // `/borrowings/overdue` before `/borrowings/{id}`
    .sort((a, b) => Number(a.template.includes('{')) - Number(b.template.includes('{')))

  /** Where the document tells of this answer. */
  const placeOf = (method: string, path: string, status: number): readonly string[] => {
    const template = templates.find(({ pattern }) => pattern.test(path))?.template
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    const operation = template === undefined ? undefined : document.paths[template]![verb]
    if (operation === undefined) return ['x-unrouted', String(status)]
    const response = (operation['responses'] as Record<string, { $ref?: string }>)[status]
    return response?.$ref?.slice(2).split('/') ?? ['paths', template!, verb, 'responses', String(status)]
  }

  const at = (place: readonly string[]): unknown =>
    place.reduce<unknown>((within, part) => (within as Record<string, unknown> | undefined)?.[part], document)

  const requiredOf = ({ $ref, required }: { required?: boolean; $ref?: string }): boolean =>
    ($ref === undefined ? required : (at($ref.slice(2).split('/')) as { required?: boolean }).required) ===
    true

  /** What the API takes, the document allows: the body, and each parameter of the query. */
  const allows = (method: string, path: string, { sent, query }: Answered): void => {
    const template = templates.find(({ pattern }) => pattern.test(path))?.template
    const place = ['paths', template!, method === 'HEAD' ? 'get' : method.toLowerCase()]
    const body = [...place, 'requestBody']
    if (sent !== undefined && at(body) !== undefined) {
      const faults = faultsOf([...body, 'content', 'application/json', 'schema'], sent)
      expect(faults, `${method} ${path} took ${JSON.stringify(sent)}`).to.equal(null)
    }
    const parameters = at([...place, 'parameters']) as readonly Parameter[]
    for (const [name, text] of query ?? []) {
      const index = parameters.findIndex(one => one.in === 'query' && one.name === name)
      expect(index, `${method} ${path} took ${name}, which is not told`).to.be.at.least(0)
      const value = valueOf(text, parameters[index]!.schema!)
      const faults = faultsOf([...place, 'parameters', String(index), 'schema'], value)
      expect(faults, `${method} ${path} took ${name}=${text}`).to.equal(null)
    }
  }

  return (method, path, answered) => {
    const { status, headers, text, json } = answered
    if (method === 'OPTIONS' && status === 204) return
    const name = `${method} ${path} ${status} ${text}`
    const place = placeOf(method, path, status)
    const response = at(place) as Response | undefined
    expect(response, `${name} is not documented`).to.be.an('object')
    const documented = response?.headers ?? {}
    for (const [header, described] of Object.entries(documented)) {
      if (requiredOf(described)) expect(headers.get(header), `${name}: ${header}`).to.be.a('string')
    }
    const names = Object.keys(documented).map(header => header.toLowerCase())
    expect(names, name).to.include.members(telling.filter(header => headers.has(header)))
    if (status < 300) allows(method, path, answered)
    if (text === '') {
      expect(method === 'HEAD' || response?.content === undefined, `${name}: a body is documented`).to.equal(
        true,
      )
      return
    }
    const type = headers.get('content-type')
    expect(type, name).to.be.oneOf(['application/json; charset=utf-8', 'application/problem+json'])
    const form = type!.split(';')[0]!
    expect(Object.keys(response?.content ?? {}), name).to.include(form)
    expect(faultsOf([...place, 'content', form, 'schema'], json), name).to.equal(null)
  }
}
