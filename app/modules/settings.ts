/** Settings, wired. */
import { ContainerModule } from 'inversify'
import { changeSettings } from '../../core/settings/use-cases/change-settings.ts'
import { showSettings } from '../../core/settings/use-cases/show-settings.ts'
import { PERSISTENCE, SETTINGS } from '../tokens.ts'

export const settingsModule = new ContainerModule(({ bind }) => {
  bind(SETTINGS)
    .toResolvedValue(
      ({ work, queries }) => ({
        showSettings: showSettings({ queries: queries.settings }),
        changeSettings: changeSettings({ work }),
      }),
      [PERSISTENCE],
    )
    .inSingletonScope()
})
