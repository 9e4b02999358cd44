/** The OpenAPI document: made of the very routes that are mounted, their codecs and their views. */
import type * as t from 'io-ts'
import { errorKinds } from '../answer.ts'
import type { ErrorKind } from '../answer.ts'
import type { Schema } from '../codecs/codec.ts'
import type { Product } from '../deps.ts'
import { LiveView, ReadyView } from '../health.ts'
import type { Route } from '../routes.ts'
import { components } from './components.ts'
import type { Components } from './components.ts'
import { operationIdOf, operationOf, parameters } from './operation.ts'
import { headers, refusalsOf } from './responses.ts'
import { exampleOf } from './shape-kinds.ts'
import { operationsTag, tags } from './tags.ts'

export interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>
  readonly [other: string]: unknown
}

export const documentOf = ({ version, license }: Product, routes: readonly Route[]): OpenApi => {
  const parts = components()
  const shared = sharedResponses()
  const paths: Record<string, Record<string, Schema>> = outside(parts)
  for (const route of routes) {
    const operation = operationOf(route, parts)
    const at = (paths[`/api/v1${route.path}`] ??= {})
    at[route.method.toLowerCase()] = {
      ...operation,
      responses: shared.refer(operation['responses'] as Readonly<Record<string, Schema>>),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Library',
      version,
      summary: 'A public library with several branches: catalogue, members, lending, reservations and fines.',
      description: introduction,
      license: { name: license, identifier: license },
    },
    servers: [{ url: '/', description: 'Where this document came from.' }],
    tags,
    paths,
    components: {
      schemas: parts.schemas,
      responses: shared.responses,
      parameters,
      headers,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'PASETO v4.public',
          description: 'The access_token of `POST /api/v1/auth/login`.',
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-API-Key',
          description:
            'For other systems: a key of `POST /api/v1/api-keys` that has the permission of the route (`x-permission`) among its scopes.',
        },
      },
    },
    // No operation of any path: what is answered where no route was met.
    'x-unrouted': refusalsOf(ofTypes('RouteNotFound', 'MethodNotAllowed', 'MalformedRequest'), parts),
  }
}

const ofTypes = (...types: readonly ErrorKind['type'][]): readonly ErrorKind[] =>
  errorKinds.filter(({ type }) => types.includes(type))

const introduction = `Every success is \`{"success": true, "message", "data", "meta"}\`, every error
\`{"success": false, "error": {"message", "code", "details", "status_code"}}\`, or RFC 9457 where \`Accept\` names
\`application/problem+json\`. All codes are told at [/docs/errors](/docs/errors).

Log in with \`POST /api/v1/auth/login\` and send the \`access_token\` as \`Authorization: Bearer …\`. Another system
sends the key that the administrator gave it, as \`X-API-Key\`; never both.

Lists are read by \`page\` and \`limit\`, or by \`cursor\`. \`If-Match\` keeps an update from being lost, \`Idempotency-Key\` a
request from being done twice. HEAD is answered as GET without a body, OPTIONS with \`Allow\`. An address that is not here
is 404 ROUTE_NOT_FOUND, a method that is not 405 METHOD_NOT_ALLOWED.`

interface Shared {
  readonly responses: Record<string, Schema>
  /** The errors among the responses of an operation, by reference. */
  readonly refer: (responses: Readonly<Record<string, Schema>>) => Readonly<Record<string, Schema>>
}

/** Many routes refuse alike: each way is told once, by a name of its status and its errors. */
const sharedResponses = (): Shared => {
  const responses: Record<string, Schema> = {}
  return {
    responses,
    refer: all =>
      Object.fromEntries(
        Object.entries(all).map(([status, response]) => {
          if (Number(status) < 400) return [status, response]
          const name = nameOf(status, response)
          responses[name] = response
          return [status, { $ref: `#/components/responses/${name}` }]
        }),
      ),
  }
}

const nameOf = (status: string, response: Schema): string => {
  const { 'application/json': json } = response['content'] as Readonly<Record<string, Schema>>
  const kept = 'Idempotency-Replayed' in (response['headers'] as object) ? ['replayable'] : []
  return [status, ...Object.keys(json?.['examples'] as object), ...kept].join('-')
}

/** What is answered outside of the API's envelope. */
const outside = (parts: Components): Record<string, Record<string, Schema>> => {
  const said = (view: t.Mixed, example = exampleOf(view)) => ({
    headers: requestId,
    content: { 'application/json': { schema: parts.ofView(view), example } },
  })
  const bug = refusalsOf(ofTypes('Bug'), parts)
  const about = (path: string, summary: string, responses: Schema) => ({
    [path]: {
      get: {
        operationId: operationIdOf('get', path),
        summary,
        tags: [operationsTag],
        security: [],
        parameters: [{ $ref: '#/components/parameters/X-Request-Id' }],
        responses: { ...responses, ...bug },
      },
    },
  })
  return {
    ...about('/health/live', 'Tell that the process runs', {
      200: { description: 'It runs.', ...said(LiveView) },
    }),
    ...about('/health/ready', 'Tell whether everything that is needed answers', {
      200: { description: 'It can serve.', ...said(ReadyView) },
      503: {
        description: 'It cannot serve now; what does not answer is named.',
        ...said(ReadyView, { status: 'down', dependencies: { storage: 'down' } }),
        headers: { ...requestId, 'Retry-After': { required: true, ...retryAfter } },
      },
    }),
    ...about('/openapi.json', 'Show this document', {
      200: {
        description: 'The document.',
        headers: { ...requestId, ETag: { $ref: '#/components/headers/ETag' } },
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      304: {
        description: 'The client has it already.',
        headers: { ...requestId, ETag: { $ref: '#/components/headers/ETag' } },
      },
    }),
  }
}

const retryAfter = {
  description: 'In how many seconds it may be tried again.',
  schema: { type: 'string' },
}

const requestId = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } }
