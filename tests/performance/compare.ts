/** Two runs side by side: the ratios, which outlive a change of the machine, and what an operation cost. */
import type { Line } from './report.ts'
import { columns, digits } from './table.ts'

export interface Change {
  readonly leg: string
  readonly name: string
  /** Milliseconds of processor time an operation. */
  readonly cost: { readonly before: number | null; readonly after: number | null }
  /** null for a floor. */
  readonly ratio: { readonly before: number | null; readonly after: number | null }
  /** By which the ratio changed: -0.25 is a quarter less. For a floor, that of its cost: how far the machine differs. */
  readonly change: number | null
}

/** What both runs have, in the order of the later one. */
export const changesBetween = (before: readonly Line[], after: readonly Line[]): readonly Change[] =>
  after.flatMap((line): Change[] => {
    const earlier = before.find(({ leg, name }) => leg === line.leg && name === line.name)
    if (earlier === undefined) return []
    const cost = { before: earlier.cpu_ms_per_operation, after: line.cpu_ms_per_operation }
    const ratio = { before: earlier.ratio, after: line.ratio }
    const told = line.floor === null ? cost : ratio
    return [
      {
        leg: line.leg,
        name: line.floor === null ? `(${line.name})` : line.name,
        cost,
        ratio,
        change: told.before === null || told.after === null ? null : told.after / told.before - 1,
      },
    ]
  })

const percent = (change: number | null): string =>
  change === null ? '-' : `${change > 0 ? '+' : ''}${(change * 100).toFixed(1)} %`

export const comparison = (changes: readonly Change[]): string =>
  [...new Set(changes.map(({ leg }) => leg))]
    .map(leg =>
      columns([
        [leg, 'cpu ms before', 'after', 'ratio before', 'after', 'change'],
        ...changes
          .filter(change => change.leg === leg)
          .map(({ name, cost, ratio, change }) => [
            name,
            digits(cost.before, 3),
            digits(cost.after, 3),
            digits(ratio.before, 2),
            digits(ratio.after, 2),
            percent(change),
          ]),
      ]),
    )
    .join('\n\n')
