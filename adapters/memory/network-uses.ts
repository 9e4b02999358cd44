/** What was done from networks by people without a name. */
import type { NetworkUses } from '../../core/identity/network-uses.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'

/** On the tables themselves: no unit of work undoes it. */
export const networkUses = ({ tables }: Database): NetworkUses => ({
  count: (use, network, { now, forgotten }) =>
    TE.fromIO(() => {
      const counter = `${use} ${network}`
      const known = tables.networkUses.find(counter)
      const next =
        known === undefined || known.since <= forgotten
          ? { counter, since: now, count: 1 }
          : { ...known, count: known.count + 1 }
      tables.networkUses.put(next)
      return next
    }),
})
