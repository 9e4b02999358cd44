/** AUT-6: which system calls, by the key that came along. */
import type { Clock } from '../../shared/clock.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { ApiKeyId } from '../../shared/id.ts'
import { instant } from '../../shared/local-time.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { Actor } from '../actor.ts'
import { isGood } from '../api-key.ts'
import type { ApiKeyQueries, ApiKeySecrets, ApiKeyStores } from '../api-key-ports.ts'

/** Unknown, revoked or run out: which of them is not told. */
export interface ApiKeyRefused {
  readonly type: 'ApiKeyRefused'
}

export interface KeyHolder {
  readonly actor: Actor
  readonly keyId: ApiKeyId
  /** Its last use is long enough ago to be written down anew. */
  readonly seldomUsed: boolean
}

export interface AuthenticateKeyDeps {
  readonly secrets: Pick<ApiKeySecrets, 'read' | 'same'>
  readonly queries: Pick<ApiKeyQueries, 'secret'>
  /** Real time. */
  readonly clock: Clock
}

/** Milliseconds in which the last use is written once. */
const minute = 60_000

/** Scopes, end and revocation are read with the secret, so that a change of them counts from the next request on. */
export const authenticateKey =
  ({ secrets, queries, clock }: AuthenticateKeyDeps) =>
  (sent: string): TaskEither<ApiKeyRefused | StoreFailure, KeyHolder> => {
    const read = secrets.read(sent)
    if (read === null) return TE.left(refused)
    return pipe(
      queries.secret(read.prefix),
      TE.flatMap((kept): TaskEither<ApiKeyRefused, KeyHolder> => {
        const now = clock.now()
        if (kept === null || !secrets.same(read.hash, kept.hash) || !isGood(kept, kept, now)) {
          return TE.left(refused)
        }
        const { id: keyId, scopes, branchId, lastUsedAt } = kept
        return TE.right({
          actor: { kind: 'api_key', keyId, scopes, branchId },
          keyId,
          seldomUsed: lastUsedAt === null || lastUsedAt <= now - minute,
        })
      }),
    )
  }

const refused: ApiKeyRefused = { type: 'ApiKeyRefused' }

export interface NoteKeyUseDeps {
  readonly work: UnitOfWork<Pick<ApiKeyStores, 'apiKeys'>>
  /** Real time. */
  readonly clock: Clock
}

/** For `seldomUsed`; nobody need wait for it. */
export const noteKeyUse =
  ({ work, clock }: NoteKeyUseDeps) =>
  (keyId: ApiKeyId): TaskEither<StoreFailure, void> =>
    work.run(({ apiKeys }) => {
      const now = clock.now()
      return apiKeys.used(keyId, now, instant(now - minute))
    })
