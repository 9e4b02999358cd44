/** The product as an operator runs it: a process of its own, told what to do by its environment. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtProgram } from './built.ts'

/** Milliseconds a server may take to listen; the sample library is part of that. */
const patience = 60_000

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** All it has said so far, on both streams. */
  readonly output: () => string
  /** Asks it to stop. @returns its exit code */
  readonly stop: () => Promise<number>
  /** Ends it on the spot, as a crash does. */
  readonly kill: () => void
}

export type Environment = Readonly<Record<string, string>>

/**
 * Nothing of the environment of the tests reaches it but what a program needs to run. Its coverage is not measured: c8 counts what is
 * built beside what is imported, as other functions of the same file.
 */
export const bare = (): Environment =>
  Object.fromEntries(
    ['PATH', 'HOME'].flatMap(name => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** The address in the JSON line that says where it listens; null as long as there is none. */
export const listeningAt = (output: string): string | null => {
  const whole = output.split('\n').slice(0, -1)
  for (const line of whole.filter(text => text.startsWith('{'))) {
    const said = JSON.parse(line) as { message?: unknown; url?: unknown }
    if (said.message === 'listening' && typeof said.url === 'string') return said.url
  }
  return null
}

/** Each runs in an empty folder, where no `.env` is found and `./data` is nobody else's. */
const launched = (env: Environment, preloads: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'library-server-'))
  const imports = preloads.flatMap(module => ['--import', module])
  const child = spawn(process.execPath, [...imports, builtProgram('main')], {
    cwd: folder,
    env: { ...bare(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killed = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', killed)
  child.once('close', () => {
    process.off('exit', killed)
    rmSync(folder, { recursive: true, force: true })
  })
  return child
}

const exitCode = async (child: ChildProcess): Promise<number> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return child.exitCode ?? -1
}

/**
 * Starts it on a free port. Rejects with all it said when it ends, or does not listen in time.
 * @param preloads modules it loads before the product
 */
export const startServerProcess = (
  env: Environment,
  preloads: readonly string[] = [],
): Promise<ServerProcess> =>
  new Promise((resolve, reject) => {
    const child = launched({ PORT: '0', ...env }, preloads)
    let said = ''
    let listens = false
    const output = (): string => said
    const tooLate = setTimeout(() => {
      child.kill('SIGKILL')
    }, patience)
    const hear = (chunk: Buffer): void => {
      said += chunk.toString('utf8')
      const url = listens ? null : listeningAt(said)
      if (url === null) return
      listens = true
      clearTimeout(tooLate)
      resolve({
        url,
        pid: child.pid!,
        output,
        stop: () => {
          child.kill('SIGTERM')
          return exitCode(child)
        },
        kill: () => {
          child.kill('SIGKILL')
        },
      })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(tooLate)
      reject(new Error(`The server ended with ${String(code ?? signal)} before it listened:\n${said}`))
    })
  })
