/** What becomes of the rows of an import: which are new, which are there, and which copies the new ones get. */
import type { AuthorId, BookId, BranchId } from '../shared/id.ts'
import type { Day } from '../shared/local-time.ts'
import { fold } from '../shared/text.ts'
import type { LikenessKey } from './book.ts'
import type { ImportedBook } from './import-row.ts'
import type { LoadedCopy } from './ports.ts'

/** A book that an imported row without an ISBN may be. */
export interface Alike {
  readonly id: BookId
  readonly key: LikenessKey
  readonly subtitle: string | null
}

/** What the catalogue has of the names and numbers of a batch. */
export interface KnownToUs {
  /** By folded name. */
  readonly authors: ReadonlyMap<string, AuthorId>
  readonly isbns: ReadonlyMap<string, BookId>
  readonly alike: readonly Alike[]
}

/**
 * What a dry run has added so far. It is undone with each batch, so a repeat further down is known by this alone. The
 * real import needs none of it: what it added is in the catalogue.
 */
export interface Rehearsed {
  readonly isbns: ReadonlySet<string>
  /** Subtitles by likeness. */
  readonly likenesses: ReadonlyMap<string, readonly (string | null)[]>
}

export const nothingRehearsed: Rehearsed = { isbns: new Set(), likenesses: new Map() }

export type Placement =
  | { readonly kind: 'new'; readonly book: ImportedBook }
  /** In the catalogue; null where a dry run has added and undone it. */
  | { readonly kind: 'present'; readonly book: ImportedBook; readonly bookId: BookId | null }
  /** The same as a new row before it, in this batch. */
  | { readonly kind: 'repeat'; readonly book: ImportedBook; readonly of: ImportedBook }

/** Title, first author and year, folded: the likeness of CAT-5, for authors that have no id yet. */
const likeness = (title: string, author: string, year: number | null): string =>
  [fold(title), author, year ?? ''].join('\n')

const likenessOfRow = ({ title, authors, publicationYear }: ImportedBook): string =>
  likeness(title, fold(authors[0] ?? ''), publicationYear)

/** The key by which the store is asked, null for an author the store does not know: nothing is like it. */
export const likenessKeyOf = (book: ImportedBook, authors: KnownToUs['authors']): LikenessKey | null => {
  const authorId = authors.get(fold(book.authors[0] ?? ''))
  return authorId === undefined ? null : { titleKey: fold(book.title), authorId, year: book.publicationYear }
}

/** Volumes of a series may share title and year (`Naruto`, #1 and #2): two subtitles that differ are two books. */
const sameSubtitle = (a: string | null, b: string | null): boolean =>
  a === null || b === null || fold(a) === fold(b)

/**
 * Rows in order. A row is there when its ISBN is; a row without one when a book of its likeness is. Two ISBNs are two
 * editions, however alike.
 */
export const place = (
  books: readonly ImportedBook[],
  known: KnownToUs,
  rehearsed: Rehearsed,
): readonly Placement[] => {
  const authorNames = new Map([...known.authors].map(([name, authorId]) => [authorId, name]))
  const stored = known.alike.map(({ id, key, subtitle }) => ({
    id,
    likeness: likeness(key.titleKey, authorNames.get(key.authorId) ?? '', key.year),
    subtitle,
  }))
  const isbnsHere = new Map<string, ImportedBook>()
  const likeHere = new Map<string, readonly ImportedBook[]>()

  const byIsbn = (book: ImportedBook, isbn: string): Placement | null => {
    const bookId = known.isbns.get(isbn)
    if (bookId !== undefined) return { kind: 'present', book, bookId }
    if (rehearsed.isbns.has(isbn)) return { kind: 'present', book, bookId: null }
    const before = isbnsHere.get(isbn)
    return before === undefined ? null : { kind: 'repeat', book, of: before }
  }
  const byLikeness = (book: ImportedBook): Placement | null => {
    const key = likenessOfRow(book)
    const fits = ({ subtitle }: Pick<ImportedBook, 'subtitle'>): boolean =>
      sameSubtitle(subtitle, book.subtitle)
    const there = stored.filter(row => row.likeness === key && fits(row)).map(({ id }) => id)
    const [bookId] = there.toSorted((a, b) => a - b)
    if (bookId !== undefined) return { kind: 'present', book, bookId }
    if (rehearsed.likenesses.get(key)?.some(subtitle => fits({ subtitle })) === true)
      return { kind: 'present', book, bookId: null }
    const before = likeHere.get(key)?.find(fits)
    return before === undefined ? null : { kind: 'repeat', book, of: before }
  }

  return books.map(book => {
    const there = book.isbn === null ? byLikeness(book) : byIsbn(book, book.isbn.isbn13)
    if (there !== null) return there
    if (book.isbn !== null) isbnsHere.set(book.isbn.isbn13, book)
    const key = likenessOfRow(book)
    likeHere.set(key, [...(likeHere.get(key) ?? []), book])
    return { kind: 'new', book }
  })
}

/** With the new books of a batch that was undone. */
export const rehearse = (rehearsed: Rehearsed, added: readonly ImportedBook[]): Rehearsed => {
  const likenesses = new Map(rehearsed.likenesses)
  for (const book of added) {
    const key = likenessOfRow(book)
    likenesses.set(key, [...(likenesses.get(key) ?? []), book.subtitle])
  }
  return {
    isbns: new Set([...rehearsed.isbns, ...added.flatMap(({ isbn }) => isbn?.isbn13 ?? [])]),
    likenesses,
  }
}

/** Where the copies of an import go; no branch, no copies. */
export interface Shelving {
  readonly branchIds: readonly BranchId[]
  readonly acquisitionDate: Day | null
}

/**
 * The copies of a new book, dealt out over the branches. Their barcodes follow from the book alone, so that the same
 * book brought in twice at the same moment collides in the store and does not double.
 */
export const copiesOf = (
  book: ImportedBook,
  { branchIds, acquisitionDate }: Shelving,
): readonly LoadedCopy[] => {
  const stem = barcodeStem(book)
  return Array.from({ length: book.copies }, (_, index) => index).flatMap(index => {
    const branchId = branchIds[(book.line + index) % branchIds.length]
    return branchId === undefined
      ? []
      : {
          branchId,
          barcode: `${stem}-${index + 1}`,
          condition: 'good',
          acquisitionDate,
          price: null,
          loanCategory: 'book',
        }
  })
}

/** The ISBN, or `K` and a hash of what tells the book from others. */
const barcodeStem = (book: ImportedBook): string =>
  book.isbn?.isbn13 ?? `K${hash([likenessOfRow(book), fold(book.subtitle ?? '')].join('\n'))}`

/** FNV-1a, 64 bits, over UTF-16 units: stable for good, since barcodes are printed. */
const hash = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => BigInt(text.charCodeAt(at)))
    .reduce((sum, unit) => BigInt.asUintN(64, (sum ^ unit) * 0x100000001b3n), 0xcbf29ce484222325n)
    .toString(36)
    .toUpperCase()
    .padStart(13, '0')
