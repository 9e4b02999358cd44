/** Progress of long work at a terminal; a line now and then where there is none. */
import cliProgress from 'cli-progress'

export interface ProgressBar {
  readonly update: (done: number) => void
  readonly stop: () => void
}

export const progressBar = (what: string, total: number): ProgressBar => {
  const bar = new cliProgress.SingleBar({
    format: `{bar} {percentage}% {value}/{total} ${what}, {eta_formatted} left`,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    stream: process.stderr,
  })
  bar.start(total, 0)
  return {
    update: done => {
      bar.update(done)
    },
    stop: () => {
      bar.stop()
    },
  }
}
