/** Libraries in memory that begin with what another holds. */
import { emptyDatabase } from '../../adapters/memory/database.ts'
import type { Database, Tables } from '../../adapters/memory/database.ts'
import type { Table } from '../../adapters/memory/table.ts'
import type { Instant } from '../../core/shared/local-time.ts'

type Now = () => Instant

/** A database that can be copied. */
export interface CopiedDatabase extends Database {
  /** Rows are shared, for none is ever changed; the next number of each kind is the same. */
  readonly copy: (now: Now) => Database
}

const tablesOf = (tables: Tables) =>
  Object.entries(tables) as unknown as [keyof Tables, Table<unknown, unknown>][]

export const copiedDatabase = (now: Now): CopiedDatabase => {
  const database = emptyDatabase(now)
  const given = new Map<string, number>()
  return {
    ...database,
    nextId: kind => {
      const id = database.nextId(kind)
      given.set(kind, id)
      return id
    },
    copy: its => {
      const copy = emptyDatabase(its)
      for (const [name, rows] of tablesOf(database.tables)) {
        const table = copy.tables[name] as unknown as Table<unknown, unknown>
        for (const row of rows.all()) table.put(row)
      }
      for (const [kind, last] of given) for (let number = 1; number <= last; number += 1) copy.nextId(kind)
      return copy
    },
  }
}
