/** What a run leaves on the machine (processes, folders, a database server) and takes away again, however it ends. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Undo = () => void | Promise<void>

const undos: Undo[] = []

/** To be done at the end, the latest first. */
export const atTheEnd = (undo: Undo): void => {
  undos.push(undo)
}

/** Undoes all there is. May be called again: what is undone is not undone twice. */
export const undoAll = async (): Promise<void> => {
  for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) await undo()
}

/** A folder for this run alone. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'library-bench-'))
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  atTheEnd(remove)
  return folder
}

/** Ends it on the spot when we end. */
export const endWithUs = (child: ChildProcess): void => {
  const kill = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  atTheEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    kill()
    await ended
  })
}

/** Ctrl-C and a polite kill end the run as its own end does. */
export const undoOnSignals = (): void => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      // Whoever waits for what is killed now fails of it; that is no news, and must not end us before the rest is undone.
      process.on('unhandledRejection', () => undefined)
      process.on('uncaughtException', () => undefined)
      void undoAll().finally(() => process.exit(code))
    })
  }
}
