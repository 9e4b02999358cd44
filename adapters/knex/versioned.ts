/** Rows with a version: written only over the version that was read. */
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite } from '../../core/shared/unit-of-work.ts'
import { unique } from './failures.ts'
import { overwriting, overwritten } from './statement.ts'
import type { Versioned } from './statement.ts'
import type { Transaction } from './unit-of-work.ts'

/** A row that was read for change: `saveOver` writes what is another in it, and leaves the indexes of the rest alone. */
export const found = <Row extends { readonly id: number }>(
  { found: rows }: Transaction,
  table: string,
  row: Row,
): Row => {
  rows.set(`${table} ${String(row.id)}`, row)
  return row
}

/** @returns the new version */
export const saveOver = (
  { write, now, found: rows }: Transaction,
  table: string,
  resource: string,
  row: Versioned,
  changes: object,
): TaskEither<StaleWrite | DuplicateKey, number> => {
  const { id, version } = row
  const before = rows.get(`${table} ${String(id)}`)
  const written: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(changes)) {
    // What the database says in other words than we do is written again, which does no harm.
    if (before?.['version'] !== version || before[column] !== value) written[column] = value
  }
  Object.assign(written, { version: version + 1, updated_at: now() })
  return pipe(
    unique(() => write(overwriting(table, written), overwritten(written, row))),
    TE.flatMap((count): TaskEither<StaleWrite, number> =>
      count === 1 ? TE.right(version + 1) : TE.left(staleWrite(resource, id)),
    ),
  )
}
