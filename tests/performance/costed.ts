/** Puts the processor time beside what a run did. */
import type { Contender, Timed } from './measured.ts'
import { isAccounted, sampleFamily, sampleProcess, spentBetween } from './processor-time.ts'

export interface Uncosted extends Omit<Contender, 'run'> {
  readonly run: (seconds: number) => Promise<Timed>
}

/**
 * @param pid of the process that does the work
 * @param databasePid of the database's first process; null: there is none
 */
export const costed = (pid: number, databasePid: number | null, contender: Uncosted): Contender => ({
  ...contender,
  run: async seconds => {
    if (!isAccounted) return { ...(await contender.run(seconds)), serverMs: null, databaseMs: null }
    const look = () => ({
      server: sampleProcess(pid),
      database: databasePid === null ? null : sampleFamily(databasePid),
    })
    const before = look()
    const did = await contender.run(seconds)
    const after = look()
    return {
      ...did,
      serverMs: spentBetween(before.server, after.server),
      databaseMs:
        before.database === null || after.database === null
          ? null
          : spentBetween(before.database, after.database),
    }
  },
})
