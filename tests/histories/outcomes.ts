/** How often each kind of operation was done, and how often refused, and why: a history in which nothing succeeds shows nothing. */
import { kinds } from './operations.ts'
import type { Kind, Operation } from './operations.ts'
import type { Exchange } from './playing.ts'

export interface Outcomes {
  readonly count: (operation: Operation, exchanges: readonly Exchange[]) => void
  /** Kinds that were not done once. */
  readonly neverDone: () => readonly Kind[]
  /** A line for each kind. */
  readonly table: () => string
}

const done = 'done'

export const outcomesOf = (): Outcomes => {
  const seen = new Map<Kind, Map<string, number>>(kinds.map(kind => [kind, new Map()]))
  return {
    count: ({ do: kind }, exchanges) => {
      const counts = seen.get(kind)!
      for (const { asked, code } of exchanges) {
        if (asked.startsWith('GET')) continue
        counts.set(code ?? done, (counts.get(code ?? done) ?? 0) + 1)
      }
    },
    neverDone: () => kinds.filter(kind => !seen.get(kind)!.has(done)),
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
