/**
 * AUT-7: which passwords are taken. By their length, by a list of those that everybody tries, by how long they would take to guess,
 * and never by kinds of characters. A password is taken as it was sent: no trimming, no normal form, so that the same text is the
 * same password for ever, and a text that was composed otherwise is another one.
 */
import { E, pipe, TE } from '../shared/fp.ts'
import type { Either, TaskEither } from '../shared/fp.ts'
import type { Fault, InvalidInput } from '../shared/refusal.ts'
import { fold } from '../shared/text.ts'
import type { StoreFailure } from '../shared/unit-of-work.ts'

/** In code points. */
export const shortestPassword = 8
export const longestPassword = 128

/** Of 0 to 4, as zxcvbn counts: safely unguessable, should the hashes be stolen. */
const leastScore = 3

/** What the library is about: words that its members think of first, worth next to nothing in a password (ASVS 6.1.2). */
export const wordsOfTheTrade = [
  'library',
  'libraries',
  'librarian',
  'public library',
  'book',
  'books',
  'bookshelf',
  'bookshelves',
  'bookworm',
  'reader',
  'reading',
  'catalogue',
  'catalog',
  'checkout',
  'borrow',
  'shelf',
  'admin',
  'administrator',
  'branch',
  'manager',
  'desk',
] as const

/** What a guesser makes of it. */
export interface Estimate {
  /** 0 to 4. */
  readonly score: number
  /** It is on the list of those that were leaked most often. */
  readonly common: boolean
}

/** Some milliseconds to a second of work: it runs on a worker thread, and never inside `work.run`. */
export interface PasswordStrength {
  /** @param words those that are worth nothing to this guesser, whatever they are to another */
  estimate(password: string, words: readonly string[]): TaskEither<StoreFailure, Estimate>
}

const faultOf = (field: string, code: string, message: string): Fault => ({ field, code, message })

/** The fault of its length; null for one that fits. */
export const lengthFault = (field: string, password: string): Fault | null => {
  const length = [...password].length
  if (length < shortestPassword) {
    return faultOf(
      field,
      'PASSWORD_TOO_SHORT',
      `It must have at least ${String(shortestPassword)} characters`,
    )
  }
  return length > longestPassword
    ? faultOf(field, 'PASSWORD_TOO_LONG', `It must have at most ${String(longestPassword)} characters`)
    : null
}

/** Shorter runs stand in most passwords by chance. */
const shortestRun = 4

/** The runs of letters and digits in what is known of somebody, long enough to tell; without case and accents. */
const runsOf = (about: readonly string[]): readonly string[] => [
  ...new Set(
    about
      .flatMap(datum => fold(datum).split(/[^\p{L}\p{M}\p{N}]+/u))
      .filter(run => [...run].length >= shortestRun),
  ),
]

const isPersonal = (password: string, about: readonly string[]): boolean => {
  const folded = fold(password)
  return runsOf(about).some(run => folded.includes(run))
}

/** What is known of the one whose password it is to be. */
export interface KnownOfOwner {
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly cardNumber?: string
  readonly phone?: string | null
}

/** Of the e-mail address it is the name before the @: the rest is that of many. */
const aboutOwner = (owner: KnownOfOwner): readonly string[] => [
  owner.username,
  owner.email.slice(0, owner.email.lastIndexOf('@')),
  owner.firstName,
  owner.lastName,
  owner.cardNumber ?? '',
  owner.phone ?? '',
]

/** The longest is tried first, where one begins with another. */
const ofTheTrade = new RegExp(
  wordsOfTheTrade.toSorted((one, other) => other.length - one.length).join('|'),
  'g',
)

/** Fewer beside them are an ending, a small word, a year: letters, and characters of any kind but spaces. */
const leastBeside = { letters: 4, characters: 10 }

/** Of words of the trade and little else: two of them are strong to an estimator that knows them. */
const isOfTheTrade = (password: string): boolean => {
  const folded = fold(password)
  const beside = folded.replaceAll(ofTheTrade, '').replaceAll(/\s/g, '')
  const letters = beside.replaceAll(/[^\p{L}\p{M}]/gu, '')
  return (
    beside !== folded.replaceAll(/\s/g, '') &&
    [...letters].length < leastBeside.letters &&
    [...beside].length < leastBeside.characters
  )
}

const faultsOf = (
  field: string,
  password: string,
  about: readonly string[],
  { score, common }: Estimate,
): readonly Fault[] => [
  ...(isPersonal(password, about)
    ? [
        faultOf(
          field,
          'PASSWORD_PERSONAL',
          'It must not hold your names, card number, phone or e-mail address',
        ),
      ]
    : []),
  ...(common
    ? [faultOf(field, 'PASSWORD_COMMON', 'It is one of the passwords that are tried first; take another')]
    : score < leastScore || isOfTheTrade(password)
      ? [faultOf(field, 'PASSWORD_WEAK', 'It is guessed too easily; several unusual words make a good one')]
      : []),
]

const refusedFor = (faults: readonly Fault[]): Either<InvalidInput, void> =>
  faults.length === 0 ? E.right(undefined) : E.left({ type: 'InvalidInput', faults })

/** May this become the password of this person? Each reason why not is told. */
export const fitPassword =
  (strength: PasswordStrength) =>
  (field: string, password: string, owner: KnownOfOwner): TaskEither<InvalidInput | StoreFailure, void> => {
    const tooShortOrLong = lengthFault(field, password)
    if (tooShortOrLong !== null) return TE.fromEither(refusedFor([tooShortOrLong]))
    const about = aboutOwner(owner)
    return pipe(
      strength.estimate(password, [...wordsOfTheTrade, ...about.filter(word => word !== '')]),
      TE.flatMap(estimate => TE.fromEither(refusedFor(faultsOf(field, password, about, estimate)))),
    )
  }

export type FitPassword = ReturnType<typeof fitPassword>
