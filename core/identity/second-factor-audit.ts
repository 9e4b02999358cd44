/** What is told of second factors (AUT-9), to the audit and to whose they are: never a secret, never a code. */
import { pipe, TE } from '../shared/fp.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Act } from './actor.ts'
import { memberOf } from './actor.ts'
import type { AuditEntry, AuditFacts, AuditStores } from './audit.ts'
import type { IdentityEvent } from './events.ts'
import type { SecondFactorStores } from './second-factor-ports.ts'

type Told = SecondFactorStores & AuditStores

const entry = (
  memberId: MemberId,
  action: AuditEntry['action'],
  before: AuditFacts | null,
  after: AuditFacts | null,
): AuditEntry => ({ action, target: { type: 'user', id: memberId }, at: null, before, after })

const eventOf = (memberId: MemberId, at: Instant) => ({
  version: 1,
  aggregate: 'member' as const,
  aggregateId: memberId,
  occurredAt: at,
})

const told = (
  { audit, secondFactors }: Told,
  act: Act,
  written: AuditEntry,
  event: IdentityEvent,
): TaskEither<never, void> =>
  pipe(
    audit.record(act, written),
    TE.flatMap(() => secondFactors.tell(event, act)),
  )

/** Nothing is in force yet: nobody but the audit is told. */
export const tellBegun = ({ audit }: AuditStores, act: Act, memberId: MemberId): TaskEither<never, void> =>
  audit.record(act, entry(memberId, 'user.mfa_begun', null, null))

export const tellEnrolled = (
  stores: Told,
  act: Act,
  memberId: MemberId,
  recoveryCodes: number,
  at: Instant,
): TaskEither<never, void> =>
  told(
    stores,
    act,
    entry(memberId, 'user.mfa_enrolled', { mfa: false }, { mfa: true, recovery_codes: recoveryCodes }),
    { ...eventOf(memberId, at), type: 'SecondFactorEnrolled', payload: { memberId, recoveryCodes } },
  )

export const tellRemoved = (
  stores: Told,
  act: Act,
  memberId: MemberId,
  at: Instant,
): TaskEither<never, void> =>
  told(stores, act, entry(memberId, 'user.mfa_removed', { mfa: true }, { mfa: false }), {
    ...eventOf(memberId, at),
    type: 'SecondFactorRemoved',
    payload: { memberId, byHimself: memberOf(act.actor) === memberId },
  })

export const tellRenewed = (
  stores: Told,
  act: Act,
  memberId: MemberId,
  recoveryCodes: number,
  at: Instant,
): TaskEither<never, void> =>
  told(stores, act, entry(memberId, 'user.recovery_codes_renewed', null, { recovery_codes: recoveryCodes }), {
    ...eventOf(memberId, at),
    type: 'RecoveryCodesRenewed',
    payload: { memberId, recoveryCodes },
  })

export const tellCodeUsed = (
  stores: Told,
  act: Act,
  memberId: MemberId,
  left: number,
  at: Instant,
): TaskEither<never, void> =>
  told(stores, act, entry(memberId, 'user.recovery_code_used', null, { left }), {
    ...eventOf(memberId, at),
    type: 'RecoveryCodeUsed',
    payload: { memberId, left },
  })
