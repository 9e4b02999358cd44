/** AUT-4: a second factor beside the password, codes of an app by RFC 6238: required of the staff, free to everybody else. */
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import { plusMinutes } from '../shared/local-time.ts'
import { conflict } from '../shared/refusal.ts'
import type { Role } from './actor.ts'
import type { Session } from './session.ts'

export interface SecondFactor {
  readonly memberId: MemberId
  /** What the app makes its codes of, sealed: see shared/field-encryption.ts. */
  readonly sealedSecret: string
  /** Real time, like every stamp of identity. */
  readonly createdAt: Instant
  /** When a code showed that the app has the secret; null: it is not in force yet. */
  readonly confirmedAt: Instant | null
  /** The step of the last code that was taken: it and those before it are good no more. null: none was. */
  readonly lastStep: number | null
}

/** The password was right, and a code is needed beside it. */
export interface MfaRequired {
  readonly type: 'MfaRequired'
}

/** Neither a code of now that was not used yet, nor a recovery code that is left. */
export interface MfaInvalid {
  readonly type: 'MfaInvalid'
}

/** What one signs in with is changed only shortly after signing in. */
export interface LoginTooOld {
  readonly type: 'LoginTooOld'
}

export const mfaRequired: MfaRequired = { type: 'MfaRequired' }
export const mfaInvalid: MfaInvalid = { type: 'MfaInvalid' }
export const noneInForce = conflict('No second factor is in force')
export const loginTooOld: LoginTooOld = { type: 'LoginTooOld' }

/** Staff without a second factor may have one, and nothing else. */
export const mustEnrol = ({
  role,
  secondFactor,
}: {
  readonly role: Role
  readonly secondFactor: boolean
}): boolean => role !== 'user' && !secondFactor

/** Good once: a code of the last step or of one before it was seen by somebody, or passed over. */
export const isUnused = ({ lastStep }: SecondFactor, step: number): boolean =>
  lastStep === null || step > lastStep

/** As somebody types it, in groups and in small letters, and as it is compared. */
export const typedCode = (text: string): string => text.replaceAll(/[\s-]/g, '').toUpperCase()

/** Minutes after its beginning in which a session shows as much as the login itself did. */
const freshFor = 15

export const isFresh = ({ createdAt }: Pick<Session, 'createdAt'>, now: Instant): boolean =>
  now < plusMinutes(createdAt, freshFor)
