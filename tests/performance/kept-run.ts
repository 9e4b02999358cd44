/** A run in a file: written to be read by people and by `--compare`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { LegName } from './legs.ts'
import type { Options } from './options.ts'
import type { Line } from './report.ts'
import type { Series } from './rounds.ts'

export interface Run {
  readonly at: string
  readonly node: string
  readonly processors: number
  readonly options: Options
  readonly lines: readonly Line[]
  /** Every round of every leg. */
  readonly legs: readonly { readonly leg: LegName; readonly series: readonly Series[] }[]
}

export const runOf = (options: Options, { lines, legs }: Pick<Run, 'lines' | 'legs'>): Run => ({
  at: new Date().toISOString(),
  node: process.version,
  processors: availableParallelism(),
  options,
  lines,
  legs,
})

export const keepRun = (file: string, run: Run): void => {
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`)
}

/** @throws when the file holds no run */
export const readRun = (file: string): Run => {
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof read === 'object' && read !== null && 'lines' in read && Array.isArray(read.lines))
    return read as Run
  throw new Error(`${file} is not what --json keeps`)
}
