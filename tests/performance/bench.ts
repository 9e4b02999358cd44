/** `npm run bench`: what the product costs on each database, as a multiple of the same work without it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { groundOf } from './grounds.ts'
import type { LegName } from './grounds.ts'
import { contendersOf, stageOf } from './leg.ts'
import { readOptions } from './options.ts'
import type { Options } from './options.ts'
import { isAccounted } from './processor-time.ts'
import { linesOf } from './report.ts'
import type { Line } from './report.ts'
import { inRounds } from './rounds.ts'
import { startProduct } from './server.ts'
import { table } from './table.ts'
import { temporaryFolder, undoAll, undoOnSignals } from './undo.ts'

const say = (words: string): void => {
  process.stderr.write(`${words}\n`)
}

const runLeg = async (leg: LegName, options: Options): Promise<readonly Line[]> => {
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
  return linesOf(leg, series)
}

const options = readOptions(process.argv.slice(2))
undoOnSignals()
if (!isAccounted) say('This system keeps no account of processor time that we can read: the ratios are null.')
try {
  const lines: Line[] = []
  for (const leg of options.only) {
    const measured = await runLeg(leg, options)
    for (const line of measured) process.stdout.write(`${JSON.stringify(line)}\n`)
    lines.push(...measured)
  }
  process.stdout.write(`\n${table(lines)}\n`)
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ options, lines }, null, 2)}\n`)
  if (lines.some(({ errors }) => errors > 0)) process.exitCode = 1
} finally {
  await undoAll()
}
