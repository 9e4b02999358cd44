/** Hands on the outbox again and again, while the server runs. */
import type { TaskEither } from '../../core/shared/fp.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import { startLoop } from './loop.ts'
import type { Loop } from './loop.ts'

export interface RelayOptions {
  /** Hands on one batch and says how many there were. */
  readonly send: TaskEither<StoreFailure, { readonly done: number; readonly failed: number }>
  /** Milliseconds to rest when there was nothing to do. */
  readonly interval: number
  /** The database was away, or something is broken: said, and tried again after a rest. */
  readonly onFailure: (failure: unknown) => void
}

export type Relay = Loop

export const startOutboxRelay = ({ send, interval, onFailure }: RelayOptions): Relay =>
  startLoop({
    step: async () => {
      const sent = await send()
      if (sent._tag === 'Right') return sent.right.done + sent.right.failed > 0
      onFailure(sent.left)
      return false
    },
    interval,
    onFailure,
  })
