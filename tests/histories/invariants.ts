/** What must hold of a library after every operation, whatever it was and however it was answered, by the ids of the rules. */
import { isDeepStrictEqual } from 'node:util'
import { balanceOf } from '../../core/accounts/fine.ts'
import type { Copy } from '../../core/circulation/copy.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Operation } from './operations.ts'
import { movesIn } from './photograph.ts'
import type { Move, Photograph, TableName } from './photograph.ts'
import type { Exchange } from './playing.ts'
import { unlendable } from './rule-changes.ts'

/** An operation and what came of it. */
export interface Seen {
  readonly operation: Operation
  readonly exchanges: readonly Exchange[]
  /** Library time after it. */
  readonly now: Instant
  readonly before: Photograph
  readonly after: Photograph
}

type Rule = (seen: Seen) => readonly string[]

const loansIn = ({ before, after }: Seen): readonly Move<Loan>[] => movesIn('loans', before, after)
const reservationsIn = ({ before, after }: Seen): readonly Move<Reservation>[] =>
  movesIn('reservations', before, after)
const copiesIn = ({ before, after }: Seen): readonly Move<Copy>[] => movesIn('copies', before, after)

const changedOnes = <Row>(
  moves: readonly Move<Row>[],
): readonly { readonly before: Row; readonly after: Row }[] =>
  moves.flatMap(({ before, after }) => (before === null || after === null ? [] : [{ before, after }]))
const newOnes = <Row>(moves: readonly Move<Row>[]): readonly Row[] =>
  moves.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []))

/** Nothing a client sends makes a 5xx (api.md). */
const answered: Rule = ({ exchanges }) =>
  exchanges.filter(({ status }) => status >= 500).map(({ answer }) => `answered ${answer}`)

const tables = (photograph: Photograph): readonly TableName[] => Object.keys(photograph) as TableName[]

const refusedChangesNothing: Rule = ({ exchanges, before, after }) =>
  exchanges.some(({ asked, status }) => status < 400 && !asked.startsWith('GET'))
    ? []
    : tables(before).flatMap(name =>
        movesIn(name, before, after).map(({ key }) => `it was refused, and ${name} ${String(key)} changed`),
      )

/** Circulation is told of: what changed has its row in the audit. */
const recorded: Rule = ({ before, after }) =>
  (
    ['loans', 'reservations', 'fines', 'members', 'memberBlocks', 'rules', 'settings', 'closures'] as const
  ).some(name => movesIn(name, before, after).length > 0) && after.audit.size === before.audit.size
    ? ['something changed, and the audit tells nothing of it']
    : []

/** R3.7, R4.6: what happened stays written. */
const nothingVanishes: Rule = ({ before, after }) =>
  (['loans', 'reservations', 'fines', 'copies', 'books', 'members', 'audit', 'outbox'] as const).flatMap(
    name =>
      movesIn(name, before, after)
        .filter(move => move.after === null)
        .map(({ key }) => `${name} ${String(key)} is gone`),
  )

const versionsRise: Rule = ({ before, after }) =>
  (['loans', 'reservations', 'copies', 'books', 'rules', 'settings', 'memberBlocks'] as const).flatMap(name =>
    changedOnes<unknown>(movesIn(name, before, after))
      .filter(({ before: was, after: is }) => versionOf(is) <= versionOf(was))
      .map(({ after: is }) => `${name} changed and is still of version ${versionOf(is)}`),
  )
const versionOf = (row: unknown): number => (row as { readonly version: number }).version

/** R2.6: one open loan per copy, one reservation that a copy is set aside for. */
const oneOfEach: Rule = ({ after }) => [
  ...twice(
    [...after.loans.values()].filter(({ state }) => state === 'open' || state === 'claimed_returned'),
    ({ copyId }) => copyId,
  ).map(copy => `copy ${copy} is out twice`),
  ...twice([...after.reservations.values()].filter(isKept), ({ copyId }) => copyId).map(
    copy => `copy ${copy} is set aside twice`,
  ),
]
const isKept = (one: Reservation): one is Extract<Reservation, { readonly status: 'ready' | 'in_transit' }> =>
  one.status === 'ready' || one.status === 'in_transit'
const twice = <Row>(rows: readonly Row[], of: (row: Row) => number): readonly number[] => {
  const keys = rows.map(of)
  return keys.filter((key, index) => keys.indexOf(key) !== index)
}

/** A copy says where it is, and the loan or the reservation says the same; both ways. */
const copiesAgree: Rule = ({ after }) => {
  const loans = [...after.loans.values()]
  const kept = [...after.reservations.values()].filter(isKept)
  return [
    ...[...after.copies.values()].flatMap(copy => {
      const open = loans.some(({ copyId, state }) => copyId === copy.id && state === 'open')
      return open === (copy.status === 'on_loan')
        ? []
        : [`copy ${copy.id} is ${copy.status}; open loan: ${open}`]
    }),
    ...kept.flatMap(one => {
      const copy = after.copies.get(one.copyId)
      const there =
        one.status === 'ready'
          ? copy?.status === 'kept' && copy.keptFor === one.memberId
          : copy?.status === 'in_transit' && copy.destination === one.branchId
      return there ? [] : [`reservation ${one.id} is ${one.status}, its copy ${copy?.status ?? 'nowhere'}`]
    }),
    ...[...after.copies.values()].flatMap(copy =>
      copy.status === 'kept' && !kept.some(({ status, copyId }) => status === 'ready' && copyId === copy.id)
        ? [`copy ${copy.id} is kept for nobody`]
        : [],
    ),
  ]
}

