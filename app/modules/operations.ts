/** Time, wired: the library's own, which may be set with CLOCK_CONTROL=on. */
import { ContainerModule } from 'inversify'
import { setClock } from '../../core/operations/use-cases/set-clock.ts'
import { libraryClock, realLibraryClock } from '../library-clock.ts'
import { CLOCK, CONFIG, KEEP_TIME, LIBRARY_CLOCK, LIBRARY_TIME, PERSISTENCE, REAL_CLOCK } from '../tokens.ts'

export const operationsModule = new ContainerModule(({ bind }) => {
  bind(LIBRARY_TIME)
    .toResolvedValue(
      (config, { queries }, real) =>
        config.clockControl ? libraryClock(real, queries.clock) : realLibraryClock(real),
      [CONFIG, PERSISTENCE, REAL_CLOCK],
    )
    .inSingletonScope()
  bind(LIBRARY_CLOCK).toResolvedValue(({ clock }) => clock, [LIBRARY_TIME])
  bind(KEEP_TIME).toResolvedValue(({ keepTime }) => keepTime, [LIBRARY_TIME])
  bind(CLOCK)
    .toResolvedValue(
      (config, { work }, keepTime, clock) =>
        config.clockControl ? { keepTime, setClock: setClock({ work, clock }) } : null,
      [CONFIG, PERSISTENCE, KEEP_TIME, REAL_CLOCK],
    )
    .inSingletonScope()
})
