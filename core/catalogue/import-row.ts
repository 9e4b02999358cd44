/** One row of a catalogue from elsewhere, read into what the catalogue knows of a book (CAT-12). */
import { E, pipe } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import { fold } from '../shared/text.ts'
import { asText, cellsOf, columns, countOf, LONGEST_CELL, numberIn, yearOf } from './import-cells.ts'
import type { Cells } from './import-cells.ts'
import { languageTag } from './import-language.ts'
import { distinct, namesIn } from './import-names.ts'
import { genresIn, headingOf, tagsIn } from './import-subjects.ts'
import { seriesNames, subtitleOf, titleOf } from './import-title.ts'
import { parseIsbn } from './isbn.ts'
import type { Isbn } from './isbn.ts'

/** A row as a reader hands it over: its cells by the names in the header, or why they cannot be told apart. */
export type RawRow =
  | { readonly line: number; readonly row: Readonly<Record<string, string>> }
  | { readonly line: number; readonly fault: string }

export interface RowRefusal {
  readonly line: number
  readonly code:
    | 'UNREADABLE'
    | 'MISSING_TITLE'
    | 'MISSING_AUTHOR'
    | 'TEXT_TOO_LONG'
    | 'BAD_CHARACTERS'
    /** Something else in the catalogue has its ISBN or the barcode its copy would get. */
    | 'DUPLICATE_KEY'
  readonly reason: string
}

type Refusal = Omit<RowRefusal, 'line'>

/** Something of the row was left out or guessed; the row came in all the same. */
export interface RowWarning {
  readonly code:
    | 'INVALID_ISBN'
    | 'ISBN_DISAGREES'
    | 'INVALID_YEAR'
    | 'UNKNOWN_LANGUAGE'
    | 'INVALID_PAGES'
    | 'INVALID_COPIES'
    | 'TITLE_FROM_ORIGINAL'
    | 'SUBJECTS_CUT'
  readonly message: string
}

export interface ImportedBook {
  readonly line: number
  readonly title: string
  readonly subtitle: string | null
  /** In order, at least one, each once. */
  readonly authors: readonly string[]
  readonly isbn: Isbn | null
  readonly publicationYear: number | null
  readonly language: string | null
  readonly genre: string | null
  readonly subjects: readonly string[]
  readonly publisher: string | null
  readonly pages: number | null
  /** How many the library gets. */
  readonly copies: number
  readonly warnings: readonly RowWarning[]
}

const MOST_SUBJECTS = 8
const MOST_COPIES = 100
const LONGEST = { title: 500, subtitle: 500, author: 200, publisher: 200, genre: 100, subject: 100 }

/**
 * Reads a row. What is wrong with a cell that a book can do without becomes a warning.
 * @returns the book, or why there is none in the row
 */
export const readRow = (
  row: Readonly<Record<string, string>>,
  line: number,
): Either<RowRefusal, ImportedBook> => {
  const cells = cellsOf(row)
  return pipe(
    orRefused(unfit(cells), cells),
    E.map(fit => bookIn(fit, line)),
    E.flatMap(book => orRefused(refusalOf(book), book)),
    E.mapLeft(refusal => ({ line, ...refusal })),
  )
}

const orRefused = <Read>(refusal: Refusal | null, read: Read): Either<Refusal, Read> =>
  refusal === null ? E.right(read) : E.left(refusal)

const bookIn = (cells: Cells, line: number): ImportedBook => {
  const { title, series } = titleOf(cells.title === '' ? cells.originalTitle : cells.title, cells.series)
  const authors = namesIn(cells.authors)
  const isbn = isbnOf(cells)
  const year = yearOf(cells.year)
  const language = languageTag(cells.language)
  const pages = countOf(cells.pages, 1, 100_000)
  const copies = countOf(cells.copies, 0, MOST_COPIES)
  const [genre = null, ...otherGenres] = genresIn(cells.genres)
  const subjects = subjectsOf(cells, genre, otherGenres, {
    authors,
    series: seriesNames(cells.series, series),
  })
  return {
    line,
    title,
    subtitle: subtitleOf(cells.subtitle, series ?? cells.series),
    authors,
    isbn: isbn.value,
    publicationYear: year ?? null,
    language: language ?? null,
    genre,
    subjects: subjects.slice(0, MOST_SUBJECTS),
    publisher: cells.publisher === '' ? null : cells.publisher,
    pages: pages ?? null,
    copies: copies ?? copiesByDemand(cells.ratings),
    warnings: [
      ...warnIf(cells.title === '', 'TITLE_FROM_ORIGINAL', 'The title is that of the original'),
      ...isbn.warnings,
      ...warnIf(year === undefined, 'INVALID_YEAR', `“${cells.year}” is no year`),
      ...warnIf(language === undefined, 'UNKNOWN_LANGUAGE', `“${cells.language}” is no language we know`),
      ...warnIf(pages === undefined, 'INVALID_PAGES', `“${cells.pages}” is no number of pages`),
      ...warnIf(copies === undefined, 'INVALID_COPIES', `“${cells.copies}” is no number of copies`),
      ...warnIf(
        subjects.length > MOST_SUBJECTS,
        'SUBJECTS_CUT',
        `Left out: ${subjects.slice(MOST_SUBJECTS).join(', ')}`,
      ),
    ],
  }
}

