/** Work that is looked for again and again while the server runs: the outbox, the jobs. */
import { setTimeout as wait } from 'node:timers/promises'

export interface LoopOptions {
  /** Does one piece of work. @returns whether there was any */
  readonly step: () => Promise<boolean>
  /** Milliseconds to rest when there was nothing to do. */
  readonly interval: number
  /** Something is broken: said, and tried again after a rest. */
  readonly onFailure: (failure: unknown) => void
}

export interface Loop {
  /** Ends after the piece that is under way. */
  readonly stop: () => Promise<void>
}

export const startLoop = ({ step, interval, onFailure }: LoopOptions): Loop => {
  const stopping = new AbortController()

  const found = async (): Promise<boolean> => {
    try {
      return await step()
    } catch (error) {
      onFailure(error)
      return false
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Stopping cuts the rest short, which rejects: the loop then ends by itself.
      if (!(await found()))
        await wait(interval, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}
