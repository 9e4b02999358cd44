/** A route is a value: what it needs, what it takes, what it shows. Without a permission it is not mounted (AUT-3). */
import type * as t from 'io-ts'
import type { Act } from '../../core/identity/actor.ts'
import { permissions } from '../../core/identity/permissions.ts'
import type { Permission } from '../../core/identity/permissions.ts'
import type { Authenticated } from '../../core/identity/use-cases/authenticate.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import type { Resource } from '../../core/shared/refusal.ts'
import type { ApiError } from './answer.ts'
import type { Perform } from './perform.ts'
import type { Reply } from './present.ts'
import type { HttpRefusal } from './refusals.ts'
import type { Step } from './steps.ts'
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
  /** What the client says it is (User-Agent), cut where it goes on for long. */
  readonly userAgent: string | null
  /** He said which version he means to change (If-Match). */
  readonly conditional: boolean
  /** For a route that acts `in_steps`: how one of them is done, once under a key. */
  readonly step: Step
}

export interface Call<Query, Body> extends Caller {
  /** The one in the path; 0 for a path without. */
  readonly id: number
  /** The second one in the path; 0 for a path without. */
  readonly partId: number
  /** The one in the path, as it was written; empty for a path without. */
  readonly name: string
  readonly query: Query
  readonly body: Body
}

type ErrorType = ApiError['type']

interface Described<Query, Body, Names, Errors> {
  /** Below /api/v1; `{id}` is an id, `{name}` a name, and `{…_id}` behind an id that of a part of it. */
  readonly path: string
  readonly permission: Permission
  /** What the id in the path names. */
  readonly names?: Names
  /** What the second id in the path names. */
  readonly part?: Resource
  readonly query?: Codec<Query>
  readonly body?: { readonly codec: Codec<Body>; readonly required: boolean }
  /** For the documents: what it does, and what `data` holds. */
  readonly summary: string
  readonly data: t.Mixed
  /** What `meta` holds; left out it is that of a page for lists, and empty for anything else. */
  readonly meta?: t.Mixed
  /** Of a success; left out it is 201 for a POST and 200 for anything else. */
  readonly status?: 200 | 201
  /** Asked to try alone it makes nothing, and answers 200 with what would be made, in the same form. */
  readonly tries?: boolean
  /** What it shows is no thing with a version: the answer has no entity tag. */
  readonly versionless?: boolean
  /** What its use case may refuse with, beside what follows from the form of the route (`Derived`). */
  readonly errors?: readonly Errors[]
}

/** Errors that the form of a route brings with it: documented wherever they can come (openapi/errors-of-route.ts). */
type Derived<Query, Body, Names> =
  | 'Bug'
  | 'EmailNotVerified'
  | 'PermissionDenied'
  | 'StoreFailure'
  | 'TokenMissing'
  | 'UnknownParameter'
  | 'VersionMismatch'
  | ([Names] extends [never] ? never : 'NotFound')
  | ([Body] extends [undefined] ? ([object] extends [Query] ? never : 'InvalidInput') : 'InvalidInput')

/** A route that says wrongly what it may refuse with: no `Route`, so that a list of routes with it does not compile. */
interface Misdeclared<Undeclared, Impossible> {
  readonly undeclared: Undeclared
  readonly impossible: Impossible
}

/**
 * Every other error that the use case can give is declared, and none that it cannot. (One that everybody is admitted to may
 * deny all the same.)
 */
type Declared<Made, Failure extends ApiError, Known, Errors> = [
  Exclude<Failure['type'], Known | Errors>,
  Exclude<Errors, Failure['type'] | 'PermissionDenied'>,
] extends [never, never]
  ? Made
  : Misdeclared<
      Exclude<Failure['type'], Known | Errors>,
      Exclude<Errors, Failure['type'] | 'PermissionDenied'>
    >

