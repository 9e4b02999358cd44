/** Rows of reference data: authors, publishers, genres, and what books and branches share with them. */
import type { CatalogueStores } from '../../core/catalogue/ports.ts'
import { E, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { Recorded, Records } from '../../core/shared/records.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Resource } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'
import type { Table } from './table.ts'

export interface RecordKind<Key extends number, Details, Index extends string> {
  readonly resource: Resource
  readonly table: Table<Key, Recorded<Key, Details>, Index>
  readonly nextId: () => Key
  readonly now: Database['now']
  /** The fields whose values must differ, each with the index that has them. */
  readonly unique: readonly { readonly field: string; readonly index: Index }[]
  /** How many rows of which kind point to the row. */
  readonly pointing: (key: Key) => Readonly<Record<string, number>>
}

export const recordStore = <Key extends number, Details, Index extends string>(
  kind: RecordKind<Key, Details, Index>,
): Records<Key, Details> => {
  const { resource, table, now, pointing } = kind
  return {
    get: key =>
      TE.fromIOEither(() => {
        const row = table.find(key)
        return row === undefined ? E.left(notFound(resource, key)) : E.right(row)
      }),
    known: keys => TE.fromIO(() => [...new Set(keys)].flatMap(key => table.find(key) ?? [])),
    add: details => TE.fromIOEither(() => addRecord(kind, details)),
    save: row =>
      TE.fromIOEither(() => {
        if (table.find(row.id)?.version !== row.version) return E.left(staleWrite(resource, row.id))
        const saved = { ...row, version: row.version + 1, updatedAt: now() }
        const clash = clashOf(kind, saved)
        if (clash !== null) return E.left(clash)
        table.put(saved)
        return E.right(saved)
      }),
    remove: key => TE.fromIO(() => table.drop(key)),
    dependents: key =>
      TE.fromIO(() => Object.fromEntries(Object.entries(pointing(key)).filter(([, count]) => count > 0))),
  }
}

/** One new row; those who load many add them one by one too. */
export const addRecord = <Key extends number, Details, Index extends string>(
  kind: RecordKind<Key, Details, Index>,
  details: Details,
): Either<DuplicateKey, Recorded<Key, Details>> => {
  const row = newRecord(kind, details)
  const clash = clashOf(kind, row)
  if (clash !== null) return E.left(clash)
  kind.table.add(row)
  return E.right(row)
}

export const newRecord = <Key extends number, Details>(
  { nextId, now }: { readonly nextId: () => Key; readonly now: Database['now'] },
  details: Details,
): Recorded<Key, Details> => {
  const at = now()
  return { id: nextId(), version: 1, createdAt: at, updatedAt: at, details }
}

const clashOf = <Key extends number, Details, Index extends string>(
  { table, unique }: RecordKind<Key, Details, Index>,
  row: Recorded<Key, Details>,
): DuplicateKey | null => {
  const broken = unique.find(({ index }) => table.clashes(index, row))
  return broken === undefined ? null : duplicateKey(broken.field)
}

export const authorKind = (on: Database) => ({
  resource: 'author' as const,
  table: on.tables.authors,
  nextId: () => on.nextId('author'),
  now: on.now,
  unique: [],
  pointing: (key: number) => ({ books: booksOf(on, 'author', key) }),
})

export const publisherKind = (on: Database) => ({
  resource: 'publisher' as const,
  table: on.tables.publishers,
  nextId: () => on.nextId('publisher'),
  now: on.now,
  unique: [{ field: 'name', index: 'name' as const }],
  pointing: (key: number) => ({ books: booksOf(on, 'publisher', key) }),
})

export const genreKind = (on: Database) => ({
  resource: 'genre' as const,
  table: on.tables.genres,
  nextId: () => on.nextId('genre'),
  now: on.now,
  unique: [{ field: 'name', index: 'name' as const }],
  pointing: (key: number) => ({
    books: booksOf(on, 'genre', key),
    genres: on.tables.genres.where('parent', key).length,
  }),
})

/** Deleted books count too: they can be restored. */
const booksOf = ({ tables }: Database, index: 'author' | 'publisher' | 'genre', key: number): number =>
  tables.books.where(index, key).length + tables.deletedBooks.where(index, key).length

export const catalogueRecords = (
  on: Database,
): Pick<CatalogueStores, 'authors' | 'publishers' | 'genres'> => ({
  authors: recordStore(authorKind(on)),
  publishers: recordStore(publisherKind(on)),
  genres: recordStore(genreKind(on)),
})
