/** How far library time is ahead. */
import type { ClockQueries, ClockSetting } from '../../core/operations/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { Database } from './database.ts'

export const clockSetting = ({ tables }: Database): ClockSetting => ({
  get: () => TE.fromIO(() => tables.clock.find('clock')?.offset ?? null),
  set: offset => TE.fromIO(() => tables.clock.put({ offset })),
  latestEvent: () =>
    TE.fromIO(() => {
      let latest = -Infinity
      for (const { event } of tables.outbox.all()) latest = Math.max(latest, event.occurredAt)
      return latest === -Infinity ? null : instant(latest)
    }),
})

export const clockQueries = ({ tables }: Database): ClockQueries => ({
  offset: () => TE.fromIO(() => tables.clock.find('clock')?.offset ?? null),
})
