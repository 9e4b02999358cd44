/** What the audit and the member are told of guesses that were wrong (AUT-7, AUT-9): never the name or the secret that was typed. */
import { toIso } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { MemberId } from '../shared/id.ts'
import type { AuditEntry } from './audit.ts'
import type { AccountLocked } from './events.ts'
import type { AccountFailures, Guessed, SessionSecret } from './lockout.ts'

/** It was wrong, it was right but the account is locked, or nobody looked: too many came from the address. */
export type WhyRefused = 'wrong' | 'locked' | 'too_many'

const refused = (
  memberId: MemberId | null,
  after: { readonly reason: WhyRefused; readonly in_session?: SessionSecret; readonly times?: number },
): AuditEntry => ({
  action: 'session.refused',
  target: { type: 'user', id: memberId },
  at: null,
  before: null,
  after,
  outcome: 'failed',
})

/** Which secret it was, where it was asked for in a session. */
const secretOf = (guessed: Guessed): { readonly in_session?: SessionSecret } =>
  'inSession' in guessed ? { in_session: guessed.inSession } : {}

export const refusedEntry = (guessed: Guessed, reason: Exclude<WhyRefused, 'too_many'>): AuditEntry =>
  refused(guessed.memberId, { reason, ...secretOf(guessed) })

export const tooManyEntry = (times: number): AuditEntry => refused(null, { reason: 'too_many', times })

const toldOfFailures = ({ failures, lockedUntil }: AccountFailures) => ({
  failures,
  locked_until: lockedUntil === null ? null : toIso(lockedUntil),
})

/** Of a name that is nobody's too: the row is the same work. */
export const lockedEntry = (guessed: Guessed, known: AccountFailures): AuditEntry => ({
  action: 'user.locked',
  target: { type: 'user', id: guessed.memberId },
  at: null,
  before: null,
  after: { ...toldOfFailures(known), ...secretOf(guessed) },
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
