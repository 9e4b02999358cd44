/** A client that holds every answer against what the API promises of all of them. */
import { expect } from 'chai'
import { contractOf } from './contract.ts'
import type { Contract } from './contract.ts'
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
  let keepsTheContract: Contract | undefined
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
    keepsTheContract ??= contractOf(running.routes)
    const { pathname, searchParams } = new URL(response.url)
    keepsTheContract(method, pathname, {
      ...reply,
      sent: raw === undefined ? body : undefined,
      query: searchParams,
    })
    return reply
  }
}

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
