/** The HTTP application, wired: what the adapter is given of everything else. */
import { randomUUID } from 'node:crypto'
import type { Container } from 'inversify'
import type { HttpDeps } from '../adapters/http/deps.ts'
import { fingerprints } from '../adapters/security/fingerprints.ts'
import { product, swaggerUiFolder } from './product.ts'
import {
  ACCOUNTS,
  API_KEYS,
  AUDIT,
  BRANCHES,
  CATALOGUE,
  CIRCULATION,
  CLOCK,
  CONFIG,
  CONSISTENCY,
  IDENTITY,
  INSTALLATION_SECRETS,
  LOG,
  MEMBERS,
  PASSWORD_USES,
  MFA,
  PERSISTENCE,
  RULES,
  RUN_JOBS,
  SETTINGS,
  STAFF,
} from './tokens.ts'

export const httpDeps = (container: Container): HttpDeps => {
  const config = container.get(CONFIG)
  const log = container.get(LOG)
  const persistence = container.get(PERSISTENCE)
  return {
    catalogue: container.get(CATALOGUE),
    circulation: container.get(CIRCULATION),
    rules: container.get(RULES),
    accounts: container.get(ACCOUNTS),
    members: container.get(MEMBERS),
    staff: container.get(STAFF),
    branches: container.get(BRANCHES),
    identity: container.get(IDENTITY),
    passwords: container.get(PASSWORD_USES),
    mfa: container.get(MFA),
    apiKeys: container.get(API_KEYS),
    idempotency: {
      receipts: persistence.receipts,
      fingerprint: fingerprints(container.get(INSTALLATION_SECRETS).passwordPepper),
      newToken: randomUUID,
      now: Date.now,
    },
    addresses: { trustedProxies: config.trustedProxies, administrative: config.adminAddresses },
    audit: container.get(AUDIT),
    settings: container.get(SETTINGS),
    clock: container.get(CLOCK),
    jobs: container.get(RUN_JOBS),
    consistency: container.get(CONSISTENCY),
    documents: { product: product(), swaggerUi: swaggerUiFolder() },
    currency: config.currency,
    hsts: config.production,
    now: Date.now,
    newRequestId: randomUUID,
    ready: async () => ({
      storage: await persistence.ping().then(
        () => true,
        () => false,
      ),
    }),
    log: {
      request: ({ requestId, method, route, status, milliseconds, bytes, memberId, apiKeyId }) => {
        log.request({
          request_id: requestId,
          method,
          route,
          status,
          milliseconds,
          bytes,
          member_id: memberId,
          api_key_id: apiKeyId,
        })
      },
      bug: (error, requestId) => {
        log.error('bug', { request_id: requestId, error })
      },
    },
  }
}
