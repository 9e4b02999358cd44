/** API keys as they lie in the store, good and bad ones. */
import { apiKeySecrets } from '../../../adapters/security/api-key-secrets.ts'
import type { ApiKey } from '../../../core/identity/api-key.ts'
import { companionsOf, isScope, permissions, scopes } from '../../../core/identity/permissions.ts'
import type { Permission, Scope } from '../../../core/identity/permissions.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { done } from '../../support/world.ts'
import type { World } from './world.ts'

const day = 86_400_000

interface Some extends Partial<Pick<ApiKey, 'branchId' | 'expiresAt' | 'revokedAt'>> {
  /** Of its only secret. */
  readonly goodUntil?: ApiKey['expiresAt']
}

/** Put there past all checks: with a permission that is no scope, too. */
export const aKey = async (
  { persistence, clock }: World,
  given: readonly Permission[],
  { branchId = null, expiresAt = instant(clock.now() + 400 * day), revokedAt = null, goodUntil }: Some = {},
): Promise<string> => {
  const { key: text, ...made } = apiKeySecrets().make()
  const secret = { ...made, createdAt: clock.now(), goodUntil: goodUntil ?? null }
  await done(persistence, ({ apiKeys }) =>
    pipe(
      apiKeys.add(
        { name: 'A system', scopes: given as readonly Scope[], branchId, expiresAt, createdBy: null },
        secret,
      ),
      TE.flatMap(key => (revokedAt === null ? TE.right(key) : apiKeys.save({ ...key, revokedAt }, null))),
    ),
  )
  return text
}

/** The scope, and what it is of no use without. */
export const withCompanions = (permission: Permission): readonly Permission[] => [
  permission,
  ...(isScope(permission) ? companionsOf(permission) : []),
]

/** Keys to try a route with that has this permission. */
export const keyRing = async (world: World, permission: Permission) => {
  const now = world.clock.now()
  const given = withCompanions(permission)
  const good = await aKey(world, given)
  return {
    refused: {
      expired: await aKey(world, given, { expiresAt: now }),
      revoked: await aKey(world, given, { revokedAt: now }),
      'rotated away': await aKey(world, given, { goodUntil: now }),
      unknown: apiKeySecrets().make().key,
      'of another secret': good.replace(/_[\w-]{43}$/, `_${'A'.repeat(43)}`),
      'no key at all': 'nonsense',
    },
    withoutScope: await aKey(
      world,
      scopes.filter(scope => scope !== permission),
    ),
    good: { 'with the scope': good, 'with every permission': await aKey(world, permissions) },
  }
}

/** What is written beside the requests has been by then. */
export const settled = () => new Promise(resolve => setTimeout(resolve, 50))