/** R0.2, R3.7: what was lent, to whom and by which terms stays; of a closed loan all but its fines and its notes. */
const loansStay: Rule = seen =>
  changedOnes(loansIn(seen)).flatMap(({ before, after }) => {
    const fixed = ['memberId', 'copyId', 'bookId', 'branchId', 'borrowedAt', 'terms', 'librarianId'] as const
    const moved: readonly string[] = fixed.filter(name => !isDeepStrictEqual(before[name], after[name]))
    if (moved.length > 0) return [`loan ${after.id}: ${moved.join(', ')} changed`]
    const rest = (loan: Loan) => ({ ...loan, version: 0, finesPosted: 0, notes: null })
    return before.state !== 'returned' || isDeepStrictEqual(rest(before), rest(after))
      ? []
      : [`loan ${after.id} had come back, and changed`]
  })

const loanSteps: Readonly<Record<Loan['state'], readonly Loan['state'][]>> = {
  open: ['open', 'lost', 'claimed_returned', 'returned'],
  claimed_returned: ['claimed_returned', 'lost', 'returned'],
  lost: ['lost', 'returned'],
  returned: ['returned'],
}

/** CIR-5. */
const loansGoOneWay: Rule = seen =>
  changedOnes(loansIn(seen)).flatMap(({ before, after }) =>
    loanSteps[before.state].includes(after.state)
      ? []
      : [`loan ${after.id} was ${before.state} and is ${after.state}`],
  )

/** R5.1: a due date moves by a renewal alone, which counts it; forward, and beyond now. */
const dueDatesMoveByRenewal: Rule = seen =>
  changedOnes(loansIn(seen)).flatMap(({ before, after }) => {
    const renewed = after.renewalCount - before.renewalCount
    if (after.dueAt === before.dueAt && renewed === 0) return []
    const renewing = ['renew', 'renew all', 'run'].includes(seen.operation.do)
    return renewing && renewed === 1 && after.dueAt > before.dueAt && after.overdueFrom > seen.now
      ? []
      : [`loan ${after.id} was due ${before.dueAt}, is due ${after.dueAt}, renewed ${renewed} times`]
  })

/** R1.5, R2.3, R2.4: what was lent now is due later, went to none but whom it was kept for, and fitted his limit. */
const lentByTheRules: Rule = seen =>
  newOnes(loansIn(seen)).flatMap(loan => {
    const { before } = seen
    const copy = before.copies.get(loan.copyId)
    const already = [...before.loans.values()].filter(
      ({ memberId, state }) => memberId === loan.memberId && state === 'open',
    )
    const limit = maxLoansOf(before, loan.memberId)
    // One after another in a pile.
    const here = newOnes(loansIn(seen)).filter(({ id }) => id < loan.id).length
    return [
      ...(loan.overdueFrom > seen.now ? [] : [`loan ${loan.id} was due when it was made`]),
      ...(copy?.status === 'kept' && copy.keptFor !== loan.memberId
        ? [`copy ${copy.id} was kept for another than it went to`]
        : []),
      ...(loan.override === null && limit !== null && already.length + here >= limit
        ? [`loan ${loan.id} is one more than ${limit}`]
        : []),
    ]
  })

/** No row of this library has it by branch. */
const maxLoansOf = ({ rules, members }: Photograph, memberId: unknown): number | null => {
  const [table] = rules.values()
  const type = members.get(memberId)!.member.membershipType
  const own = table!.rows.find(
    ({ membershipType, loanCategory, values }) =>
      membershipType === type && loanCategory === null && values.maxLoans !== undefined,
  )
  return own === undefined ? table!.defaults.maxLoans : own.values.maxLoans!
}

const reservationSteps: Readonly<Record<Reservation['status'], readonly Reservation['status'][]>> = {
  waiting: ['waiting', 'suspended', 'in_transit', 'ready', 'fulfilled', 'cancelled', 'expired'],
  suspended: ['suspended', 'waiting', 'fulfilled', 'cancelled', 'expired'],
  in_transit: ['in_transit', 'ready', 'waiting', 'fulfilled', 'cancelled'],
  ready: ['ready', 'in_transit', 'waiting', 'fulfilled', 'cancelled', 'expired'],
  fulfilled: [],
  cancelled: [],
  expired: [],
}

/** R6.1. */
const reservationsGoOneWay: Rule = seen =>
  changedOnes(reservationsIn(seen)).flatMap(({ before, after }) =>
    reservationSteps[before.status].includes(after.status)
      ? []
      : [`reservation ${after.id} was ${before.status} and is ${after.status}`],
  )

