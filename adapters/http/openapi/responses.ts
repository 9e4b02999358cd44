/** Answers, as the document tells them: the envelope of a success, and both forms of an error. */
import { STATUS_CODES } from 'node:http'
import * as t from 'io-ts'
import { refused } from '../answer.ts'
import type { ErrorKind } from '../answer.ts'
import type { Schema } from '../codecs/codec.ts'
import { errorCodes } from '../error-codes.ts'
import type { ErrorCode } from '../error-codes.ts'
import { isKept } from '../idempotency.ts'
import { PageMeta } from '../list.ts'
import { envelope, problem } from '../present.ts'
import type { Route } from '../routes.ts'
import { withExample } from '../shapes.ts'
import type { Components } from './components.ts'
import { exampleOf, isList } from './shape-kinds.ts'

type Responses = Readonly<Record<string, Schema>>

const header = (description: string, schema: Schema, required = true): Schema => ({
  description,
  required,
  schema,
})
const text: Schema = { type: 'string' }

export const headers = {
  'X-Request-Id': header('The id of the request, in the log too.', text),
  ETag: header('The version of the thing and a hash of what is shown, for If-Match and If-None-Match.', text),
  Location: header('The address of what was made.', text),
  Link: header('RFC 8288: first, prev, next and last page, as relative addresses.', text),
  'X-Total-Count': header('How many there are in all.', { type: 'integer' }),
  'Idempotency-Replayed': header('`true` where the answer is that of an earlier request.', text, false),
}

const headersNamed = (...names: readonly (keyof typeof headers)[]): Schema =>
  Object.fromEntries(names.map(name => [name, { $ref: `#/components/headers/${name}` }]))

const noMeta = withExample(t.strict({}), {})

const picksFields = ({ documentation: { query } }: Route): boolean =>
  'fields' in (query.schema['properties'] as object)

/** A list that is read by pages. */
const isPaged = ({ documentation: { query, data } }: Route): boolean =>
  isList(data) && 'page' in (query.schema['properties'] as object)

/** What the route answers where all went well; 304 where it was known. */
export const successesOf = (route: Route, components: Components): Responses => {
  const { documentation, method } = route
  const { status, tries, tagged } = documentation
  const known = method === 'GET' && tagged
  return {
    ...(tries ? { 200: successOf(route, 200, 'It was tried alone: nothing was made.', components) } : {}),
    [status]: successOf(route, status, status === 201 ? 'It was made.' : 'It went well.', components),
    ...(known
      ? { 304: { description: 'The client has it already.', headers: headersNamed('X-Request-Id', 'ETag') } }
      : {}),
  }
}

const successOf = (
  route: Route,
  status: 200 | 201,
  description: string,
  { ofView, ofPicked }: Components,
): Schema => {
  const { documentation, repeatable } = route
  const { data, tagged } = documentation
  const meta = documentation.meta ?? (isPaged(route) ? PageMeta : noMeta)
  return {
    description,
    headers: headersNamed(
      'X-Request-Id',
      ...(tagged ? (['ETag'] as const) : []),
      ...(status === 201 ? (['Location'] as const) : []),
      ...(isPaged(route) ? (['Link', 'X-Total-Count'] as const) : []),
      ...(repeatable === 'freely' ? [] : (['Idempotency-Replayed'] as const)),
    ),
    content: {
      'application/json': {
        schema: closed({
          success: { type: 'boolean', const: true },
          message: text,
          data: picksFields(route) ? ofPicked(data) : ofView(data),
          meta: ofView(meta),
        }),
        example: { success: true, message: 'Done', data: exampleOf(data), meta: exampleOf(meta) },
      },
    },
  }
}

const closed = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

/**
 * One response for each status.
 * @param replayable where a refusal is kept under an Idempotency-Key, and told again
 */
export const refusalsOf = (
  kinds: readonly ErrorKind[],
  components: Components,
  replayable = false,
): Responses => {
  const statuses = [...new Set(kinds.map(({ status }) => status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map(status => {
      const alike = kinds.filter(kind => kind.status === status)
      return [String(status), refusalOf(status, alike, components, replayable && isKept(status))]
    }),
  )
}

const refusalOf = (
  status: number,
  kinds: readonly ErrorKind[],
  { ofView }: Components,
  replayable: boolean,
): Schema => {
  const codes = [...new Set(kinds.map(({ code }) => code))]
  const groups = byDetails(kinds, ofView)
  return {
    description: codes.map(code => `\`${code}\`: ${errorCodes[code].meaning}`).join('\n\n'),
    'x-codes': codes,
    headers: {
      ...headersNamed('X-Request-Id', ...(replayable ? (['Idempotency-Replayed'] as const) : [])),
      ...headersOf(kinds),
    },
    content: {
      'application/json': {
        schema: closed({
          success: { type: 'boolean', const: false },
          error: eitherOf(groups, ({ code, details }) => ({
            message: text,
            code: { type: 'string', enum: code },
            details,
            status_code: { type: 'integer', const: status },
          })),
        }),
        examples: examplesOf(kinds, kind => envelope(refused(kind.example))),
      },
      'application/problem+json': {
        schema: eitherOf(groups, ({ code, details }) => ({
          type: { type: 'string', enum: code.map(one => `/docs/errors#${one}`) },
          title: { type: 'string', const: STATUS_CODES[status] },
          status: { type: 'integer', const: status },
          detail: text,
          instance: text,
          code: { type: 'string', enum: code },
          details,
        })),
        examples: examplesOf(kinds, kind => problem(refused(kind.example), '/api/v1/books/4711')),
      },
    },
  }
}

/** Codes whose `details` are alike. */
interface Group {
  readonly code: readonly ErrorCode[]
  readonly details: Schema
}

const byDetails = (kinds: readonly ErrorKind[], ofView: Components['ofView']): readonly Group[] => {
  const groups = new Map<string, Group>()
  for (const kind of kinds) {
    const details = ofView(kind.details)
    const name = JSON.stringify(details)
    const code = [...new Set([...(groups.get(name)?.code ?? []), kind.code])]
    groups.set(name, { code, details })
  }
  return [...groups.values()]
}

const eitherOf = (
  groups: readonly Group[],
  describe: (group: Group) => Readonly<Record<string, Schema>>,
): Schema => {
  const [only, ...more] = groups.map(group => closed(describe(group)))
  return only !== undefined && more.length === 0 ? only : { anyOf: [only, ...more] }
}

/** Required where every one of the errors brings it. */
const headersOf = (kinds: readonly ErrorKind[]): Schema => {
  const each = kinds.map(({ example }) => Object.keys(refused(example).headers))
  return Object.fromEntries(
    [...new Set(each.flat())].map(name => [
      name,
      header(
        meanings[name] ?? name,
        text,
        each.every(names => names.includes(name)),
      ),
    ]),
  )
}

const meanings: Readonly<Record<string, string>> = {
  'WWW-Authenticate': 'RFC 6750: a bearer token is asked for.',
  Allow: 'The methods that the address knows.',
  Accept: 'The media type that bodies have.',
  'Accept-Encoding': 'How bodies may be encoded.',
  'Retry-After': 'In how many seconds it may be tried again.',
}

const examplesOf = (kinds: readonly ErrorKind[], show: (kind: ErrorKind) => unknown): Schema =>
  Object.fromEntries(
    kinds.map(kind => [kind.name, { summary: errorCodes[kind.code].meaning, value: show(kind) }]),
  )
