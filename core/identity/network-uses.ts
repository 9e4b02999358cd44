/** AUT-7: how often somebody without a name may do what costs, or what reaches another, from one network within an hour. */
import type { Clock } from '../shared/clock.ts'
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import { instant } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'
import type { Act } from './actor.ts'
import { secondsUntil } from './lockout.ts'
import { networkOf } from './network.ts'

/** A stranger registers himself, or asks for the mail that sets a password. */
export type NetworkUse = 'register' | 'mail'

/** Of each, within the hour that begins with the first. */
const mostFromNetwork = 20
const hour = 3_600_000

export interface Uses {
  /** This one among them. */
  readonly count: number
  /** When the first of them was. */
  readonly since: Instant
}

export interface NetworkUses {
  /**
   * One more. It stands at once, whatever comes of what it is counted for; of many at the same moment each gets another count.
   * @param forgotten those of before count no more, and the first after them begins anew
   */
  count(
    use: NetworkUse,
    network: string,
    times: { readonly now: Instant; readonly forgotten: Instant },
  ): TaskEither<StoreFailure, Uses>
}

/** From where he calls too much was asked for. */
export interface TooManyUses {
  readonly type: 'TooManyUses'
  readonly limit: number
  readonly retryAfterSeconds: number
}

export interface NetworkLimit {
  /** null: nothing is limited by the network. */
  readonly networkUses: NetworkUses | null
  /** Real time. */
  readonly realClock: Clock
}

/** Counts it before it is done, so that what is refused or fails counts too. Who is not somewhere is not limited. */
export const withinNetworkLimit =
  ({ networkUses, realClock }: NetworkLimit) =>
  (use: NetworkUse, { address }: Act): TaskEither<TooManyUses | StoreFailure, void> =>
    pipe(
      TE.fromIO(() => realClock.now()),
      TE.flatMap((now): TaskEither<TooManyUses | StoreFailure, void> =>
        networkUses === null || address === null
          ? TE.right(undefined)
          : pipe(
              networkUses.count(use, networkOf(address), { now, forgotten: instant(now - hour) }),
              TE.flatMap(({ count, since }) =>
                count <= mostFromNetwork
                  ? TE.right(undefined)
                  : TE.left({
                      type: 'TooManyUses' as const,
                      limit: mostFromNetwork,
                      retryAfterSeconds: secondsUntil(instant(since + hour), now),
                    }),
              ),
            ),
      ),
    )
