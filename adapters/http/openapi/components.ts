/** JSON Schema (2020-12) of views and bodies; what has a name of its own is told once, and referred to. */
import type * as t from 'io-ts'
import type { Schema } from '../codecs/codec.ts'
import { fieldsOf, isList, itemsOf } from './shape-kinds.ts'
import type { Kind } from './shape-kinds.ts'

export interface Components {
  /** By name, as far as they were met. */
  readonly schemas: Readonly<Record<string, Schema>>
  /** @throws for a codec of which nobody said how it is described, and for two of one name */
  readonly ofView: (view: t.Mixed) => Schema
  /** Of a list or a thing of which the client picks the fields: any of them may be missing, but the id. */
  readonly ofPicked: (view: t.Mixed) => Schema
  /** Of a body: objects in it with a title become schemas of that name. */
  readonly ofBody: (schema: Schema) => Schema
}

export const components = (): Components => {
  const schemas: Record<string, Schema> = {}
  const known = new Map<string, object>()

  const named = (name: string, of: object, describe: () => Schema): Schema => {
    const other = known.get(name)
    if (other !== undefined && other !== of) throw new Error(`Two things are called ${name}`)
    if (other === undefined) {
      // Before it is described: it may hold its own kind.
      known.set(name, of)
      schemas[name] = describe()
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  const ofView = (view: t.Mixed): Schema => {
    if ('schema' in view) return view.schema as Schema
    return isName(view.name) ? named(view.name, view, () => withExample(view, inline(view))) : inline(view)
  }

  const inline = (view: t.Mixed): Schema => {
    const kind = view as Kind
    switch (kind._tag) {
      case 'StringType':
        return { type: 'string' }
      case 'NumberType':
        return { type: 'number' }
      case 'BooleanType':
        return { type: 'boolean' }
      case 'NullType':
        return { type: 'null' }
      case 'LiteralType':
        return { const: kind.value }
      case 'KeyofType':
        return { type: 'string', enum: Object.keys(kind.keys) }
      case 'ArrayType':
      case 'ReadonlyArrayType':
        return { type: 'array', items: ofView(kind.type) }
      case 'TupleType':
        return tupleOf(kind.types.map(ofView))
      case 'UnionType':
        return anyOf(kind.types.map(ofView))
      case 'DictionaryType':
        return { type: 'object', additionalProperties: ofView(kind.codomain) }
      case 'AnyDictionaryType':
        return { type: 'object' }
      case 'RecursiveType':
        return inline(kind.type)
      case 'InterfaceType':
      case 'PartialType':
      case 'ExactType':
      case 'IntersectionType':
        return objectOf(view)
      default:
        throw new Error(`Nobody said how ${view.name} is described: see shapes.ts`)
    }
  }

  const objectOf = (view: t.Mixed): Schema => {
    const { required, optional } = fieldsOf(view)
    return {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries({ ...optional, ...required }).map(([name, field]) => [name, ofView(field)]),
      ),
      required: Object.keys(required),
      additionalProperties: false,
    }
  }

  const ofPicked = (view: t.Mixed): Schema => {
    if (isList(view)) return { type: 'array', items: ofPicked(itemsOf(view)) }
    const whole = ofView(view)
    const part = `${view.name}Fields`
    const some = named(part, known.get(part) ?? {}, () => ({
      ...objectOf(view),
      description: `Of ${view.name}, the fields that were picked by the parameter fields.`,
      required: 'id' in fieldsOf(view).required ? ['id'] : [],
    }))
    return { anyOf: [whole, some] }
  }

  const ofBody = (schema: Schema): Schema => {
    const { title, ...rest } = schema
    return typeof title === 'string' && schema['type'] === 'object'
      ? named(title, schema, () => within(rest))
      : within(schema)
  }

  const within = (schema: Schema): Schema => ({
    ...schema,
    ...('properties' in schema ? { properties: each(schema['properties'] as Schemas, ofBody) } : {}),
    ...('items' in schema ? { items: ofBody(schema['items'] as Schema) } : {}),
    ...('anyOf' in schema ? { anyOf: (schema['anyOf'] as readonly Schema[]).map(ofBody) } : {}),
  })

  return { schemas, ofView, ofPicked, ofBody }
}

type Schemas = Readonly<Record<string, Schema>>

const each = (schemas: Schemas, make: (schema: Schema) => Schema): Schemas =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, make(schema)]))

/** io-ts makes names for those without: `Array<Book>`, `(string | null)`. */
const isName = (name: string): boolean => /^[A-Z][A-Za-z]*$/.test(name)

const withExample = (view: t.Mixed, schema: Schema): Schema =>
  'example' in view ? { ...schema, examples: [view.example] } : schema

const tupleOf = (items: readonly Schema[]): Schema => ({
  type: 'array',
  prefixItems: items,
  items: false,
  minItems: items.length,
  maxItems: items.length,
})

/** `string | null` is one type of two. */
const anyOf = (schemas: readonly Schema[]): Schema => {
  const [first, second, ...more] = schemas
  const { type, ...rest } = first ?? {}
  return second?.['type'] === 'null' && more.length === 0 && typeof type === 'string' && !('enum' in rest)
    ? { type: [type, 'null'], ...rest }
    : { anyOf: schemas }
}
