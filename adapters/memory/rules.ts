/** The rule table of a new library; nothing changes it yet. */
import type { Rules } from '../../core/circulation/ports.ts'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import type { RuleTable } from '../../core/circulation/rule-table.ts'
import { TE } from '../../core/shared/fp.ts'

const table: RuleTable = { version: 1, defaults: defaultValues, rows: [] }

export const rules: Rules = { current: () => TE.right(table) }
