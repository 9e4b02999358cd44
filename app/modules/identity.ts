/** Identity, wired: tokens, passwords, sessions, API keys. */
import { ContainerModule } from 'inversify'
import { apiKeySecrets } from '../../adapters/security/api-key-secrets.ts'
import { denialCount } from '../../adapters/security/denial-count.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import { secrets } from '../../adapters/security/secrets.ts'
import { authenticate } from '../../core/identity/use-cases/authenticate.ts'
import { renewHash } from '../../core/identity/renew-hash.ts'
import type { SessionPolicy } from '../../core/identity/session.ts'
import { endSession, endSessionsOf, listSessions } from '../../core/identity/use-cases/keep-sessions.ts'
import { authenticateKey, noteKeyUse } from '../../core/identity/use-cases/authenticate-key.ts'
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from '../../core/identity/use-cases/keep-api-keys.ts'
import {
  confirm,
  enrol,
  removeSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
} from '../../core/identity/use-cases/keep-second-factor.ts'
import { listAudit } from '../../core/identity/use-cases/list-audit.ts'
import { logIn } from '../../core/identity/use-cases/log-in.ts'
import { logOut } from '../../core/identity/use-cases/log-out.ts'
import { refreshSession } from '../../core/identity/use-cases/refresh-session.ts'
import { recordDenial } from '../../core/identity/use-cases/record-denial.ts'
import { unlockAccount } from '../../core/identity/use-cases/unlock-account.ts'
import { verifyAudit } from '../../core/identity/use-cases/verify-audit.ts'
import { auditSealingOf } from '../audit-sealing.ts'
import { secondFactorToolsOf } from '../second-factor.ts'
import {
  ACCESS_TOKENS,
  API_KEYS,
  AUDIT,
  AUDIT_SEALING,
  CONFIG,
  IDENTITY,
  INSTALLATION_SECRETS,
  LIBRARY_CLOCK,
  LOCKOUT,
  MFA,
  NETWORK_LIMIT,
  PASSWORDS,
  PERSISTENCE,
  REAL_CLOCK,
  SECOND_FACTOR,
} from '../tokens.ts'

export const identityModule = new ContainerModule(({ bind }) => {
  bind(PASSWORDS)
    .toResolvedValue(
      (config, { passwordPepper }) =>
        passwords({ pepper: passwordPepper, oldPeppers: config.passwordOldPeppers, cost: config.bcryptCost }),
      [CONFIG, INSTALLATION_SECRETS],
    )
    .inSingletonScope()
  bind(AUDIT_SEALING).toResolvedValue(auditSealingOf, [CONFIG, INSTALLATION_SECRETS]).inSingletonScope()
  bind(AUDIT)
    .toResolvedValue(
      ({ work, queries }, sealing, clock) => ({
        listAudit: listAudit({ queries: queries.audit, zones: queries.circulation }),
        verifyAudit: verifyAudit({ queries: queries.auditSeals, sealing }),
        recordDenial: recordDenial({ work, count: denialCount(), clock }),
      }),
      [PERSISTENCE, AUDIT_SEALING, REAL_CLOCK],
    )
    .inSingletonScope()
  bind(SECOND_FACTOR).toResolvedValue(secondFactorToolsOf, [CONFIG, INSTALLATION_SECRETS]).inSingletonScope()
  bind(LOCKOUT)
    .toResolvedValue(
      ({ work }, clock, libraryClock) => ({ work, countSentAway: denialCount(), clock, libraryClock }),
      [PERSISTENCE, REAL_CLOCK, LIBRARY_CLOCK],
    )
    .inSingletonScope()
  bind(NETWORK_LIMIT)
    .toResolvedValue(
      ({ networkUses }, realClock, { rateLimits }) => ({
        networkUses: rateLimits ? networkUses : null,
        realClock,
      }),
      [PERSISTENCE, REAL_CLOCK, CONFIG],
    )
    .inSingletonScope()
  bind(MFA)
    .toResolvedValue(
      ({ work, queries }, secondFactor, lockout, clock) => ({
        enrol: enrol({ work, secondFactor, clock }),
        confirm: confirm({ work, secondFactor, clock }),
        renewRecoveryCodes: renewRecoveryCodes({ work, secondFactor, lockout, clock }),
        removeSecondFactor: removeSecondFactor({ work, secondFactor, lockout, clock }),
        resetSecondFactor: resetSecondFactor({ work, queries: queries.identity, clock }),
      }),
      [PERSISTENCE, SECOND_FACTOR, LOCKOUT, REAL_CLOCK],
    )
    .inSingletonScope()
  bind(API_KEYS)
    .toResolvedValue(
      ({ work, queries: { apiKeys: queries } }, clock) => {
        const secrets = apiKeySecrets()
        return {
          authenticateKey: authenticateKey({ secrets, queries, clock }),
          noteKeyUse: noteKeyUse({ work, clock }),
          listApiKeys: listApiKeys({ queries }),
          createApiKey: createApiKey({ work, secrets, clock }),
          rotateApiKey: rotateApiKey({ work, secrets, clock }),
          revokeApiKey: revokeApiKey({ work, clock }),
        }
      },
      [PERSISTENCE, REAL_CLOCK],
    )
    .inSingletonScope()
  bind(IDENTITY)
    .toResolvedValue(
      (
        { work, ids, queries: { identity: queries } },
        tokens,
        hashing,
        secondFactor,
        clock,
        lockout,
        config,
      ) => {
        const policy: SessionPolicy = {
          lifetime: config.refreshTokenLifetime,
          idle: config.sessionIdleTime,
          most: config.maxSessions,
          whenFull: config.sessionsFull,
        }
        return {
          authenticate: authenticate({ tokens, queries, clock }),
          logIn: logIn({
            work,
            queries,
            passwords: hashing,
            renewHash: renewHash({ work, passwords: hashing }),
            secondFactor,
            tokens,
            secrets,
            ids,
            clock,
            policy,
            lockout,
          }),
          refreshSession: refreshSession({ work, queries, tokens, secrets, clock, policy }),
          logOut: logOut({ work, clock }),
          listSessions: listSessions({ queries, clock }),
          endSession: endSession({ work, clock }),
          endSessionsOf: endSessionsOf({ work, queries, clock }),
          unlockAccount: unlockAccount({ work, queries }),
        }
      },
      [PERSISTENCE, ACCESS_TOKENS, PASSWORDS, SECOND_FACTOR, REAL_CLOCK, LOCKOUT, CONFIG],
    )
    .inSingletonScope()
})
