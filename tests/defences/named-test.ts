/** Runs some tests of one file, in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from './verdict.ts'

/** Milliseconds that one run may take. */
const patience = 300_000

/** Whichever apostrophe the title has. */
const pattern = (words: string): string =>
  words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/['’]/g, "['’]")

export interface Ran {
  /** null: there is none. */
  readonly report: Report | null
  /** On both streams. */
  readonly said: string
}

export interface NamedTests {
  readonly file: string
  /** Those whose titles have any of these words. */
  readonly words: readonly string[]
  /** Nobody asks for more than the first that fails. */
  readonly bail: boolean
}

/** @param folder the tree in which they run */
export const runNamed = async (folder: string, { file, words, bail }: NamedTests): Promise<Ran> => {
  const path = join(folder, 'report-of-named-tests.json')
  rmSync(path, { force: true })
  const child = spawn(
    process.execPath,
    [
      ...['--import', './tests/as-modules.js', 'node_modules/mocha/bin/mocha.js', '--no-config', '--exit'],
      ...['--timeout', '60000', '--require', './tests/support/root-hooks.ts', ...(bail ? ['--bail'] : [])],
      ...['--reporter', 'json', '--reporter-option', `output=${path}`],
      ...['--grep', words.map(pattern).join('|'), file],
    ],
    { cwd: folder, timeout: patience, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  const hear = (chunk: Buffer): void => {
    said += chunk.toString('utf8')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  await once(child, 'close')
  return { report: existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : null, said }
}
