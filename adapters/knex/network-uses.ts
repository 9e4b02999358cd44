/** The table `network_uses`. */
import type { NetworkUses } from '../../core/identity/network-uses.ts'
import { E } from '../../core/shared/fp.ts'
import { fromInstant, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import type { Database } from './database.ts'
import { withRetries } from './retry.ts'

interface Row {
  readonly since: StoredInstant
  readonly uses: number
}

/** Each in one statement by itself, on whatever connection is free: no other unit of work undoes it. */
export const networkUses = ({ write }: Database): NetworkUses => ({
  count: (use, network, { now, forgotten }) =>
    withRetries(async () => {
      const [at, before] = [fromInstant(now), fromInstant(forgotten)]
      const [row] = await write('network_uses')
        .insert({ counter: `${use} ${network}`, since: at, uses: 1 })
        .onConflict('counter')
        .merge({
          uses: write.raw('case when network_uses.since <= ? then 1 else network_uses.uses + 1 end', [
            before,
          ]),
          since: write.raw(
            'case when network_uses.since <= ? then excluded.since else network_uses.since end',
            [before],
          ),
        })
        .returning<Row[]>(['since', 'uses'])
      const { since, uses } = row as Row
      return E.right({ count: uses, since: toInstant(since) })
    }),
})
