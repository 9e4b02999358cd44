/** Everything bound in one container. */
import { Container } from 'inversify'
import { logger } from '../adapters/logging/logger.ts'
import { accessTokens } from '../adapters/security/access-tokens.ts'
import { instant } from '../core/shared/local-time.ts'
import type { Config } from './config.ts'
import { accountsModule } from './modules/accounts.ts'
import { branchesModule } from './modules/branches.ts'
import { catalogueModule } from './modules/catalogue.ts'
import { circulationModule } from './modules/circulation.ts'
import { consistencyModule } from './modules/consistency.ts'
import { identityModule } from './modules/identity.ts'
import { jobsModule } from './modules/jobs.ts'
import { membersModule } from './modules/members.ts'
import { noticesModule } from './modules/notices.ts'
import { operationsModule } from './modules/operations.ts'
import { passwordsModule } from './modules/passwords.ts'
import { persistenceModule } from './modules/persistence.ts'
import { settingsModule } from './modules/settings.ts'
import { simpleApiModule } from './modules/simple-api.ts'
import { installationSecrets } from './secrets.ts'
import { ACCESS_TOKENS, CONFIG, INSTALLATION_SECRETS, LOG, REAL_CLOCK } from './tokens.ts'

/** Reads or makes the secrets; opens no database until something asks for it. */
export const buildContainer = async (config: Config): Promise<Container> => {
  const secrets = await installationSecrets(config)
  const tokens = await accessTokens({
    signingKey: secrets.tokenSigningKey,
    verificationKeys: config.tokenVerificationKeys,
    issuer: config.tokenIssuer,
    audience: config.tokenIssuer,
    lifetime: config.accessTokenLifetime,
  })
  const now = () => instant(Date.now())
  const container = new Container()
  container.bind(CONFIG).toConstantValue(config)
  container.bind(INSTALLATION_SECRETS).toConstantValue(secrets)
  container.bind(ACCESS_TOKENS).toConstantValue(tokens)
  container.bind(LOG).toConstantValue(logger({ level: config.logLevel, module: 'library' }))
  container.bind(REAL_CLOCK).toConstantValue({ time: 'real', now })
  container.load(
    persistenceModule,
    catalogueModule,
    circulationModule,
    accountsModule,
    membersModule,
    branchesModule,
    identityModule,
    passwordsModule,
    noticesModule,
    settingsModule,
    operationsModule,
    jobsModule,
    consistencyModule,
    simpleApiModule,
  )
  return container
}
