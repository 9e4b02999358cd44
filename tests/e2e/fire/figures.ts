/** What was seen of each race and crash, for the table at the end of `npm run torture`. */
import { tally } from './ask.ts'
import type { Answer } from './ask.ts'

interface Figure {
  readonly what: string
  readonly rounds: number
  readonly answers: Readonly<Record<number, number>>
  /** Milliseconds, of each process, at the most. */
  readonly lags: readonly number[]
  readonly note: string
}

const figures: Figure[] = []

export const note = (
  what: string,
  rounds: number,
  answers: readonly Answer[],
  lags: readonly number[],
  told = '',
): void => {
  figures.push({ what, rounds, answers: tally(answers), lags, note: told })
}

const row = (what: string, times: string, answers: string, lag: string, told: string): string =>
  [what.padEnd(widest), times.padStart(6), answers.padEnd(42), lag.padEnd(18), told].join('  ').trimEnd()

/** Of the sentences that races are called by. */
const widest = 120

/** Lines of text, one for each, below a head. */
export const table = (): string =>
  [
    row('', 'rounds', 'answers by status', 'greatest lag', ''),
    ...figures.map(({ what, rounds, answers, lags, note: told }) =>
      row(
        what,
        String(rounds),
        Object.entries(answers)
          .map(([status, count]) => `${status}: ${count}`)
          .join(', '),
        lags.map(lag => `${lag} ms`).join(', '),
        told,
      ),
    ),
  ].join('\n')
