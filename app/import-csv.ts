/** Reads a catalogue in CSV into the library, batch by batch, with a progress bar. */
import { countRows, inBatches, readCsv } from '../adapters/csv/read-csv.ts'
import { addUp, emptyReport } from '../core/catalogue/import-report.ts'
import type { ImportReport } from '../core/catalogue/import-report.ts'
import { recordImport } from '../core/catalogue/use-cases/record-import.ts'
import { importCatalogue } from '../core/catalogue/use-cases/import-catalogue.ts'
import { actBy, system } from '../core/identity/actor.ts'
import type { Clock } from '../core/shared/clock.ts'
import type { BranchId } from '../core/shared/id.ts'
import { dayOf } from '../core/shared/local-time.ts'
import type { Zone } from '../core/shared/local-time.ts'
import type { Persistence } from './persistence.ts'
import { progressBar } from './progress.ts'
import { Refused } from './refused.ts'

/** Rows a unit of work. */
const batchSize = 250

export interface ImportCsvDeps {
  readonly persistence: Persistence
  readonly clock: Clock
}

export interface ImportCsvOptions {
  readonly file: string
  /** Does everything and undoes it. */
  readonly dryRun: boolean
}

/** @throws Refused when the file cannot be read, or there is no branch for the copies to stand in */
export const importCsv = async (
  { persistence, clock }: ImportCsvDeps,
  { file, dryRun }: ImportCsvOptions,
): Promise<ImportReport> => {
  const branchIds = await allBranches(persistence)
  if (branchIds.length === 0) throw new Refused('The library has no branch yet: copies need one to stand in')
  const bring = importCatalogue({ work: persistence.work })
  const bar = progressBar('rows', await readable(file))
  let report = emptyReport
  try {
    let rehearsed = undefined
    for await (const rows of inBatches(readCsv(file), batchSize)) {
      const batch = await bring({
        act: actBy(system),
        rows,
        shelving: { branchIds, acquisitionDate: dayOf(clock.now(), 'UTC' as Zone) },
        dryRun,
        ...(rehearsed === undefined ? {} : { rehearsed }),
      })()
      if (batch._tag === 'Left') {
        throw new Refused(
          `The import stopped after ${String(report.rows)} rows: ${JSON.stringify(batch.left)}`,
        )
      }
      report = addUp(report, batch.right.outcomes)
      rehearsed = batch.right.rehearsed
      bar.update(report.rows)
    }
    return report
  } finally {
    bar.stop()
    // Of one that stopped in the middle too: what came in before is there to stay.
    if (!dryRun && report.rows > 0) await recorded(persistence, report)
  }
}

const recorded = async ({ work }: Persistence, report: ImportReport): Promise<void> => {
  const told = await recordImport({ work })({ act: actBy(system), report })()
  if (told._tag === 'Left') {
    throw new Refused(`The import is not in the audit: ${JSON.stringify(told.left)}`)
  }
}

const readable = async (file: string): Promise<number> => {
  try {
    return await countRows(file)
  } catch (error) {
    throw new Refused(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** In the order of their ids, so that a second run spreads copies as the first did. */
const allBranches = async ({ queries }: Persistence): Promise<readonly BranchId[]> => {
  const ids: BranchId[] = []
  for (let page = 1; ; page += 1) {
    const found = await queries.branches.branches({
      sort: [{ field: 'id', direction: 'asc' }],
      limit: 100,
      at: { kind: 'page', page },
    })()
    if (found._tag === 'Left') throw new Refused(`The branches cannot be read: ${JSON.stringify(found.left)}`)
    ids.push(...found.right.rows.map(({ id }) => id))
    if (found.right.next === null) return ids
  }
}
