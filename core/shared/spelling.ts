/** How names are spelled: `maxLoans` in the core, `max_loans` in the API, in the audit and in what is stored. */

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : ''

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

type Plain = string | number | boolean | null | undefined

/** The same with every name in it spelled as the API does. */
export type Snaked<Value> = Value extends Plain
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Snaked<Item>[]
    : { readonly [Name in keyof Value as SnakeCase<Name & string>]: Snaked<Value[Name]> }

/** The same with every name in it spelled as the core does. */
export type Camelled<Value> = Value extends Plain
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Camelled<Item>[]
    : { readonly [Name in keyof Value as CamelCase<Name & string>]: Camelled<Value[Name]> }

/** `isbn13` is `isbn_13`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]|(?<=[a-z])\d+/g, part => `_${part.toLowerCase()}`)

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())

const respelled =
  (spell: (name: string) => string) =>
  (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(respelled(spell))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [spell(name), respelled(spell)(inner)]),
    )
  }

export const snaked = <Value>(value: Value): Snaked<Value> => respelled(snakeCase)(value) as Snaked<Value>

export const camelled = <Value>(value: Value): Camelled<Value> =>
  respelled(camelCase)(value) as Camelled<Value>
