/** Jobs, wired: here is the list of them. */
import { ContainerModule } from 'inversify'
import { autoRenew } from '../../core/circulation/use-cases/auto-renew.ts'
import { expirePickups, expireReservations } from '../../core/circulation/use-cases/expire-reservations.ts'
import type { RenewalPolicy } from '../../core/circulation/renewal-policies.ts'
import { moveDates } from '../../core/circulation/use-cases/move-dates.ts'
import { recount } from '../../core/circulation/use-cases/recount.ts'
import { remindOfDueDates } from '../../core/circulation/use-cases/remind-of-due-dates.ts'
import { tellOverdueTransfers } from '../../core/circulation/use-cases/tell-overdue-transfers.ts'
import { resumeSuspended } from '../../core/circulation/use-cases/resume-suspended.ts'
import type { Sealing } from '../../core/identity/audit-seal.ts'
import { sealAudit } from '../../core/identity/use-cases/seal-audit.ts'
import { untilNothingIsLeft } from '../../core/operations/job.ts'
import type { Job } from '../../core/operations/job.ts'
import { purge } from '../../core/operations/use-cases/purge.ts'
import { runJob } from '../../core/operations/use-cases/run-job.ts'
import { workJobs } from '../../core/operations/use-cases/work-jobs.ts'
import type { sendOutbox } from '../../core/notices/use-cases/send-outbox.ts'
import type { JobQueue } from '../../core/operations/ports.ts'
import type { Clock } from '../../core/shared/clock.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { toIso } from '../../core/shared/local-time.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import type { Persistence } from '../persistence.ts'
import {
  AUDIT_SEALING,
  JOB_WORK,
  JOBS,
  KEEP_TIME,
  LIBRARY_CLOCK,
  PERSISTENCE,
  REAL_CLOCK,
  RENEWAL_POLICIES,
  RUN_JOBS,
  SEND_OUTBOX,
} from '../tokens.ts'

const emergencyJob = 'emergency-closures'

/** Asks for the job that moves the dates of emergency closures, beside its schedule. */
export const emergencies = (queue: JobQueue, clock: Clock): TaskEither<StoreFailure, void> =>
  pipe(
    TE.fromIO(() => clock.now()),
    TE.flatMap(now => queue.ask(emergencyJob, `${emergencyJob} at once ${toIso(now)}`, now)),
  )

export interface JobParts {
  readonly persistence: Pick<Persistence, 'work' | 'look' | 'ids' | 'queries' | 'retention' | 'receipts'>
  /** One batch of the outbox. */
  readonly send: ReturnType<typeof sendOutbox>
  readonly libraryClock: Clock
  readonly realClock: Clock
  readonly renewal: readonly RenewalPolicy[]
  readonly sealing: Sealing
}

/** Every job there is. The outbox has a relay of its own besides, which does not wait for the schedule. */
export const libraryJobs = ({
  persistence: { work, look, ids, queries, retention, receipts },
  send,
  libraryClock,
  realClock,
  renewal,
  sealing,
}: JobParts): readonly Job[] => [
  // A shelf's time ends with a local day, which ends at another hour in each zone.
  {
    name: 'expire-pickups',
    schedule: '5 * * * *',
    run: expirePickups({ work, queries: queries.reservations, clock: libraryClock }),
  },
  {
    name: 'expire-reservations',
    schedule: '15 * * * *',
    run: expireReservations({ work, queries: queries.reservations, clock: libraryClock }),
  },
  {
    name: 'resume-suspended',
    schedule: '10 * * * *',
    run: resumeSuspended({ work, queries: queries.reservations, clock: libraryClock }),
  },
  // The day before a loan is due begins at another hour in each zone.
  {
    name: 'auto-renew',
    schedule: '45 * * * *',
    run: autoRenew({
      work,
      ids,
      queries: queries.circulation,
      clock: libraryClock,
      policies: renewal,
    }),
  },
  // After it: whatever is renewed has another due date. Days begin at another hour in each zone.
  {
    name: 'due-reminders',
    schedule: '50 * * * *',
    run: remindOfDueDates({ work, queries: queries.reminders, clock: libraryClock }),
  },
  // A transfer is overdue with a local day, which begins at another hour in each zone.
  {
    name: 'transfers-overdue',
    schedule: '20 * * * *',
    run: tellOverdueTransfers({ work, queries: queries.transfers, clock: libraryClock }),
  },
  // Asked for at once by whoever declares or undoes one; here for what a crash has left.
  {
    name: emergencyJob,
    schedule: '*/5 * * * *',
    run: moveDates({ work, look, clock: libraryClock }),
  },
  { name: 'send-outbox', schedule: '*/5 * * * *', run: untilNothingIsLeft(send) },
  { name: 'recount', schedule: '30 3 * * *', run: recount({ work, queries: queries.circulation }) },
  // Often: what has no seal yet can be changed without its being seen.
  {
    name: 'seal-audit',
    schedule: '*/5 * * * *',
    run: sealAudit({ work, queries: queries.auditSeals, sealing, clock: realClock }),
  },
  // Each hour: the answers kept for Idempotency-Keys hold what members wrote.
  { name: 'purge', schedule: '25 * * * *', run: purge({ retention, receipts, clock: realClock }) },
]

export const jobsModule = new ContainerModule(({ bind }) => {
  bind(JOBS)
    .toResolvedValue(
      (persistence, send, libraryClock, realClock, renewal, sealing) =>
        libraryJobs({ persistence, send, libraryClock, realClock, renewal, sealing }),
      [PERSISTENCE, SEND_OUTBOX, LIBRARY_CLOCK, REAL_CLOCK, RENEWAL_POLICIES, AUDIT_SEALING],
    )
    .inSingletonScope()
  bind(JOB_WORK)
    .toResolvedValue(
      ({ jobs: queue }, jobs, keepTime, clock) => workJobs({ queue, jobs, keepTime, clock }),
      [PERSISTENCE, JOBS, KEEP_TIME, REAL_CLOCK],
    )
    .inSingletonScope()
  bind(RUN_JOBS)
    .toResolvedValue(
      ({ work }, jobs, clock) => ({ runJob: runJob({ jobs, work, clock }) }),
      [PERSISTENCE, JOBS, LIBRARY_CLOCK],
    )
    .inSingletonScope()
})
