/** API keys and the hashes of their secrets. */
import type { ApiKey } from '../../core/identity/api-key.ts'
import type { ApiKeyQueries, ApiKeys, ApiKeySort } from '../../core/identity/api-key-ports.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'
import { pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const apiKeys = ({ tables: { apiKeys: table }, now, nextId }: Database): ApiKeys => ({
  get: id =>
    TE.fromIOEither(() => {
      const row = table.find(id)
      return row === undefined ? E.left(notFound('api_key', id)) : E.right(row.apiKey)
    }),
  add: (details, { hash, ...secret }) =>
    TE.fromIO(() => {
      const id = nextId('api_key')
      const apiKey: ApiKey = {
        ...details,
        id,
        version: 1,
        createdAt: now(),
        lastUsedAt: null,
        revokedAt: null,
        secrets: [secret],
      }
      table.add({ id, apiKey, hashes: { [secret.prefix]: hash } })
      return apiKey
    }),
  save: (key, secret) =>
    TE.fromIOEither(() => {
      const row = table.find(key.id)
      if (row?.apiKey.version !== key.version) return E.left(staleWrite('api_key', key.id))
      const saved = { ...key, version: key.version + 1 }
      const hashes = secret === null ? row.hashes : { ...row.hashes, [secret.prefix]: secret.hash }
      const kept = new Set(key.secrets.map(({ prefix }) => prefix))
      table.put({
        id: key.id,
        apiKey: saved,
        hashes: Object.fromEntries(Object.entries(hashes).filter(([prefix]) => kept.has(prefix))),
      })
      return E.right(saved)
    }),
  used: (id, at, unlessSince) =>
    TE.fromIO(() => {
      const row = table.find(id)
      if (row === undefined) return
      const { lastUsedAt } = row.apiKey
      if (lastUsedAt === null || lastUsedAt <= unlessSince)
        table.put({ ...row, apiKey: { ...row.apiKey, lastUsedAt: at } })
    }),
})

export const apiKeyQueries = ({ tables: { apiKeys: table } }: Database): ApiKeyQueries => ({
  secret: prefix =>
    TE.fromIO(() => {
      const [row] = table.where('prefix', prefix)
      const hash = row?.hashes[prefix]
      if (row === undefined || hash === undefined) return null
      const { id, scopes, branchId, expiresAt, revokedAt, lastUsedAt, secrets } = row.apiKey
      const goodUntil = secrets.find(one => one.prefix === prefix)?.goodUntil ?? null
      return { id, scopes, branchId, expiresAt, revokedAt, lastUsedAt, hash, goodUntil }
    }),
  keys: page =>
    TE.fromIO(() =>
      pageOf(
        [...table.all()].map(({ apiKey }) => apiKey),
        page,
        sorting,
      ),
    ),
})

const sorting: SortValues<ApiKey, ApiKeySort> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  created_at: ({ createdAt }) => createdAt,
  expires_at: ({ expiresAt }) => expiresAt,
  last_used_at: ({ lastUsedAt }) => lastUsedAt,
}
