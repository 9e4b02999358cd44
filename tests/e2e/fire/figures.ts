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

/** Lines of text, one for each. */
export const table = (): string =>
  figures
    .map(({ what, rounds, answers, lags, note: told }) =>
      [
        what.padEnd(70),
        String(rounds).padStart(3),
        Object.entries(answers)
          .map(([status, count]) => `${status}: ${count}`)
          .join(', ')
          .padEnd(36),
        lags
          .map(lag => `${lag} ms`)
          .join(', ')
          .padEnd(16),
        told,
      ].join('  '),
    )
    .join('\n')
