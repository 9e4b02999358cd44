/** The simple API over any storage, in a library that has nothing but a branch. Closed when the test ends. */
import { TE } from '../../../core/shared/fp.ts'
import { expect } from 'chai'
import type { SimpleDeps } from '../../../adapters/simple-http/deps.ts'
import { simpleApi } from '../../../adapters/simple-http/simple-api.ts'
import { createFirstBranch } from '../../../app/first-branch.ts'
import type { Persistence } from '../../../app/persistence.ts'
import { putOnShelf } from '../../../core/circulation/use-cases/put-on-shelf.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { backends } from '../../support/backends.ts'
import type { Backend } from '../../support/backends.ts'
import { startApi } from './start-api.ts'
import type { RunningApi } from './start-api.ts'

export interface SimpleReply {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
  readonly error: { readonly code: string; readonly message: string; readonly details: unknown } | undefined
}

export interface SimpleWorld {
  readonly api: RunningApi
  readonly persistence: Persistence
  /** The path is the whole one; a string is sent as it is, anything else as JSON. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<SimpleReply>
  readonly minutes: (count: number) => void
}

const open: (() => Promise<void>)[] = []

/** For `afterEach`. */
export const closeSimple = async (): Promise<void> => {
  for (const close of open.splice(0).reverse()) await close()
}

const [memory] = backends

/** @param change replaces parts of what the adapter is given */
export const aSimpleWorld = async (
  backend: Backend = memory!,
  change: (deps: SimpleDeps) => SimpleDeps = deps => deps,
): Promise<SimpleWorld> => {
  let now = Date.parse('2026-11-21T10:00:00Z')
  const clock = { now: () => instant(now) }
  const persistence = await backend.open(clock.now)
  open.push(persistence.destroy)
  let names = 0
  const api = await startApi(persistence, {
    clock,
    beside: ({ catalogue, circulation, members }) => [
      simpleApi(
        change({
          books: catalogue.queries,
          putOnShelf: putOnShelf({ work: persistence.work, branches: persistence.queries.branches, clock }),
          registerMember: members.registerMember,
          checkOut: circulation.checkOut,
          returnLoan: circulation.returnLoan,
          listMemberLoans: circulation.listMemberLoans,
          keepTime: TE.right(undefined),
          newUsername: () => {
            names += 1
            return `kiosk-${String(names)}`
          },
        }),
      ),
    ],
  })
  open.push(api.close)
  await createFirstBranch(api.deps.branches)
  return { api, persistence, call: clientOf(api), minutes: count => void (now += count * 60_000) }
}

const clientOf =
  ({ url }: RunningApi): SimpleWorld['call'] =>
  async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json: unknown = text === '' ? undefined : JSON.parse(text)
    const { error } = (json ?? {}) as Partial<Pick<SimpleReply, 'error'>>
    expect(response.headers.get('x-request-id'), 'X-Request-Id').to.match(/^[\w.-]{1,64}$/)
    if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) {
      if (text !== '')
        expect(response.headers.get('content-type')).to.equal('application/json; charset=utf-8')
      if (response.status >= 400) isEnvelope(json, response.status)
    }
    return { status: response.status, headers: response.headers, json, error }
  }

/** The form of API-1. */
const isEnvelope = (json: unknown, status: number): void => {
  expect(json).to.have.all.keys('success', 'error')
  expect(json).to.have.property('success', false)
  expect(json).to.have.property('error').with.all.keys('message', 'code', 'details', 'status_code')
  expect(json).to.have.nested.property('error.status_code', status)
}

export const expectError = (reply: SimpleReply, status: number, code: string, details?: unknown): void => {
  expect({ status: reply.status, code: reply.error?.code }, JSON.stringify(reply.json)).to.deep.equal({
    status,
    code,
  })
  if (details !== undefined) expect(reply.error?.details).to.deep.equal(details)
}
