/** The HTTP application, wired: what the adapter is given of everything else. */
import { randomUUID } from 'node:crypto'
import type { Container } from 'inversify'
import type { HttpDeps } from '../adapters/http/deps.ts'
import {
  AUDIT,
  BRANCHES,
  CATALOGUE,
  CIRCULATION,
  CLOCK,
  CONFIG,
  IDENTITY,
  LOG,
  MEMBERS,
  PERSISTENCE,
  RUN_JOBS,
  SETTINGS,
} from './tokens.ts'

export const httpDeps = (container: Container): HttpDeps => {
  const config = container.get(CONFIG)
  const log = container.get(LOG)
  const persistence = container.get(PERSISTENCE)
  return {
    catalogue: container.get(CATALOGUE),
    circulation: container.get(CIRCULATION),
    members: container.get(MEMBERS),
    branches: container.get(BRANCHES),
    identity: container.get(IDENTITY),
    audit: container.get(AUDIT),
    settings: container.get(SETTINGS),
    clock: container.get(CLOCK),
    jobs: container.get(RUN_JOBS),
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
      request: ({ requestId, method, route, status, milliseconds, bytes, memberId }) => {
        log.info('request', {
          request_id: requestId,
          method,
          route,
          status,
          milliseconds,
          bytes,
          member_id: memberId,
        })
      },
      bug: (error, requestId) => {
        log.error('bug', { request_id: requestId, error })
      },
    },
  }
}
