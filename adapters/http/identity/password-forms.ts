/** What is sent to change a password, to set it anew, and to verify an e-mail address. */
import { normaliseLogin } from '../../../core/members/member.ts'
import { E } from '../../../core/shared/fp.ts'
import { exampled } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { fitting, record } from '../codecs/record.ts'
import { newPassword, phrase, secret } from '../codecs/text.ts'

const password = 'quiet lamp by the stairs'
const token = '17.0pTb6yZ3y0m1xX7S0m7H3k1Q2w9e8r7t6y5u4i3o2p1'

export const PasswordChange = exampled(
  { current_password: 'correct horse battery', new_password: password },
  record('PasswordChange', { current_password: secret(1, 1024), new_password: newPassword }, {}),
)

/** Of any form: what cannot be an address is one that nobody has. */
export const ForgottenPassword: Codec<{ readonly email: string }> = fitting(
  exampled({ email: 'ada@example.org' }, record('ForgottenPassword', { email: phrase(254) }, {})),
  ({ email }) => E.right({ email: normaliseLogin(email) }),
)

export const PasswordReset = exampled(
  { token, password },
  record('PasswordReset', { token: secret(1, 200), password: newPassword }, {}),
)

export const EmailVerification = exampled(
  { token },
  record('EmailVerification', { token: secret(1, 200) }, {}),
)