/** A route that changes nothing. */
interface Reading<Query, Body, Names, Errors, Failure> extends Described<Query, Body, Names, Errors> {
  readonly method: 'GET'
  readonly handle: (call: Call<Query, Body>) => TaskEither<Failure, Answer>
}

/**
 * What an `Idempotency-Key` is to a route. `once`: the request takes effect once; its act commits one unit of work, and gives
 * what that gave. `in_steps`: the act commits several (a batch), each of which does no harm when it is done again, or is done as a
 * `step` of the call, which has a receipt of its own; a crash between two leaves the rest to the retry. `freely`: it is not looked at.
 */
export type Repeatable = 'once' | 'in_steps' | 'freely'

/** To change something: it acts, then shows what came of it. */
interface Changing<Query, Body, Names, Errors, Failure, Result> extends Described<
  Query,
  Body,
  Names,
  Errors
> {
  /** A POST that changes what its path names, and makes nothing new: If-Match is looked at. So it is for any other method. */
  readonly changes?: boolean
  /** Without If-Match it is 428; where it is so of some requests alone, by their query. */
  readonly versionRequired?: boolean | ((query: Query) => boolean)
  /** Left out it is `once` for a POST and `freely` for anything else, and for all below /auth. */
  readonly repeatable?: Repeatable
  readonly act: (call: Call<Query, Body>) => TaskEither<Failure, Result>
  /** Of nothing but the result: it may be asked for before the act is committed. */
  readonly show: (result: Result, call: Call<Query, Body>) => Answer
}

/** A route that changes something. */
interface Acting<Query, Body, Names, Errors, Failure, Result> extends Changing<
  Query,
  Body,
  Names,
  Errors,
  Failure,
  Result
> {
  readonly method: Exclude<Method, 'GET'>
}

/** What the documents tell of a route beside its method, path and permission. */
export interface Documentation {
  readonly summary: string
  readonly names: Resource | null
  readonly part: Resource | null
  readonly query: AnyCodec
  readonly body: { readonly codec: AnyCodec; readonly required: boolean } | null
  readonly status: 200 | 201
  /** It may also be 200, for what was tried alone. */
  readonly tries: boolean
  readonly data: t.Mixed
  /** null where it goes by what `data` is. */
  readonly meta: t.Mixed | null
  /** What it answers has an entity tag. */
  readonly tagged: boolean
  /** If-Match is looked at, and it may be required. */
  readonly conditional: boolean
  readonly versionRequired: boolean
  /** Beside those that follow from all this. */
  readonly errors: readonly ErrorType[]
}

/** What stands in the path for its names in braces, as it was written; empty where there is none. */
export interface Named {
  /** For `{id}` or `{name}`. */
  readonly first: string
  /** For the id of a part. */
  readonly part: string
}

/** A route whose types lie inside: input that is not decoded goes in, an answer comes out. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly permission: Permission
  readonly takesBody: boolean
  readonly repeatable: Repeatable
  readonly documentation: Documentation
  readonly answer: (
    caller: Caller,
    named: Named,
    body: unknown,
    perform: Perform,
  ) => TaskEither<ApiError, Reply>
}

/** Nothing has a longer one; what a client sends is told back to him no further. */
const longestName = 100

const noParameters = record('NoParameters', {}, {}, 'UNKNOWN_PARAMETER') as Codec<object>

type Definition<Query, Body, Names, Errors, Failure, Result> =
  Reading<Query, Body, Names, Errors, Failure> | Acting<Query, Body, Names, Errors, Failure, Result>

export const route = <
  Failure extends ApiError,
  Query = object,
  Body = undefined,
  Names extends Resource = never,
  Errors extends ErrorType = never,
  Result = never,
>(
  definition: Definition<Query, Body, Names, Errors, Failure, Result>,
): Declared<Route, Failure, Derived<Query, Body, Names>, Errors> =>
  routeOf(definition) as Declared<Route, Failure, Derived<Query, Body, Names>, Errors>

