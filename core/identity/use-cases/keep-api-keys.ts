/** AUT-6: the administrator gives keys to systems, renews their secrets and takes them back. */
import type { Clock } from '../../shared/clock.ts'
import { E, pipe, TE } from '../../shared/fp.ts'
import type { Either, TaskEither } from '../../shared/fp.ts'
import type { ApiKeyId } from '../../shared/id.ts'
import type { Instant } from '../../shared/local-time.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { Conflict, Fault, InvalidInput, NotFound, PermissionDenied } from '../../shared/refusal.ts'
import type { StaleWrite, StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import { asExpected } from '../../shared/versions.ts'
import type { VersionMismatch } from '../../shared/versions.ts'
import { memberOf } from '../actor.ts'
import type { Act } from '../actor.ts'
import type { AuditStores, AuditTrail } from '../audit.ts'
import {
  faultsOfEnd,
  faultsOfOverlap,
  faultsOfScopes,
  mayGive,
  revoked,
  rotated,
  standardEnd,
  standardOverlap,
  toldOfKey,
} from '../api-key.ts'
import type { ApiKey, ApiKeyDetails } from '../api-key.ts'
import type { ApiKeyQueries, ApiKeySecrets, ApiKeySort, ApiKeyStores, NewSecret } from '../api-key-ports.ts'
import { permitted } from '../permissions.ts'

export interface KeepApiKeysDeps {
  readonly work: UnitOfWork<ApiKeyStores & AuditStores>
  readonly secrets: Pick<ApiKeySecrets, 'make'>
  /** Real time. */
  readonly clock: Clock
}

/** A key with the text that its holder sends: nobody is told it a second time. */
export interface IssuedKey {
  readonly apiKey: ApiKey
  readonly text: string
}

export interface CreateApiKey {
  readonly act: Act
  /** `expiresAt` null: as long as is usual. */
  readonly details: Omit<ApiKeyDetails, 'expiresAt'> & { readonly expiresAt: Instant | null }
}

export const createApiKey =
  ({ work, secrets, clock }: KeepApiKeysDeps) =>
  ({ act, details }: CreateApiKey): TaskEither<PermissionDenied | InvalidInput | StoreFailure, IssuedKey> =>
    work.run(stores => {
      const now = clock.now()
      const wanted = { ...details, expiresAt: details.expiresAt ?? standardEnd(now) }
      const { text, secret } = newSecret(secrets, now)
      return pipe(
        TE.fromEither(permitted(act.actor, 'api-key:write')),
        TE.flatMap(() => TE.fromEither(mayGive(act.actor, wanted))),
        TE.flatMap(() =>
          TE.fromEither(faultless([...faultsOfScopes(wanted), ...faultsOfEnd(wanted.expiresAt, now)])),
        ),
        TE.flatMap(() => branchThere(stores, wanted)),
        TE.flatMap(() => stores.apiKeys.add({ ...wanted, createdBy: memberOf(act.actor) }, secret)),
        TE.tap(apiKey => recorded(stores.audit, act, 'created', null, apiKey)),
        TE.map(apiKey => ({ apiKey, text })),
      )
    })

export interface RotateApiKey {
  readonly act: Act
  readonly id: ApiKeyId
  /** How long the secrets until now stay good: left out as long as is usual, null ends them at once. */
  readonly oldGoodUntil?: Instant | null
  /** Left out it stays as it was. */
  readonly expiresAt?: Instant
}

export const rotateApiKey =
  ({ work, secrets, clock }: KeepApiKeysDeps) =>
  ({
    act,
    id,
    oldGoodUntil,
    expiresAt,
  }: RotateApiKey): TaskEither<
    NotFound | PermissionDenied | InvalidInput | Conflict | StaleWrite | StoreFailure,
    IssuedKey
  > =>
    work.run(({ apiKeys, audit }) => {
      const now = clock.now()
      const until = oldGoodUntil === undefined ? standardOverlap(now) : (oldGoodUntil ?? now)
      const { text, secret } = newSecret(secrets, now)
      return pipe(
        TE.Do,
        TE.bindW('before', () => apiKeys.get(id)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'api-key:write'))),
        TE.tap(({ before }) => TE.fromEither(mayGive(act.actor, before))),
        TE.tap(() =>
          TE.fromEither(
            faultless([
              ...faultsOfOverlap(until, now),
              ...(expiresAt === undefined ? [] : faultsOfEnd(expiresAt, now)),
            ]),
          ),
        ),
        TE.bindW('next', ({ before }) => {
          const { hash: _hash, ...shown } = secret
          const rotation = { secret: shown, oldGoodUntil: until, expiresAt: expiresAt ?? null }
          return TE.fromEither(rotated(before, rotation, now))
        }),
        TE.bindW('apiKey', ({ next }) => apiKeys.save(next, secret)),
        TE.tap(({ before, apiKey }) => recorded(audit, act, 'rotated', before, apiKey)),
        TE.map(({ apiKey }) => ({ apiKey, text })),
      )
    })

