/** AUT-6: keys for other systems, as the administrator keeps them. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { HttpDeps } from '../deps.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { created, ofVersion, ok } from '../success.ts'
import {
  apiKeyList,
  ApiKeyRotation,
  ApiKeyView,
  apiKeyView,
  IssuedKeyView,
  issuedKeyView,
  NewApiKey,
} from './api-key-forms.ts'

/** No Idempotency-Key: the answers hold a secret, and are not kept. */
export const apiKeyRoutes = ({ apiKeys }: Pick<HttpDeps, 'apiKeys'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api-keys',
    permission: 'api-key:read',
    summary: 'List the API keys, those that are good no more among them',
    query: apiKeyList,
    data: t.array(ApiKeyView),
    handle: ({ act, query, address }) =>
      pipe(
        apiKeys.listApiKeys({ act, page: query.page }),
        TE.map(found => listed('API keys', address, query, found, apiKeyView)),
      ),
  }),
  route({
    method: 'POST',
    path: '/api-keys',
    permission: 'api-key:write',
    summary: 'Make an API key; it is shown this once',
    body: { codec: NewApiKey, required: true },
    data: IssuedKeyView,
    repeatable: 'freely',
    act: ({ act, body }) => apiKeys.createApiKey({ act, details: body }),
    show: issued =>
      ofVersion(
        issued.apiKey.version,
        created('API key made', `/api/v1/api-keys/${issued.apiKey.id}`, issuedKeyView(issued)),
      ),
  }),
  route({
    method: 'POST',
    path: '/api-keys/{id}/rotate',
    names: 'api_key',
    permission: 'api-key:write',
    summary: 'Give an API key a new secret, shown this once; the old one stays good for a while',
    body: { codec: ApiKeyRotation, required: false },
    data: IssuedKeyView,
    status: 200,
    repeatable: 'freely',
    errors: ['Conflict', 'StaleWrite'],
    act: ({ act, id: keyId, body }) => apiKeys.rotateApiKey({ act, id: id(keyId), ...body }),
    show: issued => ofVersion(issued.apiKey.version, ok('API key rotated', issuedKeyView(issued))),
  }),
  route({
    method: 'DELETE',
    path: '/api-keys/{id}',
    names: 'api_key',
    permission: 'api-key:write',
    summary: 'Revoke an API key: it is good no more, and stays in the list',
    data: t.null,
    errors: ['Conflict', 'StaleWrite'],
    act: ({ act, id: keyId }) => apiKeys.revokeApiKey({ act, id: id(keyId) }),
    show: () => ok('API key revoked', null),
  }),
]
