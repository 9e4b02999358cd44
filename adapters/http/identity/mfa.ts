/** AUT-4: a second factor beside the password. The answers hold secrets that are shown this once. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { signedIn } from '../authenticate.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ok } from '../success.ts'
import {
  NewMfaView,
  newMfaView,
  OtpBody,
  RecoveryCodesView,
  recoveryCodesView,
  RemoveMfaBody,
} from './mfa-forms.ts'

export const mfaRoutes = ({ mfa }: Pick<HttpDeps, 'mfa'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/auth/mfa/enrol',
    permission: 'mfa:own',
    summary: 'Begin a second factor, shortly after logging in; it is in force when it is confirmed',
    data: NewMfaView,
    versionless: true,
    status: 200,
    errors: ['Conflict', 'LoginTooOld'],
    act: call =>
      pipe(
        signedIn(call),
        TE.flatMap(session => mfa.enrol({ act: call.act, ...session })),
      ),
    show: begun => ok('Confirm it with a code of the app', newMfaView(begun)),
  }),
  route({
    method: 'POST',
    path: '/auth/mfa/confirm',
    permission: 'mfa:own',
    summary: 'Put the second factor in force with a code of the app; one’s other sessions end',
    body: { codec: OtpBody, required: true },
    data: RecoveryCodesView,
    versionless: true,
    status: 200,
    errors: ['Conflict', 'MfaInvalid'],
    act: call =>
      pipe(
        signedIn(call),
        TE.flatMap(session => mfa.confirm({ act: call.act, ...session, otp: call.body.otp })),
      ),
    show: codes => ok('The second factor is in force; keep the recovery codes', recoveryCodesView(codes)),
  }),
  route({
    method: 'POST',
    path: '/auth/mfa/recovery-codes',
    permission: 'mfa:own',
    summary: 'Have new recovery codes; those of before are good no more, and one’s other sessions end',
    body: { codec: OtpBody, required: true },
    data: RecoveryCodesView,
    versionless: true,
    status: 200,
    errors: ['Conflict', 'MfaRequired', 'MfaInvalid', 'AccountIsLocked', 'TooManyFailures'],
    act: call =>
      pipe(
        signedIn(call),
        TE.flatMap(session => mfa.renewRecoveryCodes({ act: call.act, ...session, otp: call.body.otp })),
      ),
    show: codes => ok('Recovery codes', recoveryCodesView(codes)),
  }),
  route({
    method: 'DELETE',
    path: '/auth/mfa',
    permission: 'mfa:own',
    summary:
      'Take off one’s second factor, with a code of it or shortly after logging in; one’s other sessions end',
    body: { codec: RemoveMfaBody, required: false },
    data: t.null,
    errors: ['Conflict', 'MfaRequired', 'MfaInvalid', 'AccountIsLocked', 'TooManyFailures'],
    act: call =>
      pipe(
        signedIn(call),
        TE.flatMap(session =>
          mfa.removeSecondFactor({ act: call.act, ...session, otp: call.body.otp ?? null }),
        ),
      ),
    show: () => ok('The second factor is taken off', null),
  }),
  route({
    method: 'DELETE',
    path: '/users/{id}/mfa',
    names: 'user',
    permission: 'mfa:reset',
    summary: 'Take off the second factor that another has lost; all sessions of his end',
    data: t.null,
    errors: ['Conflict'],
    act: ({ act, id: memberId }) => mfa.resetSecondFactor({ act, memberId: id(memberId) }),
    show: () => ok('The second factor is taken off', null),
  }),
]
