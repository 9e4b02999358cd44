/** `?fields=` and `?include=`: names separated by commas, each of them known. */
import { E } from '../../core/shared/fp.ts'
import { codec, described, wrong } from './codecs/codec.ts'
import type { Codec } from './codecs/codec.ts'

/** The codec of a view, of which only the names of the fields are needed here. */
export interface Shape {
  readonly type: { readonly props: object }
}

/** null shows everything. */
export type Picked = readonly string[] | null

export const names = <Name extends string>(
  known: readonly Name[],
  unknownCode: string,
): Codec<readonly Name[]> =>
  codec<readonly Name[]>(
    'names',
    { type: 'string', pattern: `^(?:${known.join('|')})(?:,(?:${known.join('|')}))*$` },
    value => {
      const given = typeof value === 'string' ? value.split(',').map(name => name.trim()) : []
      const found = given.map(name => known.find(one => one === name))
      return found.length === 0 || found.includes(undefined)
        ? wrong(unknownCode, `It takes names of ${known.join(', ')}, separated by commas`)
        : E.right([...new Set(found.filter(name => name !== undefined))])
    },
  )

export const fieldsOf = (shape: Shape): Codec<readonly string[]> =>
  described(
    'Fields to show, beside the id; all where it is left out.',
    names(Object.keys(shape.type.props), 'UNKNOWN_FIELD'),
  )

/** The id is always shown. */
export const pick = (view: object, picked: Picked | undefined, always: readonly string[] = []): object =>
  picked === null || picked === undefined
    ? view
    : Object.fromEntries(
        Object.entries(view).filter(
          ([name]) => name === 'id' || picked.includes(name) || always.includes(name),
        ),
      )
