/** ADM-4: what the library decides for itself, for the administrator. */
import { pipe, TE } from '../../../core/shared/fp.ts'
import type { HttpDeps } from '../deps.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ofVersion, ok } from '../success.ts'
import { SettingsChanges, SettingsView, settingsView } from './settings-forms.ts'

export const settingsRoutes = ({ settings }: Pick<HttpDeps, 'settings'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/settings',
    permission: 'settings:read',
    summary: 'Show the settings',
    data: SettingsView,
    handle: ({ act }) =>
      pipe(
        settings.showSettings({ act }),
        TE.map(found => ofVersion(found.version, ok('Settings', settingsView(found)))),
      ),
  }),
  ...changing({
    path: '/settings',
    permission: 'settings:write',
    summary: 'Change settings; those left out stay',
    body: { codec: SettingsChanges, required: true },
    data: SettingsView,
    // Two administrators must not undo each other's settings unseen (api.md, "Writing safely").
    versionRequired: true,
    errors: ['StaleWrite'],
    act: ({ act, body }) => settings.changeSettings({ act, changes: body }),
    show: changed => ofVersion(changed.version, ok('Settings changed', settingsView(changed))),
  }),
]
