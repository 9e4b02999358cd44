/** The cells of a row: by the names columns go by, as plain text, as numbers. */
import { fold, withoutMarkup } from '../shared/text.ts'

/** The columns that are read, each under the names it goes by; of several that are filled the first counts. */
export const columns = {
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

export type Cells = Readonly<Record<keyof typeof columns, string>>

/** Of a whole cell: a row with more in it is of another table. */
export const LONGEST_CELL = 20_000

export const cellsOf = (row: Readonly<Record<string, string>>): Cells => {
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
  text.length > LONGEST_CELL ? text : withoutMarkup(text.normalize('NFC')).replace(/\s+/g, ' ').trim()

/** Spreadsheets keep leading zeros as `="0439023483"`. */
export const asText = (cell: string): string => cell.replace(/^="(.*)"$/, '$1')

/** @returns null for an empty cell, undefined for what is no year: there is none of 0 */
export const yearOf = (text: string): number | null | undefined => {
  if (text === '') return null
  const before = /^(\d{1,4}) ?(?:BC|BCE|B\.C\.(?:E\.)?)$/i.exec(text)
  const year = before === null ? numberIn(text) : -Number(before[1])
  return year !== undefined && year !== 0 && Math.abs(year) <= 9999 ? year : undefined
}

/** @returns null for an empty cell, undefined for what is no whole number between the two */
export const countOf = (text: string, least: number, most: number): number | null | undefined => {
  if (text === '') return null
  const count = numberIn(text)
  return count !== undefined && count >= least && count <= most ? count : undefined
}

/** Whole numbers, also as `2008.0`, which is how tables with gaps in the column are saved. */
export const numberIn = (text: string): number | undefined => {
  const number = /^([+-]?\d{1,9})(?:\.0+)?$/.exec(text)
  return number === null ? undefined : Number(number[1])
}
