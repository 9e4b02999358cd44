/** A route as the document tells it. */
import { grantsOf, isScope } from '../../../core/identity/permissions.ts'
import type { Permission, Reach } from '../../../core/identity/permissions.ts'
import type { Schema } from '../codecs/codec.ts'
import type { Route } from '../routes.ts'
import type { Components } from './components.ts'
import { errorsOf, isOpen, looksAtToken } from './errors-of-route.ts'
import { refusalsOf, successesOf } from './responses.ts'
import { tagOf } from './tags.ts'

/** `getBooksByIdCopies` */
export const operationIdOf = (method: string, path: string): string =>
  [
    method.toLowerCase(),
    ...path
      .replace(/\{(\w+)\}/g, 'by-$1')
      .split(/[^A-Za-z0-9]+/)
      .filter(word => word !== '')
      .map(word => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join('')

export const operationOf = (route: Route, components: Components): Schema => {
  const { method, path, permission, documentation } = route
  const { summary, body } = documentation
  return {
    operationId: operationIdOf(method, path),
    summary,
    description: whoHas(permission),
    tags: [tagOf(permission)],
    'x-permission': permission,
    security: securityOf(route),
    parameters: [...inPath(route), ...inQuery(route), ...inHeader(route)],
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: body.required,
            content: {
              'application/json': {
                schema: components.ofBody(body.codec.schema),
                example: exampleOfBody(body.codec.schema),
              },
            },
          },
        }),
    responses: {
      ...successesOf(route, components),
      ...refusalsOf(errorsOf(route), components, route.repeatable !== 'freely'),
    },
  }
}

/** @throws for a body of which nobody gave an example */
const exampleOfBody = ({ title, examples }: Schema): unknown => {
  if (!Array.isArray(examples)) throw new Error(`${String(title)} has no example: see exampled`)
  return (examples as readonly unknown[])[0]
}

/** Nobody is asked for a token that he need not have; one that came along is looked at all the same. */
const securityOf = (route: Route): readonly Schema[] => {
  if (!looksAtToken(route)) return []
  return [
    ...(isOpen(route) ? [{}] : []),
    { bearer: [] },
    ...(isScope(route.permission) ? [{ apiKey: [] }] : []),
  ]
}

const reaches: Readonly<Record<Reach, string>> = {
  any: '',
  own: ' (his own)',
  branch: ' (at his branch)',
  own_or_branch: ' (his own, and at his branch)',
}

const whoHas = (permission: Permission): string => {
  // The kiosk is an actor of the simple API.
  const { anonymous, kiosk: _kiosk, ...roles } = grantsOf(permission)
  const holders = Object.entries(roles).map(([role, reach]) => `${role}${reaches[reach]}`)
  return `Permission \`${permission}\`: ${anonymous === undefined ? holders.join(', ') : 'everybody, without a login too'}.`
}

const inPath = ({ path, documentation: { names, part } }: Route): readonly Schema[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name], index) => {
    const named = index === 0 ? names : part
    return {
      name,
      in: 'path',
      required: true,
      description: named === null ? 'Its name.' : `The id of the ${named}.`,
      schema: named === null ? { type: 'string' } : { type: 'integer', minimum: 1 },
    }
  })

/** @throws for a parameter of which nobody said what it is for */
const inQuery = ({ method, path, documentation: { query } }: Route): readonly Schema[] => {
  const required = query.schema['required'] as readonly string[]
  return Object.entries(query.schema['properties'] as Readonly<Record<string, Schema>>).map(
    ([name, { description, ...schema }]) => {
      if (description === undefined)
        throw new Error(`${method} ${path}: ${name} has no description: see described`)
      return { name, in: 'query', required: required.includes(name), description, schema }
    },
  )
}

const parameter = (name: keyof typeof parameters): Schema => ({ $ref: `#/components/parameters/${name}` })

const inHeader = ({ method, repeatable, documentation: { tagged, conditional } }: Route) => [
  ...(repeatable === 'freely' ? [] : [parameter('Idempotency-Key')]),
  ...(conditional ? [parameter('If-Match')] : []),
  ...(method === 'GET' && tagged ? [parameter('If-None-Match')] : []),
  parameter('X-Request-Id'),
]

/** Headers that many routes look at. */
export const parameters = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'The request takes effect once, however often it is sent: a retry within 24 hours gets the first answer.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of the version that is meant to be changed; `*` for whatever is there.',
    schema: { type: 'string' },
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'The ETag of what the client has: 304 where that is still so.',
    schema: { type: 'string' },
  },
  'X-Request-Id': {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description: 'An id of the client’s own, 1 to 64 letters, digits, dots, dashes or underscores.',
    schema: { type: 'string' },
  },
} as const