/** R6.2 in other words: one string that sorts as the queue does. */
const placeOf = ({ priority, reservedAt, id }: Reservation): string =>
  [10_000 - priority, reservedAt, id].map(part => String(part).padStart(16, '0')).join()

/** Those who waited all the time, and still do, in vain, for a copy that might have been theirs. */
const inVain = ({ before, after }: Seen, copy: Copy): readonly Reservation[] =>
  [...after.reservations.values()].filter(
    one =>
      one.status === 'waiting' &&
      one.bookId === copy.bookId &&
      before.reservations.get(one.id) === one &&
      mayGoTo(after, copy, one),
  )

/** R6.4: one row of the table keeps copies of a category from members of a type, wherever they are. */
const mayGoTo = ({ rules, members }: Photograph, copy: Copy, { memberId }: Reservation): boolean => {
  const { membershipType, loanCategory } = unlendable
  const [table] = rules.values()
  return !(
    copy.loanCategory === loanCategory &&
    members.get(memberId)!.member.membershipType === membershipType &&
    table!.rows.some(row => row.membershipType === membershipType && row.loanCategory === loanCategory)
  )
}

/** R6.4: nobody gets a copy past one who came before him and could have had it. */
const inTheirOrder: Rule = seen =>
  changedOnes(reservationsIn(seen))
    .filter(({ before, after }) => before.status === 'waiting' && isKept(after))
    .flatMap(({ after: served }) => {
      const copy = isKept(served) ? seen.after.copies.get(served.copyId)! : undefined
      const passed =
        copy === undefined ? [] : inVain(seen, copy).filter(one => placeOf(one) < placeOf(served))
      return [
        ...passed.map(({ id }) => `reservation ${id} came before ${served.id}, which got copy ${copy!.id}`),
        ...(copy !== undefined && !mayGoTo(seen.after, copy, served)
          ? [`copy ${copy.id} may not go to reservation ${served.id}`]
          : []),
      ]
    })

/** R3.3: a copy that comes to a desk goes to the shelf only when nobody waits for it. */
const nobodyWaitsBesideTheShelf: Rule = seen =>
  ['return', 'scan', 'find'].includes(seen.operation.do)
    ? changedOnes(copiesIn(seen))
        .filter(({ before, after }) => before.status !== 'available' && after.status === 'available')
        .filter(({ after }) => after.condition !== 'damaged')
        .flatMap(({ after: copy }) =>
          inVain(seen, copy).map(({ id }) => `copy ${copy.id} went to the shelf past reservation ${id}`),
        )
    : []

/** R6.5: the day on the shelf is set once. */
const shelfDateOnce: Rule = seen =>
  changedOnes(reservationsIn(seen)).flatMap(({ before, after }) =>
    before.status === 'ready' && after.status === 'ready' && before.readyUntil !== after.readyUntil
      ? [
          `reservation ${after.id} was kept until ${String(before.readyUntil)}, now ${String(after.readyUntil)}`,
        ]
      : [],
  )

/** R4.6: entries are added at the end; nothing is paid that is not owed. */
const ledgerGrows: Rule = ({ before, after }) =>
  movesIn('fines', before, after).flatMap(({ before: was, after: is }) => {
    if (is === null) return []
    const kept = isDeepStrictEqual(was?.entries ?? [], is.entries.slice(0, was?.entries.length ?? 0))
    return [
      ...(kept ? [] : [`fine ${is.id} has lost what was written`]),
      ...(balanceOf(is) < 0 ? [`of fine ${is.id} less than nothing is owed`] : []),
      ...(is.entries.some(({ amount }) => Number(amount) === 0) ? [`fine ${is.id} has an entry of 0`] : []),
    ]
  })

/** R4.5: the fine of an overdue period is posted once. */
const postedOnce: Rule = ({ after }) => {
  const keys = [...after.fines.values()].map(({ chargeKey }) => chargeKey)
  return keys.filter((key, index) => keys.indexOf(key) !== index).map(key => `${key} was charged twice`)
}

const rules: Readonly<Record<string, Rule>> = {
  'api.md, no 500': answered,
  'api.md, refused': refusedChangesNothing,
  'SEC-6': recorded,
  'R3.7, R4.6 kept': nothingVanishes,
  versions: versionsRise,
  'R2.6': oneOfEach,
  'copies agree': copiesAgree,
  'R0.2': loansStay,
  'CIR-5': loansGoOneWay,
  'R5.1': dueDatesMoveByRenewal,
  'R1.5, R2.3, R2.4': lentByTheRules,
  'R6.1': reservationsGoOneWay,
  'R6.4': inTheirOrder,
  'R3.3': nobodyWaitsBesideTheShelf,
  'R6.5': shelfDateOnce,
  'R4.6': ledgerGrows,
  'R4.5': postedOnce,
}

/** What does not hold, each with the rule's id. */
export const brokenBy = (seen: Seen): readonly string[] =>
  Object.entries(rules).flatMap(([id, rule]) => rule(seen).map(fault => `${id}: ${fault}`))
