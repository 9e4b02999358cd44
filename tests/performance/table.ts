/** Lines as a person reads them. */
import type { Line } from './report.ts'

/** Columns as wide as what stands in them; the first one flush left, the others right. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const digits = (value: number | null, places: number): string =>
  value === null ? '-' : value.toFixed(places)

const verdict = ({ goal, holds }: Line): string =>
  goal === null ? '' : `${holds === null ? 'unknown' : holds ? 'holds' : 'MISSED'} (at most ${String(goal)})`

const heads = [
  '',
  'a second',
  'p50 ms',
  'p99 ms',
  'errors',
  'server cpu ms',
  'database cpu ms',
  'ratio',
  'floor',
  'goal',
]

/** One block a leg. Processor time is that of a request; the ratio that of an operation. */
export const table = (lines: readonly Line[]): string =>
  [...new Set(lines.map(({ leg }) => leg))]
    .map(leg =>
      columns([
        [leg, ...heads.slice(1)],
        ...lines
          .filter(line => line.leg === leg)
          .map(line => [
            line.floor === null ? `(${line.name})` : line.name,
            digits(line.rps, 0),
            digits(line.p50, 2),
            digits(line.p99, 2),
            String(line.errors),
            digits(line.server_cpu_ms, 3),
            digits(line.database_cpu_ms, 3),
            digits(line.ratio, 2),
            line.floor ?? '',
            verdict(line),
          ]),
      ]),
    )
    .join('\n\n')
