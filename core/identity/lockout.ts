/** AUT-7: how many wrong guesses an account and an address may make, and how long they wait then. All times are real ones. */
import { instant } from '../shared/local-time.ts'
import type { Instant } from '../shared/local-time.ts'
import type { MemberId } from '../shared/id.ts'
import { failuresCountMilliseconds } from '../shared/retention.ts'

const second = 1000
const minute = 60 * second

/** Wrong guesses in a row after which an account is locked. */
const failuresToLock = 5
/** The first lock, and the longest: each one between is twice the one before. In milliseconds. */
const firstLock = 30 * second
const longestLock = 15 * minute

/** Wrong guesses from one address within the window, after which it has to wait. */
export const failuresOfAddress = 100
const windowOfAddress = 15 * minute

/** What is known of an account into which somebody did not get. */
export interface AccountFailures {
  /** In a row, those among them whose end is not known yet. */
  readonly failures: number
  readonly lastAt: Instant
  /** null: it was not locked since the first of them. */
  readonly lockedUntil: Instant | null
}

/** What a member is asked for again in his session: his present password, or a code of his second factor. */
export type SessionSecret = 'password' | 'code'

/**
 * What is counted by itself: logins of a member, each secret that is asked for in his session, and logins with names that are nobody's.
 * These share a fixed number of counters, so that invented names fill no table and no name that somebody typed is kept.
 */
export type Counter = `user ${number}` | `user ${number} ${SessionSecret}` | `nobody ${number}`

/** A login, or a secret asked for in a session. */
export type Guessed =
  | {
      /** null where the name is nobody's: it is counted all the same. */
      readonly memberId: MemberId | null
      /** The name he gave, normalised. */
      readonly login: string
    }
  | { readonly memberId: MemberId; readonly inSession: SessionSecret }

const countersOfNobody = 1024

const counterOfMember = (memberId: MemberId): Counter => `user ${memberId}`

/** All that are a member's. */
export const countersOfMember = (memberId: MemberId): readonly Counter[] => [
  counterOfMember(memberId),
  `user ${memberId} password`,
  `user ${memberId} code`,
]

/**
 * One each: what somebody guesses from outside is not held against the member in his session, and who knows one secret has not guessed
 * the other.
 */
export const counterOfGuess = (guessed: Guessed): Counter =>
  'inSession' in guessed
    ? `user ${guessed.memberId} ${guessed.inSession}`
    : counterOf(guessed.memberId, guessed.login)

/** The same name has the same counter. */
export const counterOf = (memberId: MemberId | null, login: string): Counter =>
  memberId === null ? `nobody ${spread(login) % countersOfNobody}` : counterOfMember(memberId)

/** FNV-1a in 32 bits: it spreads, and need keep no secret. */
const spread = (text: string): number =>
  [...text].reduce(
    (sum, letter) => Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0,
    0x811c9dc5,
  )

/** Until when it is locked; null: it is not. */
export const lockOf = (known: AccountFailures | null, now: Instant): Instant | null => {
  const until = known?.lockedUntil ?? null
  return until === null || until <= now ? null : until
}

/** How long the account is locked after so many failures in a row, in milliseconds; null is not at all. */
export const lockAfter = (failures: number): number | null =>
  failures < failuresToLock
    ? null
    : Math.min(longestLock, firstLock * 2 ** Math.min(failures - failuresToLock, 10))

/** The lock is longer than the one before: its member is told. One that comes again and again at its longest he knows of. */
export const isLonger = (failures: number): boolean => lockAfter(failures) !== lockAfter(failures - 1)

/** One more; what is locked stays as it is, so that nobody makes a lock longer from outside. */
export const failedOnce = (known: AccountFailures | null, now: Instant): AccountFailures => {
  if (known !== null && lockOf(known, now) !== null) return known
  const failures =
    (known === null || now - known.lastAt >= failuresCountMilliseconds ? 0 : known.failures) + 1
  const lock = lockAfter(failures)
  return { failures, lastAt: now, lockedUntil: lock === null ? null : instant(now + lock) }
}

/** A guess as it was counted before anybody looked at it. */
export interface CountedGuess {
  readonly at: Instant
  /** The account with this guess in it; null: it was locked, and none was counted. */
  readonly counted: AccountFailures | null
}

/**
 * It was wrong. One that came while the account was locked counts if the lock is gone by now.
 * @param known what has become of the account meanwhile
 * @returns what is known from here on, and until when this guess has locked the account; null where it is not this one that did
 */
export const afterWrong = (
  { counted }: CountedGuess,
  known: AccountFailures | null,
  now: Instant,
): { readonly after: AccountFailures | null; readonly lock: Instant | null } => {
  const after = counted === null ? failedOnce(known, now) : known
  const ours = counted === null ? after !== known : after?.lockedUntil === counted.lockedUntil
  return { after, lock: ours ? (after?.lockedUntil ?? null) : null }
}

/** It was right, or told nothing: without this guess. @param known what has become of the account meanwhile */
export const takenBack = (
  { counted }: CountedGuess,
  known: AccountFailures | null,
): AccountFailures | null => {
  if (counted === null || known === null) return known
  return known.failures <= 1
    ? null
    : {
        ...known,
        failures: known.failures - 1,
        lockedUntil: known.lockedUntil === counted.lockedUntil ? null : known.lockedUntil,
      }
}

/** Seconds until then, rounded up. */
export const secondsUntil = (then: Instant, now: Instant): number => Math.ceil((then - now) / second)

/** When wrong guesses came from an address, the oldest first; never more than it may make within the window. */
export type AddressFailures = readonly Instant[]

const within = (known: AddressFailures, now: Instant): AddressFailures =>
  known.filter(at => now - at < windowOfAddress)

/** @returns when the address may guess again; null: now */
export const slowedUntil = (known: AddressFailures, now: Instant): Instant | null => {
  const recent = within(known, now)
  const [oldest] = recent
  return oldest === undefined || recent.length < failuresOfAddress ? null : instant(oldest + windowOfAddress)
}

export const oneMore = (known: AddressFailures, now: Instant): AddressFailures => [...within(known, now), now]

/** Without one of that moment. */
export const oneLess = (known: AddressFailures, at: Instant): AddressFailures => {
  const index = known.indexOf(at)
  return index < 0 ? known : known.toSpliced(index, 1)
}
