/** The one switch operators turn: where the library is kept. */
import { ContainerModule } from 'inversify'
import type { ConnectOptions } from '../../adapters/knex/connect.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import { openMemory } from '../../adapters/memory/connect.ts'
import type { Config } from '../config.ts'
import type { Persistence } from '../persistence.ts'
import { CONFIG, PERSISTENCE } from '../tokens.ts'

/** How a database is reached. */
export const connectionOf = (config: Config): ConnectOptions => ({
  storage: config.storage,
  poolSize: config.poolSize,
  acquireTimeout: config.acquireTimeout,
  synchronous: config.sqliteSynchronous,
})

const persistenceOf = (config: Config): Persistence => {
  switch (config.storage.split(':')[0]) {
    case 'memory':
      return openMemory({ now: Date.now })
    default:
      return openKnex({ ...connectionOf(config), now: Date.now })
  }
}

export const persistenceModule = new ContainerModule(({ bind }) => {
  bind(PERSISTENCE).toResolvedValue(persistenceOf, [CONFIG]).inSingletonScope()
})
