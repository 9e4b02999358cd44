/** Hands on the outbox again and again, while the server runs. */
import { setTimeout as wait } from 'node:timers/promises'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'

export interface RelayOptions {
  /** Hands on one batch and says how many there were. */
  readonly send: TaskEither<StoreFailure, { readonly done: number; readonly failed: number }>
  /** Milliseconds to rest when there was nothing to do. */
  readonly interval: number
  /** The database was away, or something is broken: said, and tried again after a rest. */
  readonly onFailure: (failure: unknown) => void
}

export interface Relay {
  /** Ends after the batch that is under way. */
  readonly stop: () => Promise<void>
}

export const startOutboxRelay = ({ send, interval, onFailure }: RelayOptions): Relay => {
  const stopping = new AbortController()

  /** @returns whether there was anything to hand on */
  const batch = async (): Promise<boolean> => {
    try {
      const sent = await send()
      if (sent._tag === 'Right') return sent.right.done + sent.right.failed > 0
      onFailure(sent.left)
    } catch (error) {
      onFailure(error)
    }
    return false
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const hadWork = await batch()
      // Stopping cuts the rest short, which rejects: the loop then ends by itself.
      if (!hadWork) await wait(interval, undefined, { signal: stopping.signal }).catch(() => undefined)
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
