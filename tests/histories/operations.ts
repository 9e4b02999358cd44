/**
 * What happens in a library, as plain data: operations name members, copies, titles and branches by their place in the small world of
 * `world.ts`, and what was made before by whom and what it is of, so that a history can be cut short and still makes sense.
 */
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { conditions } from '../../core/circulation/copy.ts'
import { resolutions, severities } from '../../core/circulation/mishaps.ts'
import { changedRules } from './rule-changes.ts'
import type { RuleChange } from './rule-changes.ts'
import { branchCount, copyCount, memberCount, titleCount } from './world.ts'

/** Whoever stands at a desk; `self` is the member whom it is about. */
export type Desk = 'librarian' | 'manager' | 'self'

type Wanted = { readonly barcode: number } | { readonly copy: number } | { readonly title: number }

/** What is said when a copy comes back. Hours ago is when it lay in the book drop. */
export interface Back {
  readonly condition?: (typeof conditions)[number]
  readonly hoursAgo?: number
  readonly resolution?: (typeof resolutions)[number]
}

/** What a desk did while it was offline; its new name, or one that it has given before, by its place among all that were sent. */
export type Offline =
  | { readonly sent: number }
  | {
      /** null returns it. */
      readonly lentTo: number | null
      readonly copy: number
      readonly branch: number
      readonly minutesAgo: number
      readonly name: 'new' | { readonly of: number }
    }

/** Numbers are places in the world; `copy` with a loan is the loan it was lent on last. */
export type Operation =
  | {
      readonly do: 'lend'
      readonly desk: Desk
      readonly member: number
      readonly wanted: Wanted
      readonly branch: number | null
      readonly override: boolean
    }
  /** A member comes for what is ready for him. */
  | { readonly do: 'fetch'; readonly member: number; readonly title: number }
  | { readonly do: 'lend a pile'; readonly member: number; readonly copies: readonly number[] }
  | { readonly do: 'return'; readonly copy: number; readonly branch: number | null; readonly back: Back }
  | {
      readonly do: 'scan'
      readonly copy: number
      /** null is where the last scan sent it, else where it lives. */
      readonly branch: number | null
      readonly back: Back
      readonly twice: boolean
    }
  /** A copy that stands free where it lives is scanned before it is put back. */
  | { readonly do: 'use in the house'; readonly copy: number; readonly twice: boolean }
  | { readonly do: 'send'; readonly copy: number; readonly branch: number }
  | { readonly do: 'upload'; readonly operations: readonly Offline[] }
  | { readonly do: 'renew'; readonly desk: Desk; readonly copy: number; readonly override: boolean }
  | { readonly do: 'renew all'; readonly member: number }
  | { readonly do: 'report lost'; readonly copy: number }
  | { readonly do: 'claim returned'; readonly copy: number }
  | { readonly do: 'report damaged'; readonly copy: number; readonly severity: (typeof severities)[number] }
  | { readonly do: 'miss'; readonly copy: number }
  | { readonly do: 'find'; readonly copy: number; readonly branch: number }
  | {
      readonly do: 'reserve'
      readonly desk: Desk
      readonly member: number
      readonly title: number
      readonly branch: number
      readonly days: number | null
      readonly override: boolean
    }
  /** Everybody wants the new one: a queue at once. */
  | { readonly do: 'all reserve'; readonly title: number; readonly branch: number }
  | { readonly do: 'cancel'; readonly member: number; readonly title: number }
  | {
      readonly do: 'suspend'
      readonly member: number
      readonly title: number
      /** null goes on with it. */
      readonly days: number | null
    }
  | {
      readonly do: 'fetch elsewhere'
      readonly member: number
      readonly title: number
      readonly branch: number
    }
  | { readonly do: 'prefer'; readonly member: number; readonly title: number; readonly priority: number }
  | { readonly do: 'want until'; readonly member: number; readonly title: number; readonly days: number }
  | { readonly do: 'block'; readonly member: number; readonly days: number | null }
  | { readonly do: 'unblock'; readonly member: number }
  /** A member's fine, the oldest that is not settled first; a part in hundredths. */
  | { readonly do: 'pay'; readonly member: number; readonly part: number }
  | { readonly do: 'waive'; readonly member: number; readonly part: number }
  | { readonly do: 'refund'; readonly member: number }
  | { readonly do: 'change the rules'; readonly to: RuleChange }
  | {
      readonly do: 'change the settings'
      readonly controlling: 'copy' | 'transaction' | 'member'
      readonly selfReturn: boolean
    }
  | { readonly do: 'close a branch'; readonly branch: number; readonly in: number; readonly days: number }
  | { readonly do: 'open it again'; readonly branch: number }
  /** Its dates are moved at once. */
  | {
      readonly do: 'declare an emergency'
      readonly branch: number
      readonly in: number
      readonly days: number
    }
  /** The last one of the branch; its dates are given back at once. */
  | { readonly do: 'undo the emergency'; readonly branch: number }
  | {
      readonly do: 'put a copy'
      readonly copy: number
      readonly status: 'available' | 'maintenance' | 'missing' | 'withdrawn'
    }
  | { readonly do: 'withdraw a copy'; readonly copy: number }
  | { readonly do: 'move a copy home'; readonly copy: number; readonly branch: number }
  | { readonly do: 'mend a copy'; readonly copy: number }
  | { readonly do: 'buy a copy'; readonly title: number; readonly branch: number }
  | { readonly do: 'prolong'; readonly member: number; readonly days: number }
  | { readonly do: 'set the status of'; readonly member: number; readonly status: 'active' | 'suspended' }
  | { readonly do: 'let pass'; readonly minutes: number }
  /** Until a loan is overdue, a moment more or less. */
  | { readonly do: 'wait until due'; readonly copy: number; readonly milliseconds: -1 | 0 | 1 }
  /** Until the day before, when it is renewed by itself where the rules say so. */
  | { readonly do: 'wait for its renewal'; readonly copy: number }
  | { readonly do: 'run'; readonly job: (typeof jobs)[number] }

