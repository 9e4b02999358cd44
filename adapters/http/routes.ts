/** A route is a value: what it needs, what it takes, what it shows. Without a permission it is not mounted (AUT-3). */
import type * as t from 'io-ts'
import type { Act } from '../../core/identity/actor.ts'
import { permissions } from '../../core/identity/permissions.ts'
import type { Permission } from '../../core/identity/permissions.ts'
import type { Authenticated } from '../../core/identity/use-cases/authenticate.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import type { Resource } from '../../core/shared/refusal.ts'
import type { ApiError } from './answer.ts'
import type { Answer } from './success.ts'
import type { AnyCodec, Codec } from './codecs/codec.ts'
import { record } from './codecs/record.ts'
import { decodeBody, decodeId, decodeQuery } from './decode.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What was asked for, as it came. */
export interface Address {
  readonly path: string
  readonly query: URLSearchParams
}

/** Who calls, and where: known before anything is decoded. */
export interface Caller {
  readonly act: Act
  /** null for somebody without a token. */
  readonly session: Authenticated | null
  readonly address: Address
}

export interface Call<Query, Body> extends Caller {
  /** The one in the path; 0 for a path without. */
  readonly id: number
  /** The one in the path, as it was written; empty for a path without. */
  readonly name: string
  readonly query: Query
  readonly body: Body
}

export interface Definition<Query, Body> {
  readonly method: Method
  /** Below /api/v1; `{id}` is an id, `{name}` a name. */
  readonly path: string
  readonly permission: Permission
  /** What the id in the path names. */
  readonly names?: Resource
  readonly query?: Codec<Query>
  readonly body?: { readonly codec: Codec<Body>; readonly required: boolean }
  /** For the documents: what it does, and what `data` holds. */
  readonly summary: string
  readonly data: t.Mixed
  readonly handle: (call: Call<Query, Body>) => TaskEither<ApiError, Answer>
}

/** A route whose types lie inside: input that is not decoded goes in, an answer comes out. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly permission: Permission
  readonly takesBody: boolean
  readonly documentation: {
    readonly summary: string
    readonly query: AnyCodec
    readonly body: AnyCodec | null
    readonly data: t.Mixed
  }
  /** @param named what stands for `{id}` or `{name}` in the path */
  readonly answer: (caller: Caller, named: string, body: unknown) => TaskEither<ApiError, Answer>
}

/** Nothing has a longer one; what a client sends is told back to him no further. */
const longestName = 100

const noParameters = record('NoParameters', {}, {}, 'UNKNOWN_PARAMETER') as Codec<object>

export const route = <Query = object, Body = undefined>(definition: Definition<Query, Body>): Route => {
  const { method, path, permission, summary, data, names, body, handle } = definition
  const query = (definition.query ?? noParameters) as Codec<Query>
  return {
    method,
    path,
    permission,
    takesBody: body !== undefined,
    documentation: { summary, query, body: body?.codec ?? null, data },
    answer: (caller, named, sent) =>
      pipe(
        TE.Do,
        TE.bindW('query', () => TE.fromEither(decodeQuery(query, caller.address.query))),
        TE.bindW('body', () => TE.fromEither(bodyOf(body, sent))),
        TE.bindW('id', () => (names === undefined ? TE.right(0) : TE.fromEither(decodeId(names, named)))),
        TE.bindW('name', () => TE.right(path.includes('{name}') ? named.slice(0, longestName) : '')),
        TE.flatMap((input): TaskEither<ApiError, Answer> => handle({ ...caller, ...input })),
      ),
  }
}

/** A route without a body looks at none. */
const bodyOf = <Body>(body: Definition<unknown, Body>['body'], sent: unknown): Either<ApiError, Body> =>
  body === undefined ? E.right(undefined as Body) : decodeBody(body.codec, sent, body.required)

/** `PATCH` is the same as `PUT`: fields left out stay. */
export const changing = <Query = object, Body = undefined>(
  definition: Omit<Definition<Query, Body>, 'method'>,
): readonly Route[] => [route({ ...definition, method: 'PUT' }), route({ ...definition, method: 'PATCH' })]

/** @throws for a route that declares no permission of the table, and for one that is there twice */
export const declared = (routes: readonly Route[]): readonly Route[] => {
  const seen = new Set<string>()
  for (const { method, path, permission } of routes) {
    const name = `${method} ${path}`
    if (!permissions.includes(permission)) throw new Error(`${name} declares no permission of the table`)
    if (seen.has(name)) throw new Error(`${name} is there twice`)
    seen.add(name)
  }
  return routes
}
