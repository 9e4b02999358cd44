/** What happened in the year, counted by month, for anyone to read. */
import type { Day } from '../../../core/shared/local-time.ts'
import type { Told } from './talk.ts'

/** In the order of the table. */
const counted = [
  'lent',
  'refused',
  'returned',
  'late',
  'renewed',
  'reserved',
  'fetched',
  'cancelled',
  'lost',
  'claimed',
  'missing',
  'charged',
  'paid',
  'sent',
  'offline',
  'moved',
] as const
export type Counted = (typeof counted)[number]

export interface Summary {
  readonly count: (on: Day, what: Counted, by?: number) => void
  /** Why not, of whatever was refused. */
  readonly refuse: (told: Told) => void
  readonly total: (what: Counted) => number
  readonly refusals: () => ReadonlyMap<string, number>
  readonly table: () => string
}

export const newSummary = (): Summary => {
  const months = new Map<string, Map<Counted, number>>()
  const refusals = new Map<string, number>()
  const total = (what: Counted): number =>
    [...months.values()].reduce((sum, month) => sum + (month.get(what) ?? 0), 0)
  const line = (head: string, cells: readonly string[]): string =>
    [head.padEnd(8), ...cells.map(cell => cell.padStart(10))].join('')
  const shown = (what: Counted, number: number): string =>
    what === 'charged' || what === 'paid' ? (number / 100).toFixed(2) : String(number)
  return {
    count: (on, what, by = 1) => {
      const month = months.get(on.slice(0, 7)) ?? new Map<Counted, number>()
      months.set(on.slice(0, 7), month.set(what, (month.get(what) ?? 0) + by))
    },
    refuse: ({ refused }) => {
      for (const rule of refused) refusals.set(rule, (refusals.get(rule) ?? 0) + 1)
    },
    total,
    refusals: () => refusals,
    table: () =>
      [
        line('', counted),
        ...[...months].map(([month, counts]) =>
          line(
            month,
            counted.map(what => shown(what, counts.get(what) ?? 0)),
          ),
        ),
        line(
          'in all',
          counted.map(what => shown(what, total(what))),
        ),
        `Refused for: ${[...refusals]
          .sort(([, a], [, b]) => b - a)
          .map(([rule, times]) => `${rule} ${times}`)
          .join(', ')}`,
      ].join('\n'),
  }
}
