/** The rule table in its store. */
import type { TaskEither } from '../shared/fp.ts'
import type { StaleWrite } from '../shared/unit-of-work.ts'
import type { RuleTable } from './rule-table.ts'

/** The rule table, for those who go by it. */
export interface Rules {
  /** The table as it is now; kept in memory by its version. */
  current(): TaskEither<never, RuleTable>
}

/** The rule table, for those who change it. */
export interface RuleStore extends Rules {
  /** Locks the table for change. */
  get(): TaskEither<never, RuleTable>
  /**
   * Writes the whole table.
   * @returns it with its new version
   */
  save(table: RuleTable): TaskEither<StaleWrite, RuleTable>
}

export interface RuleStores {
  readonly rules: RuleStore
}
