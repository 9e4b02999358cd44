/** A client that holds every answer against what the API promises of all of them. */
import { expect } from 'chai'
import * as t from 'io-ts'
import { api } from '../../../adapters/http/api.ts'
import { VerdictView } from '../../../adapters/http/circulation/verdict-view.ts'
import type { Route } from '../../../adapters/http/routes.ts'
import { E } from '../../../core/shared/fp.ts'
import type { RunningApi } from './start-api.ts'

/** The parts of the envelope are undefined where the answer has none. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
  readonly data: unknown
  readonly meta: unknown
  readonly error: { readonly code: string; readonly message: string; readonly details: unknown } | undefined
}

export interface Wish {
  readonly token?: string | undefined
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** The paths are below /api/v1. */
export type Client = (method: string, path: string, wish?: Wish) => Promise<Reply>

export const clientOf = (running: RunningApi): Client => {
  const routes = api(running.deps)
  return async (method, path, { token, body, raw, headers = {} } = {}) => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(`${running.url}${path.startsWith('/health') ? '' : '/api/v1'}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(sent === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent as string }),
    })
    const text = await response.text()
    const json = (text === '' ? {} : JSON.parse(text)) as Partial<Pick<Reply, 'data' | 'meta' | 'error'>>
    const reply: Reply = {
      status: response.status,
      headers: response.headers,
      text,
      json,
      data: json.data,
      meta: json.meta,
      error: json.error,
    }
    expect(reply.headers.get('x-request-id'), 'X-Request-Id').to.match(/^[\w.-]{1,64}$/)
    if (text !== '' && !path.startsWith('/health')) keepsTheContract(reply, routes, method, path)
    return reply
  }
}

const keepsTheContract = (reply: Reply, routes: readonly Route[], method: string, path: string): void => {
  if (reply.headers.get('content-type')?.startsWith('application/problem+json') === true) return
  expect(reply.headers.get('content-type')).to.equal('application/json; charset=utf-8')
  if (reply.status >= 400) {
    expect(Object.keys(reply.json as object)).to.have.members(['success', 'error'])
    expect(reply.json).to.have.property('success', false)
    expect(Object.keys(reply.error as object)).to.have.members(['message', 'code', 'details', 'status_code'])
    expect(reply.error).to.have.property('status_code', reply.status)
    expect(isAsPromised(reply.status, reply.error!.code, reply.error!.details), reply.text).to.equal(true)
    return
  }
  expect(Object.keys(reply.json as object)).to.have.members(['success', 'message', 'data', 'meta'])
  expect(reply.json).to.have.property('success', true)
  if (/[?&](fields|include)=/.test(path)) return
  const route = routeOf(routes, method, path)
  const decoded = route!.documentation.data.decode(reply.data)
  expect(
    E.isRight(decoded),
    `${method} ${path} shows ${reply.text}, which is no ${route!.documentation.data.name}`,
  ).to.equal(true)
  // A strict shape drops what it does not know.
  if (E.isRight(decoded)) expect(decoded.right).to.deep.equal(reply.data)
}

const Faults = t.array(t.strict({ field: t.string, code: t.string, message: t.string }))
const Verdicts = t.array(VerdictView)
const Missing = t.strict({ resource: t.string, id: t.union([t.number, t.string]) })

/** Faults, failed rules, what is not there, else an object or null. */
const isAsPromised = (status: number, code: string, details: unknown): boolean => {
  if (code === 'MALFORMED_JSON') return details === null || Faults.is(details)
  if (status === 400) return Faults.is(details)
  if (code.endsWith('_REFUSED') || code.endsWith('_AVAILABLE')) return Verdicts.is(details)
  return code === 'NOT_FOUND' ? Missing.is(details) : typeof details === 'object' && !Array.isArray(details)
}

const routeOf = (routes: readonly Route[], method: string, path: string): Route | undefined =>
  routes.find(
    route =>
      route.method === (method === 'HEAD' ? 'GET' : method) &&
      new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path.split('?')[0]!),
  )

/** The id of what was answered. */
export const idOf = ({ data, text }: Reply): number => {
  expect(data, text).to.have.property('id').that.is.a('number')
  return (data as { readonly id: number }).id
}

/** The rows of a list. */
export const rowsOf = ({ data, text }: Reply): readonly Readonly<Record<string, unknown>>[] => {
  expect(data, text).to.be.an('array')
  return data as readonly Readonly<Record<string, unknown>>[]
}

export const expectRefusal = (reply: Reply, status: number, code: string, details?: unknown): void => {
  expect({ status: reply.status, code: reply.error?.code }, reply.text).to.deep.equal({ status, code })
  if (details !== undefined) expect(reply.error?.details).to.deep.equal(details)
}

/** A 400 that names these faults, as `field CODE`, and no others. */
export const expectFaults = (reply: Reply, ...faults: readonly string[]): void => {
  expectRefusal(reply, 400, 'VALIDATION_FAILED')
  expect(namesOf(reply.error?.details)).to.have.members(faults)
}

export const namesOf = (details: unknown): readonly string[] =>
  (details as readonly { readonly field: string; readonly code: string }[]).map(
    ({ field, code }) => `${field} ${code}`,
  )

/** The rules that a refusal names. */
export const rulesOf = ({ error }: Reply): readonly string[] =>
  (error?.details as readonly { readonly rule: string }[]).map(({ rule }) => rule)
