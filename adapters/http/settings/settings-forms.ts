/** The settings as the API takes and shows them. */
import * as t from 'io-ts'
import { controllingBranches } from '../../../core/settings/settings.ts'
import type { LibrarySettings, Settings } from '../../../core/settings/settings.ts'
import { E } from '../../../core/shared/fp.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { flag, integer as integerFrom } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { oneOf } from '../codecs/text.ts'
import { given } from '../given.ts'
import { integer, orNull, view, word } from '../shapes.ts'

/** A hundred years: longer is for ever, which is null. */
const mostDays = 36_500

export const SettingsChanges: Codec<Partial<LibrarySettings>> = fitting(
  exampled(
    { self_return: false, transfer_days: 5 },
    record(
      'SettingsChanges',
      {},
      {
        controlling_branch: oneOf(controllingBranches),
        self_return: flag,
        history_days: nullable(integerFrom(1, mostDays)),
        transfer_days: integerFrom(1, 365),
        due_reminder_days: nullable(integerFrom(0, 365)),
      },
    ),
  ),
  said =>
    E.right(
      given<LibrarySettings>({
        controllingBranch: said.controlling_branch,
        selfReturn: said.self_return,
        historyDays: said.history_days,
        transferDays: said.transfer_days,
        dueReminderDays: said.due_reminder_days,
      }),
    ),
)

export const SettingsView = view(
  'Settings',
  {
    controlling_branch: word(controllingBranches),
    self_return: t.boolean,
    history_days: orNull(integer),
    transfer_days: integer,
    due_reminder_days: orNull(integer),
    version: integer,
  },
  {
    controlling_branch: 'copy',
    self_return: true,
    history_days: null,
    transfer_days: 7,
    due_reminder_days: 3,
    version: 1,
  },
)

export const settingsView = (settings: Settings): t.TypeOf<typeof SettingsView> => ({
  controlling_branch: settings.controllingBranch,
  self_return: settings.selfReturn,
  history_days: settings.historyDays,
  transfer_days: settings.transferDays,
  due_reminder_days: settings.dueReminderDays,
  version: settings.version,
})
