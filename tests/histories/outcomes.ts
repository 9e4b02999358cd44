/** How often each kind of operation was done, and how often refused, and why: a history in which nothing succeeds shows nothing. */
import { jobs, kinds } from './operations.ts'
import type { Kind, Operation } from './operations.ts'
import type { Exchange } from './playing.ts'

export interface Outcomes {
  readonly count: (operation: Operation, exchanges: readonly Exchange[]) => void
  /** What each kind must have come to, and did not once. */
  readonly neverDone: () => readonly string[]
  /** A line for each kind. */
  readonly table: () => string
}

const done = 'done'

/** What a kind must come to at least once, where that is more than to be done. */
const wanted: Partial<Readonly<Record<Kind, readonly string[]>>> = {
  upload: ['checkout applied', 'return applied', 'duplicate', 'conflict', 'refused'],
  'wait for its renewal': ['auto-renew'],
  // There is nothing to recount, and what is renewed by itself is waited for.
  run: jobs.filter(job => job !== 'recount' && job !== 'auto-renew'),
}

export const outcomesOf = (): Outcomes => {
  const seen = new Map<Kind, Map<string, number>>(kinds.map(kind => [kind, new Map()]))
  return {
    count: ({ do: kind }, exchanges) => {
      const counts = seen.get(kind)!
      for (const outcome of exchanges.flatMap(({ outcomes }) => outcomes)) {
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      }
    },
    neverDone: () =>
      kinds.flatMap(kind =>
        (wanted[kind] ?? [done])
          .filter(outcome => !seen.get(kind)!.has(outcome))
          .map(outcome => `${kind}: ${outcome}`),
      ),
    table: () =>
      [...seen]
        .map(([kind, counts]) => {
          const refused = [...counts].filter(([code]) => code !== done).sort(([, a], [, b]) => b - a)
          return [
            kind.padEnd(20),
            String(counts.get(done) ?? 0).padStart(6),
            ...refused.map(([code, times]) => ` ${code} ${times}`),
          ].join('')
        })
        .join('\n'),
  }
}
