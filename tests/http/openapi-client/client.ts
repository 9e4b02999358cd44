/** A client in a few lines, typed by what openapi-typescript makes of the document (`paths.ts`, made when it is compiled). */
import type { paths } from './paths.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The addresses that know the method. */
type PathOf<Verb extends Method> = {
  [Path in keyof paths]: paths[Path] extends Readonly<Record<Verb, object>> ? Path : never
}[keyof paths]

type OperationOf<Verb extends Method, Path extends keyof paths> = paths[Path][Verb]

/** Told once for each operation: of several at once there would be too many combinations. */
type Wish<Operation> = Operation extends {
  readonly parameters: { readonly path?: infer Names; readonly query?: infer Query }
}
  ? Given<'path', Names> & Maybe<'query', Query> & BodyOf<Operation> & Sender
  : never

type Given<Place extends string, Value> = [Exclude<Value, undefined>] extends [never]
  ? { readonly [Of in Place]?: never }
  : { readonly [Of in Place]: Value }

type Maybe<Place extends string, Value> = { readonly [Of in Place]?: Exclude<Value, undefined> }

type BodyOf<Operation> = Operation extends {
  readonly requestBody: { readonly content: { readonly 'application/json': infer Body } }
}
  ? { readonly body: Body }
  : Operation extends {
        readonly requestBody?: { readonly content: { readonly 'application/json': infer Body } }
      }
    ? { readonly body?: Body }
    : { readonly body?: never }

interface Sender {
  readonly token?: string
  readonly idempotencyKey?: string
}

type Shown<Response> = Response extends { readonly content: { readonly 'application/json': infer Body } }
  ? Body
  : undefined

/** One of the answers that are documented: its status tells which. */
type ReplyOf<Operation> = Operation extends { readonly responses: infer Responses }
  ? {
      [Status in keyof Responses]: { readonly status: Status; readonly body: Shown<Responses[Status]> }
    }[keyof Responses]
  : never

export type Call = <Verb extends Method, Path extends PathOf<Verb>>(
  method: Verb,
  path: Path,
  wish: Wish<OperationOf<Verb, Path>>,
) => Promise<ReplyOf<OperationOf<Verb, Path>>>

interface AnyWish extends Sender {
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
}

export const clientAt = (server: string): Call => {
  const call = async (
    method: string,
    path: string,
    { path: names = {}, query = {}, body, token, idempotencyKey }: AnyWish,
  ): Promise<unknown> => {
    const address = path.replace(/\{(\w+)\}/g, (_whole, name: string) => String(names[name]))
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    )
    const response = await fetch(`${server}${address}?${parameters.toString()}`, {
      method: method.toUpperCase(),
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  // What the document promises is what the tests of the server hold it to.
  return call as unknown as Call
}
