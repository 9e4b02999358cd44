/** `npm run bench`: what the product costs on each database, as a multiple of the same work without it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { changesBetween, comparison } from './compare.ts'
import { groundOf } from './grounds.ts'
import type { LegName } from './legs.ts'
import { keepRun, readRun, runOf } from './kept-run.ts'
import type { Run } from './kept-run.ts'
import { contendersOf, stageOf } from './leg.ts'
import { readOptions } from './options.ts'
import type { Options } from './options.ts'
import { isAccounted } from './processor-time.ts'
import { linesOf } from './report.ts'
import type { Line } from './report.ts'
import { inRounds } from './rounds.ts'
import type { Series } from './rounds.ts'
import { startProduct } from './server.ts'
import { table } from './table.ts'
import { temporaryFolder, undoAll, undoOnSignals } from './undo.ts'

/** Progress goes where it does not mix with the result. */
const say = (words: string): void => {
  process.stderr.write(`${words}\n`)
}
const show = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const runLeg = async (leg: LegName, options: Options): Promise<readonly Series[]> => {
  say(`${leg}: making a library of ${String(options.titles)} titles`)
  const folder = join(temporaryFolder(), leg)
  mkdirSync(folder)
  const ground = await groundOf(leg, folder, options)
  const server = await startProduct(ground.library, folder, {
    SQLITE_SYNCHRONOUS: leg === 'sqlite-full' ? 'FULL' : 'NORMAL',
  })
  const stage = await stageOf(ground, server, options)
  const contenders = await contendersOf(ground, server, stage, options)
  const series = await inRounds(contenders, options, words => {
    say(`${leg}: ${words}`)
  })
  await server.stop()
  // Nothing of one leg runs beside the next.
  await undoAll()
  return series
}

const runAll = async (options: Options): Promise<Run> => {
  if (!isAccounted) say('This system keeps no account of processor time in /proc: all of it is null.')
  const lines: Line[] = []
  const legs: Run['legs'][number][] = []
  for (const leg of options.only) {
    const series = await runLeg(leg, options)
    const measured = linesOf(leg, series)
    for (const line of measured) show(JSON.stringify(line))
    lines.push(...measured)
    legs.push({ leg, series })
  }
  show(`\n${table(lines)}`)
  return runOf(options, { lines, legs })
}

const options = readOptions(process.argv.slice(2))
// A file that cannot be read is told before minutes are spent.
const earlier = options.compare === undefined ? null : readRun(options.compare)
undoOnSignals()
try {
  const run = options.against === undefined ? await runAll(options) : readRun(options.against)
  if (options.json !== undefined) keepRun(options.json, run)
  if (earlier !== null) show(`\n${comparison(changesBetween(earlier.lines, run.lines))}`)
  for (const { leg, name, errors, first_error } of run.lines.filter(line => line.errors > 0)) {
    say(`${leg}: ${name}: ${String(errors)} errors; the first: ${first_error ?? ''}`)
    process.exitCode = 1
  }
} finally {
  await undoAll()
}
