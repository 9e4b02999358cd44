/** The kinds of io-ts types that views are made of, and what is in them. */
import type * as t from 'io-ts'

export type Kind =
  | t.StringType
  | t.NumberType
  | t.BooleanType
  | t.NullType
  | t.LiteralType<string | number | boolean>
  | t.KeyofType<Record<string, unknown>>
  | t.ArrayType<t.Mixed>
  | t.ReadonlyArrayType<t.Mixed>
  | t.TupleType<t.Mixed[]>
  | t.UnionType<t.Mixed[]>
  | t.IntersectionType<t.Mixed[]>
  | t.DictionaryType<t.Mixed, t.Mixed>
  | t.AnyDictionaryType
  | t.RecursiveType<t.Mixed>
  | t.InterfaceType<t.Props>
  | t.PartialType<t.Props>
  | t.ExactType<t.HasProps & t.Mixed>

export const isList = (view: t.Mixed): view is t.ArrayType<t.Mixed> =>
  ['ArrayType', 'ReadonlyArrayType'].includes((view as Kind)._tag)

export const itemsOf = ({ type }: t.ArrayType<t.Mixed>): t.Mixed => type

const isNothing = (view: t.Mixed): boolean => (view as Kind)._tag === 'NullType'

export interface Fields {
  readonly required: t.Props
  readonly optional: t.Props
}

/** @throws for what is no object */
export const fieldsOf = (view: t.Mixed): Fields => {
  const kind = view as Kind
  switch (kind._tag) {
    case 'InterfaceType':
      return { required: kind.props, optional: {} }
    case 'PartialType':
      return { required: {}, optional: kind.props }
    case 'ExactType':
      return fieldsOf(kind.type)
    case 'RecursiveType':
      return fieldsOf(kind.type)
    case 'IntersectionType':
      return kind.types.map(fieldsOf).reduce((all, { required, optional }) => ({
        required: { ...all.required, ...required },
        optional: { ...all.optional, ...optional },
      }))
    default:
      throw new Error(`${view.name} is no object`)
  }
}

/** @throws for what nobody gave an example of */
export const exampleOf = (view: t.Mixed): unknown => {
  if ('example' in view) return view.example
  if (isList(view)) return [exampleOf(itemsOf(view))]
  if (isNothing(view)) return null
  throw new Error(`${view.name} has no example: see withExample in shapes.ts`)
}