export const jobs = [
  'expire-pickups',
  'resume-suspended',
  'expire-reservations',
  'auto-renew',
  'due-reminders',
  'transfers-overdue',
  'recount',
] as const

export type Kind = Operation['do']

const among = (count: number): Arbitrary<number> => fc.nat({ max: count - 1 })
const member = among(memberCount)
const title = among(titleCount)
const branch = among(branchCount)
// A few more than there are at first: copies are bought.
const copy = among(copyCount + 3)
const desk = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Desk>('librarian') },
  { weight: 1, arbitrary: fc.constant<Desk>('manager') },
  { weight: 2, arbitrary: fc.constant<Desk>('self') },
)
/** One time of so many. */
const rarely = (times: number): Arbitrary<boolean> => among(times).map(at => at === times - 1)

const back: Arbitrary<Back> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  {
    weight: 4,
    arbitrary: fc.record(
      { condition: fc.constantFrom(...conditions), hoursAgo: fc.integer({ min: -1, max: 72 }) },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ resolution: fc.constantFrom(...resolutions) }) },
)

/** Where something is fetched: seldom where it cannot be. */
const pickup = fc.oneof({ weight: 5, arbitrary: among(2) }, { weight: 1, arbitrary: branch })

const seldomElsewhere = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: branch },
)

const wanted: Arbitrary<Wanted> = fc.oneof(
  fc.record({ barcode: copy }),
  fc.record({ copy }),
  fc.record({ title }),
)

const offline: Arbitrary<Offline> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      lentTo: fc.option(member, { freq: 2 }),
      copy,
      branch,
      minutesAgo: fc.integer({ min: -5, max: 600 }),
      name: fc.oneof(
        { weight: 9, arbitrary: fc.constant('new' as const) },
        { weight: 1, arbitrary: fc.record({ of: among(1000) }) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ sent: among(1000) }) },
)

interface OneOf extends fc.WeightedArbitrary<Operation> {
  readonly kind: Kind
}

/** One operation and how often it comes among all. */
const often = <Do extends Kind>(
  weight: number,
  what: Do,
  fields: {
    readonly [Field in Exclude<keyof Extract<Operation, { readonly do: Do }>, 'do'>]: Arbitrary<
      Extract<Operation, { readonly do: Do }>[Field]
    >
  },
): OneOf => ({
  kind: what,
  weight,
  arbitrary: fc.record({ do: fc.constant(what), ...fields }) as unknown as Arbitrary<Operation>,
})

const own = { member, title }