const routeOf = <Query, Body, Result>(
  definition: Definition<Query, Body, Resource, ErrorType, ApiError, Result>,
): Route => {
  const { method, path, permission, names, part, body } = definition
  const query = (definition.query ?? noParameters) as Codec<Query>
  const answer = answering(definition)
  const { versionRequired = false } = 'act' in definition ? definition : {}
  const requiresVersion = typeof versionRequired === 'function' ? versionRequired : () => versionRequired
  return {
    method,
    path,
    permission,
    takesBody: body !== undefined,
    repeatable: repeatableOf(definition),
    documentation: documentationOf(definition, query, versionRequired !== false),
    answer: (caller, { first, part: second }, sent, perform) => {
      const read = decodeQuery(query, caller.address.query)
      if (E.isLeft(read)) return TE.left(read.left)
      const given = bodyOf(body, sent)
      if (E.isLeft(given)) return TE.left(given.left)
      const id = names === undefined ? E.right(0) : decodeId(names, first)
      if (E.isLeft(id)) return TE.left(id.left)
      const partId = part === undefined ? E.right(0) : decodeId(part, second)
      if (E.isLeft(partId)) return TE.left(partId.left)
      if (requiresVersion(read.right) && !caller.conditional)
        return TE.left<HttpRefusal>({ type: 'VersionRequired' })
      const name = path.includes('{name}') ? first.slice(0, longestName) : ''
      const ids = { id: id.right, partId: partId.right }
      return answer({ query: read.right, body: given.right, name, ...ids, ...caller }, perform)
    },
  }
}

const documentationOf = <Query, Body, Result>(
  definition: Definition<Query, Body, Resource, ErrorType, ApiError, Result>,
  query: AnyCodec,
  versionRequired: boolean,
): Documentation => {
  const { method, summary, names = null, part = null, body = null, data, meta = null } = definition
  const { status, tries = false, versionless = false, errors = [] } = definition
  return {
    summary,
    names,
    part,
    query,
    body,
    status: status ?? (method === 'POST' ? 201 : 200),
    tries,
    data,
    meta,
    tagged: !versionless && !['NullType', 'ArrayType'].includes(tagOf(data)),
    conditional: 'act' in definition && (method !== 'POST' || definition.changes === true),
    versionRequired,
    errors,
  }
}

const tagOf = (shape: t.Mixed): string => ('_tag' in shape ? String(shape._tag) : '')

const repeatableOf = <Query, Body, Result>(
  definition: Definition<Query, Body, Resource, ErrorType, ApiError, Result>,
): Repeatable => {
  if ('handle' in definition) return 'freely'
  const { method, path, repeatable } = definition
  return repeatable ?? (method === 'POST' && !path.startsWith('/auth/') ? 'once' : 'freely')
}

const answering =
  <Query, Body, Result>(definition: Definition<Query, Body, Resource, ErrorType, ApiError, Result>) =>
  (call: Call<Query, Body>, perform: Perform): TaskEither<ApiError, Reply> =>
    'handle' in definition
      ? perform(definition.handle(call), answer => answer)
      : perform(definition.act(call), result => definition.show(result, call))

/** A route without a body looks at none. */
const bodyOf = <Body>(
  body: Described<unknown, Body, Resource, ErrorType>['body'],
  sent: unknown,
): Either<ApiError, Body> =>
  body === undefined ? E.right(undefined as Body) : decodeBody(body.codec, sent, body.required)

/** `PATCH` is the same as `PUT`: fields left out stay. */
export const changing = <
  Failure extends ApiError,
  Query = object,
  Body = undefined,
  Names extends Resource = never,
  Errors extends ErrorType = never,
  Result = never,
>(
  definition: Changing<Query, Body, Names, Errors, Failure, Result>,
): readonly Declared<Route, Failure, Derived<Query, Body, Names>, Errors>[] =>
  (['PUT', 'PATCH'] as const).map(
    method =>
      routeOf({ ...definition, method }) as Declared<Route, Failure, Derived<Query, Body, Names>, Errors>,
  )

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
