/** Rows with a version: written only over the version that was read. */
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey, StaleWrite } from '../../core/shared/unit-of-work.ts'
import { unique } from './failures.ts'
import type { Transaction } from './unit-of-work.ts'

/** @returns the new version */
export const saveOver = (
  { knex, now }: Transaction,
  table: string,
  resource: string,
  { id, version }: { readonly id: number; readonly version: number },
  changes: object,
  /** What must hold of the row besides. */
  guard: Readonly<Record<string, string | null>> = {},
): TaskEither<StaleWrite | DuplicateKey, number> =>
  pipe(
    unique(() =>
      knex(table)
        .where({ id, version, ...guard })
        .update({ ...changes, version: version + 1, updated_at: now() }),
    ),
    TE.flatMap((written): TaskEither<StaleWrite, number> =>
      written === 1 ? TE.right(version + 1) : TE.left(staleWrite(resource, id)),
    ),
  )