/** Why the row is none of a book, null when it is one. */
const refusalOf = (book: ImportedBook): Refusal | null => {
  if (book.title === '') return { code: 'MISSING_TITLE', reason: 'The row has no title' }
  if (book.authors.length === 0) return { code: 'MISSING_AUTHOR', reason: 'The row names no author' }
  const field = tooLong(book)
  return field === null
    ? null
    : { code: 'TEXT_TOO_LONG', reason: `The ${field} is longer than ${LONGEST[field]} characters` }
}

/** Why the cells are not even looked into. */
const unfit = (cells: Cells): Refusal | null => {
  const found = (isUnfit: (text: string) => boolean): string | undefined => {
    const [key] = Object.entries(cells).find(([, text]) => isUnfit(text)) ?? []
    return key === undefined ? undefined : columns[key as keyof Cells][0]
  }
  const long = found(text => text.length > LONGEST_CELL)
  if (long !== undefined)
    return { code: 'TEXT_TOO_LONG', reason: `The cell ${long} is longer than ${LONGEST_CELL} characters` }
  const odd = found(text => /[\p{Cc}\p{Cs}]/u.test(text))
  return odd === undefined
    ? null
    : { code: 'BAD_CHARACTERS', reason: `There are control characters in the cell ${odd}` }
}

const subjectsOf = (
  cells: Cells,
  genre: string | null,
  otherGenres: readonly string[],
  said: Parameters<typeof headingOf>[1],
): readonly string[] => {
  const headings = tagsIn(cells.tags).flatMap(tag => headingOf(tag, said) ?? [])
  return distinct([...otherGenres, ...headings]).filter(
    heading => genre === null || fold(heading) !== fold(genre),
  )
}

interface Reading<Value> {
  readonly value: Value
  readonly warnings: readonly RowWarning[]
}

const warnIf = (wrong: boolean, code: RowWarning['code'], message: string): readonly RowWarning[] =>
  wrong ? [{ code, message }] : []

/** The long form counts where the two disagree: it is the one that is scanned. */
const isbnOf = (cells: Cells): Reading<Isbn | null> => {
  const [long, short] = [cells.isbn13, cells.isbn10].map(asText) as [string, string]
  const [fromLong, fromShort] = [parseIsbn(long), parseIsbn(short)]
  return {
    value: fromLong ?? fromShort,
    warnings: [
      ...warnIf(long !== '' && fromLong === null, 'INVALID_ISBN', `“${long}” is no ISBN`),
      ...warnIf(short !== '' && fromShort === null, 'INVALID_ISBN', `“${short}” is no ISBN`),
      ...warnIf(
        fromLong !== null && fromShort !== null && fromLong.isbn13 !== fromShort.isbn13,
        'ISBN_DISAGREES',
        `${long} and ${short} are two books; the first was taken`,
      ),
    ],
  }
}

/** One copy, two or three: what many have read, many will ask for. */
const copiesByDemand = (ratings: string): number => {
  const count = numberIn(ratings) ?? 0
  return count >= 200_000 ? 3 : count >= 50_000 ? 2 : 1
}

const tooLong = (book: ImportedBook): keyof typeof LONGEST | null => {
  const { title, subtitle, authors, publisher, genre, subjects } = book
  const texts: readonly (readonly [keyof typeof LONGEST, readonly (string | null)[]])[] = [
    ['title', [title]],
    ['subtitle', [subtitle]],
    ['author', authors],
    ['publisher', [publisher]],
    ['genre', [genre]],
    ['subject', subjects],
  ]
  return texts.find(([field, all]) => all.some(text => isLongerThan(text ?? '', LONGEST[field])))?.[0] ?? null
}

const isLongerThan = (text: string, most: number): boolean => [...text].length > most
