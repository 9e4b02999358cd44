/** What second factors need of the outside: where they are kept, the codes of the app, and the recovery codes. */
import type { FieldEncryption } from '../shared/field-encryption.ts'
import type { TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { Act } from './actor.ts'
import type { IdentityEvent } from './events.ts'
import type { SecondFactor } from './second-factor.ts'

export interface SecondFactors {
  /** Locks the member: of two who show the same code at once the second finds it used. null: he has none. */
  get(memberId: MemberId): TaskEither<never, SecondFactor | null>
  /** As it is now, in the place of what he had. */
  save(factor: SecondFactor): TaskEither<never, void>
  /** With its recovery codes. */
  remove(memberId: MemberId): TaskEither<never, void>
  /** These alone, as hashes; none of those before is good any more. */
  giveCodes(memberId: MemberId, hashes: readonly string[]): TaskEither<never, void>
  /**
   * @param hashes of one code
   * @returns false where it is none of his, or no more
   */
  spendCode(memberId: MemberId, hashes: readonly string[]): TaskEither<never, boolean>
  codesLeft(memberId: MemberId): TaskEither<never, number>
  /** Tells of it, in the transaction of the change. */
  tell(event: IdentityEvent, act: Act): TaskEither<never, void>
}

export interface SecondFactorStores {
  readonly secondFactors: SecondFactors
}

/** Codes of six digits that change with the time: RFC 6238, SHA-1, steps of 30 seconds. */
export interface OneTimeCodes {
  /** In base32. */
  readonly newSecret: () => string
  /** The step whose code it is, of now or of the one beside it on either side; null: it is no code. */
  readonly stepOf: (secret: string, code: string, now: Instant) => number | null
  /** How an app takes it over: `otpauth://totp/…`. */
  readonly address: (secret: string, username: string) => string
}

/** Texts that are good once each, for somebody who has lost the app. */
export interface RecoveryCodes {
  /** Ten, with what is kept of each. */
  readonly make: (memberId: MemberId) => readonly { readonly code: string; readonly hash: string }[]
  /** Of one as it is compared, of this member: what may be kept of it, by the key of now first and by those before it. */
  readonly hashesOf: (memberId: MemberId, code: string) => readonly string[]
}

/** What it takes to tell whether somebody has his second factor with him. */
export interface SecondFactorTools {
  readonly encryption: FieldEncryption
  readonly codes: OneTimeCodes
  readonly recovery: RecoveryCodes
}
