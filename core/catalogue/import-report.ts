/** What an import did, row by row and in all (CAT-12). */
import type { BookId } from '../shared/id.ts'
import type { RowRefusal, RowWarning } from './import-row.ts'

export type RowOutcome =
  | {
      readonly kind: 'added'
      readonly line: number
      /** null in a dry run: the book is gone again. */
      readonly bookId: BookId | null
      readonly copies: number
      readonly warnings: readonly RowWarning[]
    }
  | {
      readonly kind: 'present'
      readonly line: number
      /** null in a dry run where the book comes from a row before it. */
      readonly bookId: BookId | null
      readonly warnings: readonly RowWarning[]
    }
  | ({ readonly kind: 'refused' } & RowRefusal)

/** `rows` is `added` + `present` + the refused ones, always. */
export interface ImportReport {
  readonly rows: number
  readonly added: number
  /** Of the books added. */
  readonly copies: number
  readonly present: number
  readonly refused: readonly RowRefusal[]
  readonly warnings: readonly (RowWarning & { readonly line: number })[]
}

export const emptyReport: ImportReport = {
  rows: 0,
  added: 0,
  copies: 0,
  present: 0,
  refused: [],
  warnings: [],
}

/** The report with the outcomes of one more batch. */
export const addUp = (report: ImportReport, outcomes: readonly RowOutcome[]): ImportReport => ({
  rows: report.rows + outcomes.length,
  added: report.added + count(outcomes, 'added'),
  copies:
    report.copies +
    outcomes.reduce((sum, outcome) => sum + (outcome.kind === 'added' ? outcome.copies : 0), 0),
  present: report.present + count(outcomes, 'present'),
  refused: [
    ...report.refused,
    ...outcomes.flatMap(outcome =>
      outcome.kind === 'refused' ? { line: outcome.line, code: outcome.code, reason: outcome.reason } : [],
    ),
  ],
  warnings: [
    ...report.warnings,
    ...outcomes.flatMap(outcome =>
      outcome.kind === 'refused' ? [] : outcome.warnings.map(warning => ({ line: outcome.line, ...warning })),
    ),
  ],
})

const count = (outcomes: readonly RowOutcome[], kind: RowOutcome['kind']): number =>
  outcomes.filter(outcome => outcome.kind === kind).length

export interface ReportForm {
  readonly dryRun: boolean
  /** So many refused rows, and so many warnings of each kind, are listed one by one; the rest is counted. */
  readonly listed: number
}

/** The report as lines of text for a terminal. */
export const formatReport = (report: ImportReport, { dryRun, listed }: ReportForm): string => {
  const { rows, added, copies, present, refused, warnings } = report
  const kinds = [...new Set(warnings.map(({ code }) => code))]
  return [
    `${rows} rows read${dryRun ? '; a dry run, nothing was changed' : ''}`,
    `${dryRun ? 'to be added' : 'added'}: ${added}, with ${copies} copies`,
    `there already: ${present}`,
    `refused: ${refused.length}`,
    ...few(
      refused.map(({ line, code, reason }) => `  line ${line}: ${reason} (${code})`),
      listed,
    ),
    ...kinds.flatMap(kind => {
      const all = warnings.filter(({ code }) => code === kind)
      return [
        `warnings ${kind}: ${all.length}`,
        ...few(
          all.map(({ line, message }) => `  line ${line}: ${message}`),
          listed,
        ),
      ]
    }),
  ].join('\n')
}

const few = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `  … and ${lines.length - most} more`]
