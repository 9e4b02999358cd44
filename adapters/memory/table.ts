/** Tables of immutable rows, and the overlay that a unit of work writes into. */

export type IndexValue = string | number

/** What a row is kept by, and under which values each index has it. */
export interface RowKind<Key, Row, Index extends string> {
  readonly keyOf: (row: Row) => Key
  readonly indexes: Readonly<Record<Index, (row: Row) => readonly IndexValue[]>>
}

export interface Table<Key, Row, Index extends string = never> {
  readonly kind: RowKind<Key, Row, Index>
  find(key: Key): Row | undefined
  /** The row, which others refer to and which must therefore be there. */
  get(key: Key): Row
  /** In no order. */
  all(): Iterable<Row>
  /** The rows which an index has under a value, in no order. */
  where(index: Index, value: IndexValue): readonly Row[]
  /** Is another row under one of the values which the index has for this one? */
  clashes(index: Index, row: Row): boolean
  /** A row that is new: a key given out twice is a bug. */
  add(row: Row): void
  put(row: Row): void
  drop(key: Key): void
}

export interface Overlay<Key, Row, Index extends string> extends Table<Key, Row, Index> {
  /** Moves what was written into the table below. */
  readonly commit: () => void
}

type Stored<Key, Row, Index extends string> = Pick<
  Table<Key, Row, Index>,
  'kind' | 'find' | 'all' | 'where' | 'put' | 'drop'
>

/** What every table can do once it can find and write. */
const completed = <Key, Row, Index extends string>(
  stored: Stored<Key, Row, Index>,
): Table<Key, Row, Index> => ({
  get: key => {
    const row = stored.find(key)
    if (row === undefined) throw new Error(`No row has the key ${String(key)}`)
    return row
  },
  clashes: (index, row) =>
    stored.kind.indexes[index](row).some(value =>
      stored.where(index, value).some(other => stored.kind.keyOf(other) !== stored.kind.keyOf(row)),
    ),
  add: row => {
    const key = stored.kind.keyOf(row)
    if (stored.find(key) !== undefined) throw new Error(`A row has the key ${String(key)} already`)
    stored.put(row)
  },
  ...stored,
})

const storedRows = <Key, Row, Index extends string>(
  kind: RowKind<Key, Row, Index>,
): Stored<Key, Row, Index> => {
  const rows = new Map<Key, Row>()
  const indexed = new Map<string, Map<Key, Row>>()
  const placesOf = (row: Row): readonly string[] =>
    (Object.keys(kind.indexes) as Index[]).flatMap(index =>
      kind.indexes[index](row).map(value => place(index, value)),
    )
  const drop = (key: Key): void => {
    const row = rows.get(key)
    if (row === undefined) return
    rows.delete(key)
    for (const at of placesOf(row)) {
      const found = indexed.get(at)
      found?.delete(key)
      if (found?.size === 0) indexed.delete(at)
    }
  }
  return {
    kind,
    find: key => rows.get(key),
    all: () => rows.values(),
    where: (index, value) => [...(indexed.get(place(index, value))?.values() ?? [])],
    put: row => {
      const key = kind.keyOf(row)
      drop(key)
      rows.set(key, row)
      for (const at of placesOf(row)) indexed.set(at, (indexed.get(at) ?? new Map<Key, Row>()).set(key, row))
    },
    drop,
  }
}

const place = (index: string, value: IndexValue): string => `${index}:${value}`

export const emptyTable = <Key, Row, Index extends string>(
  kind: RowKind<Key, Row, Index>,
): Table<Key, Row, Index> => completed(storedRows(kind))

/**
 * The table as it would be with what was written here; nothing reaches the table below before `commit`.
 * @param mayWrite throws where nothing may be written
 */
export const overlay = <Key, Row, Index extends string>(
  below: Table<Key, Row, Index>,
  mayWrite: () => void,
): Overlay<Key, Row, Index> => {
  const { kind } = below
  const written = storedRows(kind)
  const dropped = new Set<Key>()
  const untouched = (row: Row): boolean => {
    const key = kind.keyOf(row)
    return !dropped.has(key) && written.find(key) === undefined
  }
  return {
    commit: () => {
      for (const key of dropped) below.drop(key)
      for (const row of written.all()) below.put(row)
    },
    ...completed<Key, Row, Index>({
      kind,
      find: key => (dropped.has(key) ? undefined : (written.find(key) ?? below.find(key))),
      *all() {
        for (const row of below.all()) if (untouched(row)) yield row
        yield* written.all()
      },
      where: (index, value) => [
        ...below.where(index, value).filter(untouched),
        ...written.where(index, value),
      ],
      put: row => {
        mayWrite()
        dropped.delete(kind.keyOf(row))
        written.put(row)
      },
      drop: key => {
        mayWrite()
        written.drop(key)
        dropped.add(key)
      },
    }),
  }
}
