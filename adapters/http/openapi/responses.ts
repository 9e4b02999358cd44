/** Answers, as the document tells them: the envelope of a success, and both forms of an error. */
import { STATUS_CODES } from 'node:http'
import * as t from 'io-ts'
import { refused } from '../answer.ts'
import type { ErrorKind } from '../answer.ts'
import type { Schema } from '../codecs/codec.ts'
import { errorCodes } from '../error-codes.ts'
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

export const picksFields = ({ documentation: { query } }: Route): boolean =>
  'fields' in (query.schema['properties'] as object)

/** A list that is read by pages. */
const isPaged = ({ documentation: { query, data } }: Route): boolean =>
  isList(data) && 'page' in (query.schema['properties'] as object)

/** What the route answers where all went well; 304 where it was known. */
export const successesOf = (route: Route, { ofView, ofPicked }: Components): Responses => {
  const { documentation, repeatable, method } = route
  const { status, data, tagged } = documentation
  const meta = documentation.meta ?? (isPaged(route) ? PageMeta : noMeta)
  const known = method === 'GET' && tagged
  return {
    [status]: {
      description: status === 201 ? 'It was made.' : 'It went well.',
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
          example: { success: true, message: 'OK', data: exampleOf(data), meta: exampleOf(meta) },
        },
      },
    },
    ...(known
      ? { 304: { description: 'The client has it already.', headers: headersNamed('X-Request-Id', 'ETag') } }
      : {}),
  }
}

const closed = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

/** One response for each status. */
export const refusalsOf = (kinds: readonly ErrorKind[], components: Components): Responses => {
  const statuses = [...new Set(kinds.map(({ status }) => status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map(status => [
      String(status),
      refusalOf(
        status,
        kinds.filter(kind => kind.status === status),
        components,
      ),
    ]),
  )
}

const refusalOf = (status: number, kinds: readonly ErrorKind[], { ofView }: Components): Schema => {
  const codes = [...new Set(kinds.map(({ code }) => code))]
  const details = kinds.map(kind => ({
    properties: { code: { const: kind.code }, details: ofView(kind.details) },
    required: ['code', 'details'],
  }))
  const distinct = [...new Map(details.map(one => [JSON.stringify(one), one])).values()]
  const said: Schema = {
    message: text,
    code: { type: 'string', enum: codes },
    details: {},
    status_code: { type: 'integer', const: status },
  }
  return {
    description: codes.map(code => `\`${code}\`: ${errorCodes[code].meaning}`).join('\n\n'),
    headers: { ...headersNamed('X-Request-Id'), ...headersOf(kinds) },
    content: {
      'application/json': {
        schema: closed({
          success: { type: 'boolean', const: false },
          error: { ...closed(said as Readonly<Record<string, Schema>>), anyOf: distinct },
        }),
        examples: examplesOf(kinds, kind => envelope(refused(kind.example))),
      },
      'application/problem+json': {
        schema: {
          ...closed({
            type: { type: 'string', enum: codes.map(code => `/docs/errors#${code}`) },
            title: { type: 'string', const: STATUS_CODES[status] },
            status: { type: 'integer', const: status },
            detail: text,
            instance: text,
            code: { type: 'string', enum: codes },
            details: {},
          }),
          anyOf: distinct,
        },
        examples: examplesOf(kinds, kind => problem(refused(kind.example), '/api/v1/books/4711')),
      },
    },
  }
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
