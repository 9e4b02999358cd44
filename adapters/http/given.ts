/** Of what may be left out: changes of some fields, one of several names. */
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { Fault } from '../../core/shared/refusal.ts'

/** The values that are not undefined. */
export const given = <T extends object>(values: {
  readonly [Name in keyof T]: T[Name] | undefined
}): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>

/** The one of several names for a thing that was given: null stands for one left out. */
export const exclusive = <Key>(keys: Readonly<Record<string, Key | null>>): Either<readonly Fault[], Key> => {
  const names = Object.keys(keys)
  const found = names.flatMap(name => {
    const value = keys[name] ?? null
    return value === null ? [] : [{ name, value }]
  })
  const [first, second] = found
  if (first === undefined) {
    return E.left([
      { field: names[0] ?? 'body', code: 'REQUIRED', message: `One of ${names.join(', ')} must be given` },
    ])
  }
  return second === undefined
    ? E.right(first.value)
    : E.left([
        { field: second.name, code: 'EXCLUSIVE', message: `Only one of ${names.join(', ')} may be given` },
      ])
}
