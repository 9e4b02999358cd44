/** What the audit is told of passwords and of the mails of an account (AUT-9): that, never what. */
import type { MemberId } from '../shared/id.ts'
import type { TokenPurpose } from './account-token.ts'
import type { AuditEntry } from './audit.ts'

const ofUser = (action: AuditEntry['action'], id: MemberId, after: AuditEntry['after']): AuditEntry => ({
  action,
  target: { type: 'user', id },
  at: null,
  before: null,
  after,
})

export const passwordSet = (id: MemberId, by: 'password' | 'mail'): AuditEntry =>
  ofUser('user.password_changed', id, { by })

export const mailAsked = (id: MemberId, purpose: TokenPurpose): AuditEntry =>
  ofUser('user.mail_asked', id, { purpose })

export const mailAddressed = (id: MemberId, purpose: TokenPurpose): AuditEntry =>
  ofUser('user.mail_sent', id, { purpose })

export const emailVerified = (id: MemberId): AuditEntry => ({
  ...ofUser('user.email_verified', id, { status: 'active' }),
  before: { status: 'pending' },
})
