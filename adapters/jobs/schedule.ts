/** The clock of the jobs: at its moments each job is asked for, in every process; who runs it is not decided here. */
import { createTask } from 'node-cron'
import type { Job } from '../../core/operations/job.ts'
import type { JobWork } from '../../core/operations/use-cases/work-jobs.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'

export interface ScheduleOptions {
  readonly jobs: readonly Pick<Job, 'name' | 'schedule'>[]
  readonly ask: JobWork['ask']
  /** A moment that passed without being asked for, since the database was away: the next one comes. */
  readonly onFailure: (failure: unknown) => void
}

export interface Schedule {
  /** Asks no more; what is being asked is waited for. */
  readonly stop: () => Promise<void>
}

/** node-cron writes on the console, past the log; what matters is told by `onFailure`. */
const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
}

/** A moment that comes late, because the process was busy, still counts for as long as the next one is ahead. */
const lateness = 3_600_000

/** @throws for a schedule that is no cron expression */
export const startSchedule = ({ jobs, ask, onFailure }: ScheduleOptions): Schedule => {
  const asking = new Set<Promise<void>>()

  const askFor = async (name: string, slot: Instant): Promise<void> => {
    try {
      const asked = await ask(name, slot)()
      if (asked._tag === 'Left') onFailure(asked.left)
    } catch (error) {
      onFailure(error)
    }
  }

  const tasks = jobs.map(({ name, schedule }) =>
    createTask(
      schedule,
      ({ date }) => {
        // The moment of the schedule, not of the tick: the same in every process.
        const asked = askFor(name, instant(date.getTime())).finally(() => asking.delete(asked))
        asking.add(asked)
        return asked
      },
      { name, timezone: 'UTC', logger: silent, missedExecutionTolerance: lateness },
    ),
  )
  for (const task of tasks) void task.start()
  return {
    stop: async () => {
      for (const task of tasks) await task.destroy()
      await Promise.all(asking)
    },
  }
}
