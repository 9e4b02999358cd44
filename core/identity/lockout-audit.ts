/** What the audit and the member are told of guesses that were wrong (AUT-7, AUT-9): never the name or the secret that was typed. */
import { toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { MemberId } from '../shared/id.ts'
import type { AuditEntry } from './audit.ts'
import type { AccountLocked } from './events.ts'
import type { AccountFailures } from './lockout.ts'

/** It was wrong, it was right but the account is locked, or nobody looked: too many came from the address. */
export type WhyRefused = 'wrong' | 'locked' | 'too_many'

/** @param memberId null where the name is nobody's */
export const refusedEntry = (
  memberId: MemberId | null,
  reason: WhyRefused,
  facts: { readonly times?: number } = {},
): AuditEntry => ({
  action: 'session.refused',
  target: { type: 'user', id: memberId },
  at: null,
  before: null,
  after: { reason, ...facts },
  outcome: 'failed',
})

const toldOfFailures = ({ failures, lockedUntil }: AccountFailures) => ({
  failures,
  locked_until: lockedUntil === null ? null : toIso(lockedUntil),
})

/** Of a name that is nobody's too: the row is the same work. */
export const lockedEntry = (memberId: MemberId | null, known: AccountFailures): AuditEntry => ({
  action: 'user.locked',
  target: { type: 'user', id: memberId },
  at: null,
  before: null,
  after: toldOfFailures(known),
})

/** By whom: a member of the staff, whoever operates the installation, or the member himself who set a new password. */
export type WhyUnlocked = 'by_staff' | 'by_operator' | 'new_password'

export const unlockedEntry = (
  memberId: MemberId,
  known: AccountFailures,
  reason: WhyUnlocked,
): AuditEntry => ({
  action: 'user.unlocked',
  target: { type: 'user', id: memberId },
  at: null,
  before: toldOfFailures(known),
  after: { reason },
})

/** @param at library time */
export const accountLocked = (
  memberId: MemberId,
  { failures, lockedUntil }: AccountFailures & { readonly lockedUntil: Instant },
  at: Instant,
): AccountLocked => ({
  type: 'AccountLocked',
  version: 1,
  aggregate: 'member',
  aggregateId: memberId,
  occurredAt: at,
  payload: { memberId, failures, lockedUntil },
})
