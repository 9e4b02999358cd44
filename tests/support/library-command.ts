/** `library`, the command of operators, in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtProgram } from './built.ts'
import { bare } from './server.ts'
import type { Environment } from './server.ts'

export interface Ended {
  readonly code: number
  /** On its standard output. */
  readonly said: string
  /** On its standard error. */
  readonly refused: string
}

interface Situation {
  readonly env: Environment
  /** The folder it is called in, where it looks for `.env`; an empty one where nothing is said. */
  readonly folder?: string
  /** What comes by its standard input. */
  readonly typed?: string
}

/** @param given its arguments, as `['unlock', 'reader']` */
export const runLibrary = async (
  given: readonly string[],
  { env, folder, typed = '' }: Situation,
): Promise<Ended> => {
  const place = folder ?? mkdtempSync(join(tmpdir(), 'library-command-'))
  const child = spawn(process.execPath, [builtProgram('cli'), ...given], {
    cwd: place,
    env: { ...bare(), ...env },
  })
  const kill = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', kill)
  const [said, refused] = [child.stdout, child.stderr].map(stream => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    return () => Buffer.concat(chunks).toString('utf8')
  })
  child.stdin.end(typed)
  const [code] = (await once(child, 'close')) as [number]
  process.off('exit', kill)
  if (folder === undefined) rmSync(place, { recursive: true })
  return { code, said: said!(), refused: refused!() }
}
