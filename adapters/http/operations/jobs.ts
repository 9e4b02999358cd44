/** OPS-4: a job is run now, by its name. */
import * as t from 'io-ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { integer, time, view } from '../shapes.ts'
import { ok } from '../success.ts'

const JobRunView = view(
  'JobRun',
  { job: t.string, library_time: time, done: integer, skipped: integer, failed: integer },
  { job: 'expire-pickups', library_time: '2026-11-21T19:09:00.000Z', done: 3, skipped: 0, failed: 0 },
)

export const jobRoutes = ({ jobs }: Pick<HttpDeps, 'jobs'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/admin/jobs/{name}/run',
    permission: 'job:run',
    summary: 'Run a job now, whatever its schedule says',
    data: JobRunView,
    status: 200,
    versionless: true,
    errors: ['NotFound'],
    // A job commits as it goes, and is safe to run twice.
    repeatable: 'in_steps',
    act: ({ act, name }) => jobs.runJob({ act, name }),
    show: ({ job, libraryTime, done, skipped, failed }) =>
      ok('Job run', { job, library_time: toIso(libraryTime), done, skipped, failed }),
  }),
]
