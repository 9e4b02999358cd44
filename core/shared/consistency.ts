/** What must hold at any moment, whatever ran at once or crashed: named rules over facts, gone through page by page. */
import type { Clock } from './clock.ts'
import { pipe, TE } from './fp.ts'
import type { TaskEither } from './fp.ts'
import type { Instant } from './local-time.ts'
import type { StoreFailure } from './unit-of-work.ts'

/** What is wrong with one thing. */
export interface Breach {
  /** The kind of thing, as the API names it. */
  readonly resource: string
  readonly id: number
  readonly message: string
  /** The numbers and ids it is about, for whoever puts it right; no personal data. */
  readonly details: Readonly<Record<string, unknown>>
}

export interface Violation extends Breach {
  /** The rule's name; it stays the same from version to version. */
  readonly invariant: string
  /** What an operator does about it: the request or the job that puts it right, or that none does. */
  readonly repair: string
}

export const breach = (
  resource: string,
  id: number,
  message: string,
  details: Breach['details'] = {},
): Breach => ({ resource, id, message, details })

/** One thing that must hold, of facts that belong together. */
export interface Invariant<Facts> {
  readonly name: string
  readonly repair: Violation['repair']
  /** All that is wrong. @param now real time, taken after the facts were read */
  readonly breaches: (facts: Facts, now: Instant) => readonly Breach[]
}

export const violationsOf = <Facts>(
  invariants: readonly Invariant<Facts>[],
  facts: Facts,
  now: Instant,
): readonly Violation[] =>
  invariants.flatMap(({ name, repair, breaches }) =>
    breaches(facts, now).map(found => ({ invariant: name, ...found, repair })),
  )

/**
 * The next facts by their key, those of one page as they were at one moment; null begins with the first. Fewer than the limit
 * are the last.
 */
export type FactPages<Facts, Key> = (
  after: Key | null,
  limit: number,
) => TaskEither<StoreFailure, readonly Facts[]>

/** What came of going through things. */
export interface Findings {
  /** How many things were looked at. */
  readonly checked: number
  /** How many violations there are. */
  readonly found: number
  /** The first of them, `mostListed` at the most. */
  readonly violations: readonly Violation[]
}

/** More than this is no list to read: something is wrong with all. */
export const mostListed = 1000

export const noFindings: Findings = { checked: 0, found: 0, violations: [] }

export const together = (a: Findings, b: Findings): Findings => ({
  checked: a.checked + b.checked,
  found: a.found + b.found,
  violations: [...a.violations, ...b.violations].slice(0, mostListed),
})

/** All things of one kind, and what must hold of each. */
export interface Check {
  /** The kind, in the plural. */
  readonly of: string
  /** @param clock real time */
  readonly run: (clock: Clock) => TaskEither<StoreFailure, Findings>
}

interface Kind<Facts, Key> {
  readonly pages: FactPages<Facts, Key>
  readonly keyOf: (facts: Facts) => Key
  readonly invariants: readonly Invariant<Facts>[]
}

/** Things a look: few enough that nobody else has to wait for it. */
const batch = 200

export const check = <Facts, Key>(of: string, kind: Kind<Facts, Key>): Check => ({
  of,
  run: clock => walk(kind, clock, null, noFindings),
})

const walk = <Facts, Key>(
  kind: Kind<Facts, Key>,
  clock: Clock,
  after: Key | null,
  soFar: Findings,
): TaskEither<StoreFailure, Findings> =>
  pipe(
    kind.pages(after, batch),
    TE.flatMap(page => {
      const now = clock.now()
      const violations = page.flatMap(facts => violationsOf(kind.invariants, facts, now))
      const findings = together(soFar, { checked: page.length, found: violations.length, violations })
      const last = page.at(-1)
      return last === undefined || page.length < batch
        ? TE.right(findings)
        : walk(kind, clock, kind.keyOf(last), findings)
    }),
  )
