/** The rule table. */
import type { RuleStore } from '../../core/circulation/rule-ports.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import type { RuleTable } from '../../core/circulation/rule-table.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'

const ofANewLibrary: RuleTable = { version: 1, defaults: defaultValues, rows: [] }

/** There is one of them, once it was changed. */
export const present = ({ tables }: Database): RuleTable => tables.rules.find('library') ?? ofANewLibrary

export const rules = (on: Database): RuleStore => ({
  current: () => TE.fromIO(() => present(on)),
  get: () => TE.fromIO(() => present(on)),
  save: table =>
    TE.fromIOEither(() => {
      if (present(on).version !== table.version) return E.left(staleWrite('circulation_rules', 1))
      const saved = { ...table, version: table.version + 1 }
      on.tables.rules.put(saved)
      return E.right(saved)
    }),
})
