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
import type { Perform } from './perform.ts'
import type { Reply } from './present.ts'
import type { HttpRefusal } from './refusals.ts'
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
  /** He said which version he means to change (If-Match). */
  readonly conditional: boolean
}

export interface Call<Query, Body> extends Caller {
  /** The one in the path; 0 for a path without. */
  readonly id: number
  /** The one in the path, as it was written; empty for a path without. */
  readonly name: string
  readonly query: Query
  readonly body: Body
}

interface Described<Query, Body> {
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
}

/** A route that changes nothing. */
export interface Reading<Query, Body> extends Described<Query, Body> {
  readonly method: 'GET'
  readonly handle: (call: Call<Query, Body>) => TaskEither<ApiError, Answer>
}

/**
 * What an `Idempotency-Key` is to a route. `once`: the request takes effect once; its act commits one unit of work, and gives
 * what that gave. `in_steps`: the act commits several (a batch), each of which does no harm when it is done again; a
 * crash between two leaves the rest to the retry. `freely`: it is not looked at.
 */
export type Repeatable = 'once' | 'in_steps' | 'freely'

/** A route that changes something: it acts, then shows what came of it. */
export interface Acting<Query, Body, Result> extends Described<Query, Body> {
  readonly method: Exclude<Method, 'GET'>
  /** Without If-Match it is 428. */
  readonly versionRequired?: boolean
  /** Left out it is `once` for a POST and `freely` for anything else, and for all below /auth. */
  readonly repeatable?: Repeatable
  readonly act: (call: Call<Query, Body>) => TaskEither<ApiError, Result>
  /** Of nothing but the result: it may be asked for before the act is committed. */
  readonly show: (result: Result, call: Call<Query, Body>) => Answer
}

/** A route whose types lie inside: input that is not decoded goes in, an answer comes out. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly permission: Permission
  readonly takesBody: boolean
  readonly repeatable: Repeatable
  readonly documentation: {
    readonly summary: string
    readonly query: AnyCodec
    readonly body: AnyCodec | null
    readonly data: t.Mixed
  }
  /** @param named what stands for `{id}` or `{name}` in the path */
  readonly answer: (
    caller: Caller,
    named: string,
    body: unknown,
    perform: Perform,
  ) => TaskEither<ApiError, Reply>
}

/** Nothing has a longer one; what a client sends is told back to him no further. */
const longestName = 100

const noParameters = record('NoParameters', {}, {}, 'UNKNOWN_PARAMETER') as Codec<object>

export const route = <Query = object, Body = undefined, Result = never>(
  definition: Reading<Query, Body> | Acting<Query, Body, Result>,
): Route => {
  const { method, path, permission, summary, data, names, body } = definition
  const query = (definition.query ?? noParameters) as Codec<Query>
  const answer = answering(definition)
  const versionRequired = 'act' in definition && definition.versionRequired === true
  return {
    method,
    path,
    permission,
    takesBody: body !== undefined,
    repeatable: repeatableOf(definition),
    documentation: { summary, query, body: body?.codec ?? null, data },
    answer: (caller, named, sent, perform) =>
      pipe(
        TE.Do,
        TE.bindW('query', () => TE.fromEither(decodeQuery(query, caller.address.query))),
        TE.bindW('body', () => TE.fromEither(bodyOf(body, sent))),
        TE.bindW('id', () => (names === undefined ? TE.right(0) : TE.fromEither(decodeId(names, named)))),
        TE.bindW('name', () => TE.right(path.includes('{name}') ? named.slice(0, longestName) : '')),
        TE.filterOrElseW(
          () => caller.conditional || !versionRequired,
          (): HttpRefusal => ({ type: 'VersionRequired' }),
        ),
        TE.flatMap((input): TaskEither<ApiError, Reply> => answer({ ...caller, ...input }, perform)),
      ),
  }
}

const repeatableOf = <Query, Body, Result>(
  definition: Reading<Query, Body> | Acting<Query, Body, Result>,
): Repeatable => {
  if ('handle' in definition) return 'freely'
  const { method, path, repeatable } = definition
  return repeatable ?? (method === 'POST' && !path.startsWith('/auth/') ? 'once' : 'freely')
}

const answering =
  <Query, Body, Result>(definition: Reading<Query, Body> | Acting<Query, Body, Result>) =>
  (call: Call<Query, Body>, perform: Perform): TaskEither<ApiError, Reply> =>
    'handle' in definition
      ? perform(definition.handle(call), answer => answer)
      : perform(definition.act(call), result => definition.show(result, call))

/** A route without a body looks at none. */
const bodyOf = <Body>(body: Described<unknown, Body>['body'], sent: unknown): Either<ApiError, Body> =>
  body === undefined ? E.right(undefined as Body) : decodeBody(body.codec, sent, body.required)

/** `PATCH` is the same as `PUT`: fields left out stay. */
export const changing = <Query = object, Body = undefined, Result = never>(
  definition: Omit<Acting<Query, Body, Result>, 'method'>,
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
