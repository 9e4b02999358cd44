/** The last use of a key is written beside the request, which does not wait for it. */
import type { KeyHolder } from '../../core/identity/use-cases/authenticate-key.ts'
import type { HttpDeps } from './deps.ts'

/** One write at a time for each key. What fails is left to one of its next uses: a store that is away is told of by the requests. */
export const notingUses = ({ apiKeys, log }: Pick<HttpDeps, 'apiKeys' | 'log'>) => {
  const underWay = new Set<KeyHolder['keyId']>()
  return ({ keyId, seldomUsed }: KeyHolder, requestId: string): void => {
    if (!seldomUsed || underWay.has(keyId)) return
    underWay.add(keyId)
    apiKeys
      .noteKeyUse(keyId)()
      .catch((error: unknown) => log.bug(error, requestId))
      .finally(() => underWay.delete(keyId))
  }
}
