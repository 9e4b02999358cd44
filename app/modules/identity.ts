/** Identity, wired: tokens, passwords, sessions. */
import { ContainerModule } from 'inversify'
import { denialCount } from '../../adapters/security/denial-count.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import { secrets } from '../../adapters/security/secrets.ts'
import { authenticate } from '../../core/identity/use-cases/authenticate.ts'
import { listAudit } from '../../core/identity/use-cases/list-audit.ts'
import { logIn } from '../../core/identity/use-cases/log-in.ts'
import { logOut } from '../../core/identity/use-cases/log-out.ts'
import { refreshSession } from '../../core/identity/use-cases/refresh-session.ts'
import { recordDenial } from '../../core/identity/use-cases/record-denial.ts'
import { verifyAudit } from '../../core/identity/use-cases/verify-audit.ts'
import { auditSealingOf } from '../audit-sealing.ts'
import {
  ACCESS_TOKENS,
  AUDIT,
  AUDIT_SEALING,
  CONFIG,
  IDENTITY,
  INSTALLATION_SECRETS,
  PASSWORDS,
  PERSISTENCE,
  REAL_CLOCK,
  SECRETS,
} from '../tokens.ts'

export const identityModule = new ContainerModule(({ bind }) => {
  bind(PASSWORDS)
    .toResolvedValue(
      (config, { passwordPepper }) => passwords({ pepper: passwordPepper, cost: config.bcryptCost }),
      [CONFIG, INSTALLATION_SECRETS],
    )
    .inSingletonScope()
  bind(SECRETS)
    .toResolvedValue(config => secrets(config.refreshTokenLifetime), [CONFIG])
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
  bind(IDENTITY)
    .toResolvedValue(
      ({ work, ids, queries: { identity: queries } }, tokens, hashing, opaque, clock) => ({
        authenticate: authenticate({ tokens, queries, clock }),
        logIn: logIn({ work, queries, passwords: hashing, tokens, secrets: opaque, ids, clock }),
        refreshSession: refreshSession({ work, queries, tokens, secrets: opaque, clock }),
        logOut: logOut({ work, clock }),
      }),
      [PERSISTENCE, ACCESS_TOKENS, PASSWORDS, SECRETS, REAL_CLOCK],
    )
    .inSingletonScope()
})