export interface RevokeApiKey {
  readonly act: Act
  readonly id: ApiKeyId
}

/** It stays in the list: the audit names it. */
export const revokeApiKey =
  ({ work, clock }: Omit<KeepApiKeysDeps, 'secrets'>) =>
  ({
    act,
    id,
  }: RevokeApiKey): TaskEither<
    NotFound | PermissionDenied | VersionMismatch | Conflict | StaleWrite | StoreFailure,
    void
  > =>
    work.run(({ apiKeys, audit }) =>
      pipe(
        TE.Do,
        TE.bindW('before', () => apiKeys.get(id)),
        TE.tap(() => TE.fromEither(permitted(act.actor, 'api-key:write'))),
        TE.tap(({ before }) => TE.fromEither(asExpected(act, 'api_key', before))),
        TE.bindW('next', ({ before }) => TE.fromEither(revoked(before, clock.now()))),
        TE.bindW('apiKey', ({ next }) => apiKeys.save(next, null)),
        TE.flatMap(({ before, apiKey }) => recorded(audit, act, 'revoked', before, apiKey)),
      ),
    )

export interface ListApiKeys {
  readonly act: Act
  readonly page: PageRequest<ApiKeySort>
}

export const listApiKeys =
  ({ queries }: { readonly queries: Pick<ApiKeyQueries, 'keys'> }) =>
  ({ act, page }: ListApiKeys): TaskEither<PermissionDenied | StoreFailure, Page<ApiKey>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'api-key:read')),
      TE.flatMap(() => queries.keys(page)),
    )

const newSecret = (
  secrets: Pick<ApiKeySecrets, 'make'>,
  now: Instant,
): { readonly text: string; readonly secret: NewSecret } => {
  const { key: text, ...made } = secrets.make()
  return { text, secret: { ...made, createdAt: now, goodUntil: null } }
}

const faultless = (faults: readonly Fault[]): Either<InvalidInput, void> =>
  faults.length === 0 ? E.right(undefined) : E.left({ type: 'InvalidInput', faults })

const branchThere = (
  { branches }: Pick<ApiKeyStores, 'branches'>,
  { branchId }: Pick<ApiKeyDetails, 'branchId'>,
): TaskEither<InvalidInput, void> =>
  branchId === null
    ? TE.right(undefined)
    : pipe(
        branches.known([branchId]),
        TE.flatMap(found =>
          found.length > 0
            ? TE.right(undefined)
            : TE.left(invalidInput('branch_id', 'UNKNOWN_REFERENCE', 'There is no such branch')),
        ),
      )

const recorded = (
  audit: AuditTrail,
  act: Act,
  done: 'created' | 'rotated' | 'revoked',
  before: ApiKey | null,
  after: ApiKey,
): TaskEither<never, void> =>
  audit.record(act, {
    action: `api_key.${done}`,
    target: { type: 'api_key', id: after.id },
    at: null,
    before: before === null ? null : toldOfKey(before),
    after: toldOfKey(after),
  })
