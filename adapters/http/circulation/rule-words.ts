/** The words of the modes of the rule table, for what is taken and for what is shown. */
import type { FineRule } from '../../../core/accounts/fine-policies.ts'
import type { RuleValues } from '../../../core/circulation/rule-table.ts'
import type { PeriodUnit } from '../../../core/shared/local-time.ts'

export const periodUnits = [
  'minutes',
  'hours',
  'days',
  'weeks',
  'months',
] as const satisfies readonly PeriodUnit[]

export const closedDays = [
  'ignore',
  'next_open_day',
  'previous_open_day',
  'count_open_days',
] as const satisfies readonly RuleValues['closedDays'][]

export const closedHours = [
  'ignore',
  'shorten_to_closing',
  'next_opening',
] as const satisfies readonly RuleValues['closedHours'][]

export const hardDueDateModes = [
  'replace',
  'cap',
  'floor',
] as const satisfies readonly RuleValues['hardDueDateMode'][]

export const renewalStarts = ['due_date', 'now'] as const satisfies readonly RuleValues['renewalFrom'][]

export const ifOverdue = [
  'allow',
  'block_if_any',
  'block_this',
] as const satisfies readonly RuleValues['renewalIfOverdue'][]

export const whenOnShelf = [
  'allow',
  'refuse',
  'allow_if_none_at_pickup',
] as const satisfies readonly RuleValues['reservationsWhenOnShelf'][]

export const fineUnits = ['hour', 'day', 'week'] as const satisfies readonly FineRule['per'][]
export const chargeMoments = [
  'start_of_unit',
  'end_of_unit',
] as const satisfies readonly FineRule['chargeAt'][]
export const graceModes = ['forgive', 'deduct'] as const satisfies readonly FineRule['graceMode'][]
