/** Runs the jobs that are due, one after another, while the server runs. */
import type { ClaimedJob } from '../../core/operations/ports.ts'
import { leaseMilliseconds } from '../../core/operations/use-cases/work-jobs.ts'
import type { JobOutcome, JobWork } from '../../core/operations/use-cases/work-jobs.ts'
import { startLoop } from './loop.ts'
import type { Loop } from './loop.ts'

export interface JobWorkerOptions {
  readonly work: Pick<JobWork, 'claim' | 'keep' | 'run'>
  /** Milliseconds to rest when nothing is due. */
  readonly interval: number
  readonly onOutcome: (outcome: JobOutcome) => void
  /** The database was away, or something is broken: said, and tried again after a rest. */
  readonly onFailure: (failure: unknown) => void
  /** Milliseconds between two times that a running job is held longer. */
  readonly beat?: number
}

export const startJobWorker = ({
  work,
  interval,
  onOutcome,
  onFailure,
  beat = leaseMilliseconds / 3,
}: JobWorkerOptions): Loop => {
  /** A job may take longer than its lease: as long as this process lives, nobody else takes it. */
  const held = async <A>(claimed: ClaimedJob, run: () => Promise<A>): Promise<A> => {
    const beating = setInterval(() => {
      void work
        .keep(claimed)()
        .then(kept => {
          if (kept._tag === 'Left') onFailure(kept.left)
        }, onFailure)
    }, beat)
    try {
      return await run()
    } finally {
      clearInterval(beating)
    }
  }

  const step = async (): Promise<boolean> => {
    const claimed = await work.claim()
    if (claimed._tag === 'Left') {
      onFailure(claimed.left)
      return false
    }
    const job = claimed.right
    if (job === null) return false
    const outcome = await held(job, work.run(job))
    if (outcome._tag === 'Right') onOutcome(outcome.right)
    else onFailure(outcome.left)
    return outcome._tag === 'Right'
  }

  return startLoop({ step, interval, onFailure })
}
