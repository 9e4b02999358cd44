/** Passwords and the mails of accounts, wired. */
import { ContainerModule } from 'inversify'
import { accountTokenTexts } from '../../adapters/security/account-token-texts.ts'
import { passwordStrength } from '../../adapters/security/password-strength.ts'
import { fitPassword as fitting } from '../../core/identity/password-policy.ts'
import { forgotPassword, mailReset } from '../../core/identity/use-cases/ask-for-reset.ts'
import { changePassword } from '../../core/identity/use-cases/change-password.ts'
import { resetPassword } from '../../core/identity/use-cases/reset-password.ts'
import { verifyEmail } from '../../core/identity/use-cases/verify-email.ts'
import {
  INSTALLATION_SECRETS,
  LIBRARY_CLOCK,
  LOCKOUT,
  NETWORK_LIMIT,
  PASSWORD_STRENGTH,
  PASSWORD_USES,
  PASSWORDS,
  PERSISTENCE,
  REAL_CLOCK,
  TOKEN_TEXTS,
} from '../tokens.ts'

export const passwordsModule = new ContainerModule(({ bind }) => {
  bind(PASSWORD_STRENGTH)
    .toResolvedValue(() => passwordStrength(), [])
    .inSingletonScope()
  bind(TOKEN_TEXTS)
    .toResolvedValue(({ passwordPepper }) => accountTokenTexts(passwordPepper), [INSTALLATION_SECRETS])
    .inSingletonScope()
  bind(PASSWORD_USES)
    .toResolvedValue(
      ({ work, look, ids }, passwords, strength, texts, lockout, clock, realClock, limit) => {
        const fitPassword = fitting(strength)
        const asking = { work, ids, texts, clock, realClock }
        const setting = { work, look, passwords, fitPassword, texts, lockout, clock, realClock }
        return {
          changePassword: changePassword(setting),
          forgotPassword: forgotPassword({ ...asking, ...limit }),
          mailReset: mailReset(asking),
          resetPassword: resetPassword(setting),
          verifyEmail: verifyEmail({ work, texts, clock: realClock }),
        }
      },
      [
        PERSISTENCE,
        PASSWORDS,
        PASSWORD_STRENGTH,
        TOKEN_TEXTS,
        LOCKOUT,
        LIBRARY_CLOCK,
        REAL_CLOCK,
        NETWORK_LIMIT,
      ],
    )
    .inSingletonScope()
})
