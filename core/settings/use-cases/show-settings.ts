/** ADM-4: the settings as the administrator sees them. */
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import type { SettingsQueries } from '../ports.ts'
import type { Settings } from '../settings.ts'

export const showSettings =
  ({ queries }: { readonly queries: SettingsQueries }) =>
  ({ act }: { readonly act: Act }): TaskEither<PermissionDenied | StoreFailure, Settings> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'settings:read')),
      TE.flatMap(() => queries.settings()),
    )
