/** ADM-4: settings are changed while the library runs; each change is in the audit. */
import type { Act } from '../../identity/actor.ts'
import { difference } from '../../identity/audit.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import type { SettingsStores } from '../ports.ts'
import type { LibrarySettings, Settings } from '../settings.ts'

export interface ChangeSettings {
  readonly act: Act
  /** Those that are left out stay. */
  readonly changes: Partial<LibrarySettings>
}

export type ChangeSettingsError = PermissionDenied | VersionMismatch | StaleWrite | StoreFailure

export const changeSettings =
  ({ work }: { readonly work: UnitOfWork<SettingsStores & AuditStores> }) =>
  ({ act, changes }: ChangeSettings): TaskEither<ChangeSettingsError, Settings> =>
    work.run(({ settings, audit }) =>
      pipe(
        TE.Do,
        TE.tap(() => TE.fromEither(permitted(act.actor, 'settings:write'))),
        TE.bindW('before', () => settings.get()),
        TE.tap(({ before }) =>
          TE.fromEither(asExpected(act, 'settings', { id: 1, version: before.version })),
        ),
        TE.bindW('after', ({ before }) => settings.save({ ...before, ...changes })),
        TE.tap(({ before, after }) =>
          audit.record(act, {
            action: 'settings.changed',
            target: { type: 'settings', id: null },
            at: null,
            ...difference(valuesOf(before), valuesOf(after)),
          }),
        ),
        TE.map(({ after }) => after),
      ),
    )

/** Every change moves the version: the audit need not tell. */
const valuesOf = ({ version: _version, ...values }: Settings): LibrarySettings => values
