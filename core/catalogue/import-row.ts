/** One row of a catalogue from elsewhere, read into what the catalogue knows of a book (CAT-12). */
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import { fold } from '../shared/text.ts'
import { languageTag } from './import-language.ts'
import { distinct, namesIn } from './import-names.ts'
import { genresIn, headingOf, tagsIn } from './import-subjects.ts'
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

/** The columns that are read, each under the names it goes by; of several that are filled the first counts. */
const columns = {
  title: ['title'],
  originalTitle: ['original_title'],
  subtitle: ['subtitle'],
  authors: ['authors', 'author'],
  isbn13: ['isbn13', 'isbn_13', 'isbn'],
  isbn10: ['isbn10', 'isbn_10'],
  year: ['original_publication_year', 'publication_year', 'year'],
  language: ['language_code', 'language'],
  genres: ['genres', 'genre'],
  tags: ['tags', 'subjects'],
  series: ['series'],
  publisher: ['publisher'],
  pages: ['pages'],
  copies: ['copies'],
  ratings: ['ratings_count'],
} as const satisfies Record<string, readonly string[]>

type Cells = Readonly<Record<keyof typeof columns, string>>

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
  const book = bookIn(cells, line)
  const refusal = refusalOf(cells, book)
  return refusal === null ? E.right(book) : E.left({ line, ...refusal })
}

const bookIn = (cells: Cells, line: number): ImportedBook => {
  const { title, series } = titleOf(cells.title === '' ? cells.originalTitle : cells.title, cells.series)
  const authors = namesIn(cells.authors)
  const isbn = isbnOf(cells)
  const year = yearOf(cells.year)
  const language = languageTag(cells.language)
  const pages = countOf(cells.pages, 1, 100_000)
  const copies = countOf(cells.copies, 0, MOST_COPIES)
  const [genre = null, ...otherGenres] = genresIn(cells.genres)
  const subjects = subjectsOf(cells, genre, otherGenres, { authors, series: seriesNames(cells, series) })
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
const refusalOf = (cells: Cells, book: ImportedBook): Omit<RowRefusal, 'line'> | null => {
  const unfit = Object.entries(cells).find(([, text]) => /[\p{Cc}\p{Cs}]/u.test(text))
  if (unfit !== undefined) {
    const [column] = columns[unfit[0] as keyof Cells]
    return { code: 'BAD_CHARACTERS', reason: `There are control characters in the column ${column}` }
  }
  if (book.title === '') return { code: 'MISSING_TITLE', reason: 'The row has no title' }
  if (book.authors.length === 0) return { code: 'MISSING_AUTHOR', reason: 'The row names no author' }
  const field = tooLong(book)
  return field === null
    ? null
    : { code: 'TEXT_TOO_LONG', reason: `The ${field} is longer than ${LONGEST[field]} characters` }
}

const cellsOf = (row: Readonly<Record<string, string>>): Cells => {
  const byName = new Map(Object.entries(row).map(([name, text]) => [headerName(name), plain(text)]))
  const entries = Object.entries(columns).map(([column, names]) => [
    column,
    names.map(name => byName.get(name) ?? '').find(text => text !== '') ?? '',
  ])
  return Object.fromEntries(entries) as Cells
}

/** `Publication Year` and `publication-year` are `publication_year`. */
const headerName = (name: string): string => fold(name).replace(/[\s-]+/g, '_')

/** One line of plain text: markup and doubled spaces out. */
const plain = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * Parts `Catching Fire (The Hunger Games, #2)`. A bracket at the end is a series when it has a number with a hash in
 * it or says what the column of series says; any other belongs to the title: `The Last Summer (of You and Me)`.
 */
const titleOf = (
  text: string,
  seriesColumn: string,
): { readonly title: string; readonly series: string | null } => {
  const at = openingOf(text)
  const inside = text.slice(at + 1, -1).trim()
  const isSeries =
    at > 0 && (/#\s*\d/.test(inside) || (seriesColumn !== '' && fold(inside) === fold(seriesColumn)))
  return isSeries ? { title: text.slice(0, at).trim(), series: inside } : { title: text, series: null }
}

/** Where the bracket opens that closes the text, -1 when none does. Brackets may lie in it: `(Ranma ½ (US 2nd), #1)`. */
const openingOf = (text: string): number => {
  if (!text.endsWith(')')) return -1
  let open = 0
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') open++
    if (text[at] === '(' && --open === 0) return at
  }
  return -1
}

/** The schema has no field for a series; the subtitle is shown and searched with the title. */
const subtitleOf = (subtitle: string, series: string): string | null => {
  if (subtitle === '') return series === '' ? null : series
  return series === '' ? subtitle : `${subtitle} (${series})`
}

const seriesNames = (cells: Cells, suffix: string | null): readonly string[] => [
  cells.series,
  ...(suffix ?? '').split(/#[^;,]*|:/),
]

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

/** Spreadsheets keep leading zeros as `="0439023483"`. */
const asText = (cell: string): string => cell.replace(/^="(.*)"$/, '$1')

/** @returns null for an empty cell, undefined for what is no year: there is none of 0 */
const yearOf = (text: string): number | null | undefined => {
  if (text === '') return null
  const before = /^(\d{1,4}) ?(?:BC|BCE|B\.C\.(?:E\.)?)$/i.exec(text)
  const year = before === null ? numberIn(text) : -Number(before[1])
  return year !== undefined && year !== 0 && Math.abs(year) <= 9999 ? year : undefined
}

/** @returns null for an empty cell, undefined for what is no whole number between the two */
const countOf = (text: string, least: number, most: number): number | null | undefined => {
  if (text === '') return null
  const count = numberIn(text)
  return count !== undefined && count >= least && count <= most ? count : undefined
}

/** Whole numbers, also as `2008.0`, which is how tables with gaps in the column are saved. */
const numberIn = (text: string): number | undefined => {
  const number = /^([+-]?\d{1,9})(?:\.0+)?$/.exec(text)
  return number === null ? undefined : Number(number[1])
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
  return texts.find(([field, all]) => all.some(text => (text?.length ?? 0) > LONGEST[field]))?.[0] ?? null
}