const operations: readonly OneOf[] = [
  often(24, 'lend', {
    desk,
    member,
    wanted,
    branch: fc.option(branch, { freq: 2 }),
    override: rarely(5),
  }),
  often(9, 'fetch', own),
  often(2, 'lend a pile', { member, copies: fc.array(copy, { minLength: 1, maxLength: 4 }) }),
  often(10, 'return', { copy, branch: fc.option(branch, { freq: 3 }), back }),
  often(24, 'scan', { copy, branch: seldomElsewhere, back, twice: rarely(4) }),
  often(4, 'use in the house', { copy, twice: rarely(4) }),
  often(4, 'send', { copy, branch }),
  often(4, 'upload', { operations: fc.array(offline, { minLength: 1, maxLength: 4 }) }),
  often(12, 'renew', { desk, copy, override: rarely(5) }),
  often(2, 'renew all', { member }),
  often(1, 'report lost', { copy }),
  often(1, 'claim returned', { copy }),
  often(1, 'report damaged', { copy, severity: fc.constantFrom(...severities) }),
  often(1, 'miss', { copy }),
  often(4, 'find', { copy, branch }),
  often(14, 'reserve', {
    desk,
    ...own,
    branch: pickup,
    days: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 2 }),
    override: rarely(5),
  }),
  often(5, 'all reserve', { title, branch: pickup }),
  often(2, 'cancel', own),
  often(6, 'suspend', { ...own, days: fc.option(fc.integer({ min: -1, max: 30 }), { freq: 3 }) }),
  often(5, 'fetch elsewhere', { ...own, branch }),
  often(4, 'prefer', { ...own, priority: fc.integer({ min: -1, max: 2 }) }),
  often(3, 'want until', { ...own, days: fc.integer({ min: -1, max: 40 }) }),
  often(1, 'block', { member, days: fc.option(fc.integer({ min: -1, max: 20 })) }),
  often(2, 'unblock', { member }),
  often(9, 'pay', { member, part: fc.constantFrom(50, 100, 100, 100, 101) }),
  often(2, 'waive', { member, part: fc.constantFrom(50, 100, 101) }),
  often(1, 'refund', { member }),
  often(2, 'change the rules', { to: changedRules }),
  often(1, 'change the settings', {
    controlling: fc.constantFrom('copy', 'transaction', 'member'),
    selfReturn: fc.boolean(),
  }),
  often(1, 'close a branch', {
    branch,
    in: fc.integer({ min: -1, max: 20 }),
    days: fc.integer({ min: 1, max: 10 }),
  }),
  often(1, 'open it again', { branch }),
  often(2, 'declare an emergency', {
    branch,
    in: fc.integer({ min: -1, max: 14 }),
    days: fc.integer({ min: 1, max: 5 }),
  }),
  often(2, 'undo the emergency', { branch }),
  often(6, 'put a copy', {
    copy,
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constant('available' as const) },
      { weight: 1, arbitrary: fc.constantFrom('maintenance', 'missing', 'withdrawn') },
    ),
  }),
  often(1, 'withdraw a copy', { copy }),
  often(1, 'move a copy home', { copy, branch }),
  often(2, 'mend a copy', { copy }),
  often(1, 'buy a copy', { title, branch }),
  often(1, 'prolong', { member, days: fc.integer({ min: 1, max: 400 }) }),
  often(2, 'set the status of', {
    member,
    status: fc.oneof(
      { weight: 5, arbitrary: fc.constant('active' as const) },
      { weight: 1, arbitrary: fc.constant('suspended' as const) },
    ),
  }),
  often(14, 'let pass', {
    minutes: fc.oneof(
      { weight: 16, arbitrary: fc.integer({ min: 0, max: 600 }) },
      { weight: 12, arbitrary: fc.integer({ min: 1, max: 8 }).map(days => days * 24 * 60) },
      { weight: 1, arbitrary: fc.integer({ min: 20, max: 90 }).map(days => days * 24 * 60 + 61) },
    ),
  }),
  often(2, 'wait until due', { copy, milliseconds: fc.constantFrom<-1 | 0 | 1>(-1, 0, 1) }),
  often(7, 'wait for its renewal', { copy }),
  often(8, 'run', { job: fc.constantFrom(...jobs) }),
]

export const kinds: readonly Kind[] = operations.map(({ kind }) => kind)

const operation: Arbitrary<Operation> = fc.oneof(...operations)

/** Of just so many. Without the bias of fast-check towards small numbers: only the first places of everything would come up. */
export const historyOf = (length: number): Arbitrary<readonly Operation[]> =>
  fc.noBias(fc.array(operation, { minLength: length, maxLength: length, size: 'max' }))

/** As a person reads it: `reserve desk=self member=3 title=1 branch=0`. */
export const told = ({ do: what, ...rest }: Operation): string =>
  [
    what,
    ...Object.entries(rest).map(
      ([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    ),
  ].join(' ')
