/** What a process does besides answering: it hands on the outbox, keeps the schedule and runs the jobs that are due. */
import type { Container } from 'inversify'
import { startJobWorker } from '../adapters/jobs/job-worker.ts'
import { startOutboxRelay } from '../adapters/jobs/outbox-relay.ts'
import { startSchedule } from '../adapters/jobs/schedule.ts'
import type { Config } from './config.ts'
import { JOB_WORK, JOBS, LOG, SEND_OUTBOX } from './tokens.ts'

export interface Background {
  /** What is under way is waited for. */
  readonly stop: () => Promise<void>
}

export const startBackground = (config: Config, container: Container): Background => {
  if (!config.jobs) return { stop: () => Promise.resolve() }
  const log = container.get(LOG)
  const work = container.get(JOB_WORK)
  const interval = config.outboxInterval
  const failing = (what: string) => (failure: unknown) => {
    log.error(what, { error: failure })
  }
  const schedule = startSchedule({ jobs: container.get(JOBS), ask: work.ask, onFailure: failing('schedule') })
  const relay = startOutboxRelay({ send: container.get(SEND_OUTBOX), interval, onFailure: failing('outbox') })
  const worker = startJobWorker({
    work,
    interval,
    onFailure: failing('jobs'),
    onOutcome: outcome => {
      if (outcome.kind === 'done') log.info('job', { job: outcome.job, ...outcome.result })
      else log.error('job', { job: outcome.job, dead: outcome.dead, error: outcome.cause })
    },
  })
  return {
    stop: async () => {
      await schedule.stop()
      await Promise.all([relay.stop(), worker.stop()])
    },
  }
}
