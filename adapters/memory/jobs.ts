/** Jobs that are due. There is one process alone, but as many workers as it likes. */
import type { ClaimedJob, JobQueue } from '../../core/operations/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database, JobRow } from './database.ts'

/** On the committed rows: each call is a unit of work of its own. */
export const jobs = ({ tables, nextId }: Database): JobQueue => {
  /** Nothing is written where the claim was lost. */
  const change = ({ id, attempts }: ClaimedJob, changes: Partial<JobRow>): boolean => {
    const row = tables.jobs.find(id)
    if (row?.state !== 'waiting' || row.attempts !== attempts) return false
    tables.jobs.put({ ...row, ...changes })
    return true
  }
  return {
    ask: (name, key, dueAt) =>
      TE.fromIO(() => {
        const isOpen = tables.jobs.where('open', name).length > 0
        if (isOpen || tables.jobs.where('key', key).length > 0) return
        tables.jobs.add({
          id: nextId('job'),
          name,
          key,
          dueAt,
          attempts: 0,
          state: 'waiting',
          doneAt: null,
          result: null,
          reason: null,
        })
      }),
    claim: (names, now, leaseUntil) =>
      TE.fromIO(() => {
        const [due] = names
          .flatMap(name => tables.jobs.where('open', name))
          .filter(({ dueAt }) => dueAt <= now)
          .sort((a, b) => a.dueAt - b.dueAt || a.id - b.id)
        if (due === undefined) return null
        const { id, name, attempts } = due
        tables.jobs.put({ ...due, attempts: attempts + 1, dueAt: leaseUntil })
        return { id, name, attempts: attempts + 1 }
      }),
    keep: (claimed, leaseUntil) => TE.fromIO(() => change(claimed, { dueAt: leaseUntil })),
    done: (claimed, result, at) =>
      TE.fromIO(() => void change(claimed, { state: 'done', doneAt: at, result, reason: null })),
    retry: (claimed, at, reason) =>
      TE.fromIO(() => void change(claimed, at === null ? { state: 'dead', reason } : { dueAt: at, reason })),
  }
}
