/** Wrong guesses at accounts and from networks. */
import type { LoginFailures } from '../../core/identity/lockout-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
import { publish } from './outbox.ts'

export const loginFailures = (database: Database): LoginFailures => {
  const { accountFailures, addressFailures } = database.tables
  return {
    ofAddress: network => TE.fromIO(() => addressFailures.find(network)?.failures ?? []),
    saveAddress: (network, failures) =>
      TE.fromIO(() => {
        if (failures.length === 0) addressFailures.drop(network)
        else addressFailures.put({ network, failures })
      }),
    ofAccount: counter => TE.fromIO(() => accountFailures.find(counter)?.failures ?? null),
    saveAccount: (counter, failures) =>
      TE.fromIO(() => {
        if (failures === null) accountFailures.drop(counter)
        else accountFailures.put({ counter, failures })
      }),
    tell: (event, act) =>
      TE.fromIO(() => {
        if (event !== null) publish(database, [event], act)
      }),
  }
}
