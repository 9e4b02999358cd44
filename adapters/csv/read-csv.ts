/** Tables of comma-separated values (RFC 4180), read row by row: a broken row is told and the next one read. */
import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse/sync'
import type { RawRow } from '../../core/catalogue/import-row.ts'

/** A cell may run over several lines; a quote that is not closed within so many never will be. */
const MOST_LINES = 200
const LONGEST_LINE = 1024 * 1024

const QUOTE = 0x22
const NEWLINE = 0x0a

/** `bytes` is null for a line too long to be kept. */
interface Line {
  readonly number: number
  readonly bytes: Buffer | null
}

type Cells = { readonly cells: readonly string[] } | { readonly fault: string }

/**
 * The rows of a UTF-8 file with a header, by the names in it. A row whose quotes are broken, whose number of cells
 * differs from the header's or whose bytes are not UTF-8 comes as a fault, with the line it begins in; reading goes on
 * with the next line. Throws what the file system throws.
 */
export async function* readCsv(path: string): AsyncGenerator<RawRow> {
  let names: readonly string[] | null = null
  for await (const { line, ...read } of records(path)) {
    if (names === null) {
      const fault = 'fault' in read ? read.fault : headerFault(read.cells)
      if ('fault' in read || fault !== null) {
        yield { line, fault: `The header cannot be read: ${fault ?? ''}` }
        return
      }
      names = read.cells
    } else yield { line, ...named(names, read) }
  }
}

/** How many rows there are, for a progress bar: right where the quotes are, without looking into the cells. */
export const countRows = async (path: string): Promise<number> => {
  let [rows, isOpen] = [0, false]
  for await (const { bytes } of lines(path)) {
    if (!isOpen && isEmpty(bytes)) continue
    isOpen = isOpen !== hasOddQuotes(bytes)
    if (!isOpen) rows++
  }
  return Math.max(0, rows + (isOpen ? 1 : 0) - 1)
}

/** So many rows at a time; the last lot may be smaller. */
export async function* inBatches<Row>(
  rows: AsyncIterable<Row>,
  size: number,
): AsyncGenerator<readonly Row[]> {
  let batch: Row[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const headerFault = (names: readonly string[]): string | null => {
  const twice = names.find((name, index) => name.trim() !== '' && names.indexOf(name) !== index)
  if (twice !== undefined) return `it names “${twice}” twice`
  return names.some(name => name.includes('\r')) ? 'its lines end with CR alone' : null
}

const named = (
  names: readonly string[],
  read: Cells,
): { readonly row: Readonly<Record<string, string>> } | { readonly fault: string } => {
  if ('fault' in read) return read
  const { cells } = read
  return cells.length === names.length
    ? { row: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) }
    : { fault: `It has ${cells.length} cells, the header has ${names.length}` }
}

/**
 * Lines joined while a quote is open. When that gives no record, only the first of them is at fault and the others are
 * read anew: one quote too many costs one row, not the rest of the file.
 */
async function* records(path: string): AsyncGenerator<{ readonly line: number } & Cells> {
  const source = lines(path)
  const ahead: Line[] = []
  const next = async (): Promise<Line | undefined> => {
    const line = ahead.shift()
    if (line !== undefined) return line
    const read = await source.next()
    return read.done === true ? undefined : read.value
  }
  for (let first = await next(); first !== undefined; first = await next()) {
    const joined = [first]
    let isOpen = hasOddQuotes(first.bytes)
    while (isOpen && joined.length < MOST_LINES) {
      const more = await next()
      if (more === undefined) break
      joined.push(more)
      isOpen = isOpen !== hasOddQuotes(more.bytes)
    }
    const read = cellsOf(joined)
    if ('fault' in read) ahead.unshift(...joined.slice(1))
    if (!isEmpty(first.bytes)) yield { line: first.number, ...read }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

const cellsOf = (joined: readonly Line[]): Cells => {
  const bytes = joined.flatMap(line => line.bytes ?? [])
  if (bytes.length < joined.length) return { fault: `It is longer than ${LONGEST_LINE} bytes` }
  try {
    const text = utf8.decode(Buffer.concat(bytes)).replace(/\r?\n$/, '')
    // Left to find out the delimiter, the parser would take a lone CR for one and lose what follows.
    const [cells = []] = parse(text, { relax_quotes: false, record_delimiter: '\n' })
    return { cells }
  } catch (error) {
    if (error instanceof TypeError) return { fault: 'There are bytes in it that are not UTF-8' }
    if (error instanceof CsvError) return { fault: faults[error.code] ?? error.message }
    throw error
  }
}

const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'Something stands between a closing quote and the next comma',
  INVALID_OPENING_QUOTE: 'A quote stands in a cell that does not begin with one',
}

/** Cut at the newline byte, which is nothing else in UTF-8; the newline stays with its line. */
async function* lines(path: string): AsyncGenerator<Line> {
  let number = 1
  let pending: Buffer[] = []
  let length = 0
  const cut = (): Line => {
    const line = { number, bytes: length > LONGEST_LINE ? null : Buffer.concat(pending) }
    number++
    pending = []
    length = 0
    return line
  }
  const keep = (bytes: Buffer): void => {
    length += bytes.length
    if (length > LONGEST_LINE) pending = []
    else pending.push(bytes)
  }
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at + 1))
      from = at + 1
      yield cut()
    }
    keep(chunk.subarray(from))
  }
  if (length > 0) yield cut()
}

const hasOddQuotes = (bytes: Buffer | null): boolean => {
  let odd = false
  for (let at = bytes?.indexOf(QUOTE) ?? -1; at !== -1; at = bytes?.indexOf(QUOTE, at + 1) ?? -1) odd = !odd
  return odd
}

const isEmpty = (bytes: Buffer | null): boolean => bytes !== null && bytes.toString('latin1').trim() === ''
