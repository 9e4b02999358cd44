/** AUT-7: changing one’s password, setting it anew by a mail, and showing that an e-mail address is one’s own. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { signedIn } from '../authenticate.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ok } from '../success.ts'
import { EmailVerification, ForgottenPassword, PasswordChange, PasswordReset } from './password-forms.ts'

/** The same whether there is such an account or not. */
const mailed = 'If there is such an account, a mail is on its way'

export const passwordRoutes = ({ passwords }: Pick<HttpDeps, 'passwords'>): readonly Route[] => [
  route({
    method: 'PUT',
    path: '/auth/password',
    permission: 'session:own',
    summary: 'Change one’s own password; all of one’s sessions end, this one too',
    body: { codec: PasswordChange, required: true },
    data: t.null,
    errors: ['InvalidCredentials', 'AccountIsLocked', 'TooManyFailures', 'NotFound'],
    act: call =>
      pipe(
        signedIn(call),
        TE.flatMap(({ account }) =>
          passwords.changePassword({
            act: call.act,
            memberId: account.memberId,
            currentPassword: call.body.current_password,
            newPassword: call.body.new_password,
          }),
        ),
      ),
    show: () => ok('Password changed: log in anew', null),
  }),
  route({
    method: 'POST',
    path: '/auth/forgot-password',
    permission: 'session:start',
    summary: 'Ask for a mail by which a forgotten password is set anew',
    body: { codec: ForgottenPassword, required: true },
    data: t.null,
    status: 200,
    act: ({ act, body }) => passwords.forgotPassword({ act, email: body.email }),
    show: () => ok(mailed, null),
  }),
  route({
    method: 'POST',
    path: '/auth/reset-password',
    permission: 'session:start',
    summary: 'Set a password anew with the token of a mail, good once within 30 minutes; all sessions end',
    body: { codec: PasswordReset, required: true },
    data: t.null,
    status: 200,
    errors: ['TokenRefused'],
    act: ({ act, body }) => passwords.resetPassword({ act, ...body }),
    show: () => ok('Password set: log in with it', null),
  }),
  route({
    method: 'POST',
    path: '/auth/verify-email',
    permission: 'session:start',
    summary:
      'Show with the token of a mail, good once within seven days, that an e-mail address is one’s own',
    body: { codec: EmailVerification, required: true },
    data: t.null,
    status: 200,
    errors: ['TokenRefused'],
    act: ({ act, body }) => passwords.verifyEmail({ act, ...body }),
    show: () => ok('E-mail address verified', null),
  }),
  route({
    method: 'POST',
    path: '/users/{id}/reset-password',
    names: 'user',
    permission: 'member:reset-password',
    summary: 'Send a member the mail by which he sets his password anew: himself, or staff for him',
    data: t.null,
    status: 200,
    act: ({ act, id: memberId }) => passwords.mailReset({ act, memberId: id(memberId) }),
    show: () => ok(mailed, null),
  }),
]
