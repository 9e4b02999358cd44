/** AUT-6: a key by which another system calls, with the permissions it was given and an end. */
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { ApiKeyId, BranchId, MemberId } from '../shared/id.ts'
import { instant, toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import { conflict } from '../shared/refusal.ts'
import type { Conflict, Fault, PermissionDenied } from '../shared/refusal.ts'
import type { AuditFacts } from './audit.ts'
import type { Actor } from './actor.ts'
import { companionsOf, denied, reach, reachOfScope } from './permissions.ts'
import type { Scope } from './permissions.ts'

/** One secret of a key: known by its prefix, kept as a hash. All times of a key are real ones. */
export interface ApiKeySecret {
  readonly prefix: string
  readonly createdAt: Instant
  /** Of one that another has taken the place of; null of the newest. */
  readonly goodUntil: Instant | null
}

export interface ApiKeyDetails {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Where it acts; null: at every branch. */
  readonly branchId: BranchId | null
  readonly expiresAt: Instant
}

export interface ApiKey extends ApiKeyDetails {
  readonly id: ApiKeyId
  readonly version: number
  /** null where the product itself made it. */
  readonly createdBy: MemberId | null
  readonly createdAt: Instant
  /** To a minute; null: never. */
  readonly lastUsedAt: Instant | null
  readonly revokedAt: Instant | null
  /** Newest first. */
  readonly secrets: readonly ApiKeySecret[]
}

const day = 24 * 60 * 60 * 1000

/** Where nobody says how long, a key is good for a year. */
export const standardEnd = (now: Instant): Instant => instant(now + 365 * day)
/** No key is made for longer. */
const farthestEnd = (now: Instant): Instant => instant(now + 2 * 365 * day)

/** Where nobody says how long, the old secret is good for a day beside the new one. */
export const standardOverlap = (now: Instant): Instant => instant(now + day)
const longestOverlap = (now: Instant): Instant => instant(now + 30 * day)

const within = (field: string, at: Instant, now: Instant, last: Instant): readonly Fault[] =>
  at > now && at <= last
    ? []
    : [{ field, code: 'OUT_OF_RANGE', message: `It must lie after now and not after ${toIso(last)}` }]

export const faultsOfEnd = (expiresAt: Instant, now: Instant): readonly Fault[] =>
  within('expires_at', expiresAt, now, farthestEnd(now))

/** A leaked secret may end at once: then it is good until now. */
export const faultsOfOverlap = (oldGoodUntil: Instant, now: Instant): readonly Fault[] =>
  oldGoodUntil === now ? [] : within('old_good_until', oldGoodUntil, now, longestOverlap(now))

/** With a branch a key has none of the scopes that reach over all of them. */
export const faultsOfScopes = ({
  scopes,
  branchId,
}: Pick<ApiKeyDetails, 'scopes' | 'branchId'>): readonly Fault[] =>
  scopes.flatMap(scope => [
    ...(reachOfScope(scope, branchId) === null
      ? [{ field: 'scopes', code: 'NOT_AT_A_BRANCH', message: `${scope} is of no single branch` }]
      : []),
    ...companionsOf(scope)
      .filter(companion => !scopes.includes(companion))
      .map(companion => ({ field: 'scopes', code: 'INCOMPLETE', message: `${scope} needs ${companion}` })),
  ])

/** Nobody gives what he has not himself, everywhere. */
export const mayGive = (
  actor: Actor,
  { scopes }: Pick<ApiKeyDetails, 'scopes'>,
): Either<PermissionDenied, void> => {
  const missing = scopes.find(scope => reach(actor, scope) !== 'any')
  return missing === undefined ? E.right(undefined) : E.left(denied(missing))
}

export interface Rotation {
  readonly secret: ApiKeySecret
  /** No older secret is good for longer. */
  readonly oldGoodUntil: Instant
  /** null: it stays as it was. */
  readonly expiresAt: Instant | null
}

/** Those that are over are forgotten. An older one that ends earlier still does: whoever uses it was told so. */
export const rotated = (
  key: ApiKey,
  { secret, oldGoodUntil, expiresAt }: Rotation,
  now: Instant,
): Either<Conflict, ApiKey> => {
  if (key.revokedAt !== null) return E.left(alreadyRevoked(key.revokedAt))
  const end = expiresAt ?? key.expiresAt
  if (end <= now) {
    return E.left(conflict('The key has run out: say until when it is good', { expires_at: toIso(end) }))
  }
  const olderOnes = key.secrets
    .map(older => ({ ...older, goodUntil: earlier(older.goodUntil, oldGoodUntil) }))
    .filter(({ goodUntil }) => goodUntil > now)
  return E.right({ ...key, expiresAt: end, secrets: [secret, ...olderOnes] })
}

const earlier = (a: Instant | null, b: Instant): Instant => (a !== null && a < b ? a : b)

/** From here on no secret of it is good any more. */
export const revoked = (key: ApiKey, now: Instant): Either<Conflict, ApiKey> =>
  key.revokedAt === null ? E.right({ ...key, revokedAt: now }) : E.left(alreadyRevoked(key.revokedAt))

const alreadyRevoked = (at: Instant): Conflict =>
  conflict('The key is revoked already', { revoked_at: toIso(at) })

export const isGood = (
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  { goodUntil }: Pick<ApiKeySecret, 'goodUntil'>,
  now: Instant,
): boolean => revokedAt === null && now < expiresAt && (goodUntil === null || now < goodUntil)

/** What the audit is told of a key: its secrets by their prefixes alone. */
export const toldOfKey = ({ name, scopes, branchId, expiresAt, revokedAt, secrets }: ApiKey): AuditFacts => ({
  name,
  scopes,
  branch_id: branchId,
  expires_at: toIso(expiresAt),
  revoked_at: revokedAt === null ? null : toIso(revokedAt),
  secrets: secrets.map(({ prefix, goodUntil }) => ({
    prefix,
    good_until: goodUntil === null ? null : toIso(goodUntil),
  })),
})
