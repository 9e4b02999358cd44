/** What must hold of a library after every operation, whatever it was and however it was answered, by the ids of the rules. */
import { isDeepStrictEqual } from 'node:util'
import { balanceOf } from '../../core/accounts/fine.ts'
import type { Copy } from '../../core/circulation/copy.ts'
import type { Loan } from '../../core/circulation/loan.ts'
import type { Reservation } from '../../core/circulation/reservation.ts'
import { awayFromTheDesk } from './away-from-the-desk.ts'
import { movedDates } from './moved-dates.ts'
import { movesIn } from './photograph.ts'
import type { Photograph, TableName } from './photograph.ts'
import { reminders } from './reminders.ts'
import { unlendable } from './rule-changes.ts'
import { by, changedOnes, copiesIn, isKept, loansIn, newOnes, reservationsIn } from './seen.ts'
import type { Rule, Seen } from './seen.ts'

/** Nothing a client sends makes a 5xx (api.md). */
const answered: Rule = ({ exchanges }) =>
  exchanges.filter(({ status }) => status >= 500).map(({ answer }) => `answered ${answer}`)

const tables = (photograph: Photograph): readonly TableName[] => Object.keys(photograph) as TableName[]

const refusedChangesNothing: Rule = ({ exchanges, before, after }) =>
  exchanges.some(({ asked, status }) => status < 400 && !asked.startsWith('GET'))
    ? []
    : tables(before).flatMap(name =>
        movesIn(name, before, after)
          .filter(move => !isDenial(move.after))
          .map(({ key }) => `it was refused, and ${name} ${String(key)} changed`),
      )
/** That somebody tried what he may not do is written down (AUT-9). */
const isDenial = (row: unknown): boolean =>
  (row as { readonly action?: string } | null)?.action === 'permission.denied'

/** Circulation is told of: what changed has its row in the audit. */
const recorded: Rule = ({ before, after }) =>
  (
    [
      'loans',
      'reservations',
      'fines',
      'members',
      'memberBlocks',
      'rules',
      'settings',
      'closures',
      'emergencyClosures',
      'inHouseUses',
    ] as const
  ).some(name => movesIn(name, before, after).length > 0) && after.audit.size === before.audit.size
    ? ['something changed, and the audit tells nothing of it']
    : []

/** R3.7, R4.6: what happened stays written. */
const nothingVanishes: Rule = ({ before, after }) =>
  (
    [
      'loans',
      'reservations',
      'fines',
      'copies',
      'books',
      'members',
      'transfers',
      'emergencyClosures',
      'emergencyMoves',
      'offlineOperations',
      'audit',
      'outbox',
    ] as const
  ).flatMap(name =>
    movesIn(name, before, after)
      .filter(move => move.after === null)
      .map(({ key }) => `${name} ${String(key)} is gone`),
  )

const versionsRise: Rule = ({ before, after }) =>
  (
    [
      'loans',
      'reservations',
      'copies',
      'books',
      'rules',
      'settings',
      'memberBlocks',
      'emergencyClosures',
    ] as const
  ).flatMap(name =>
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

/** R1.5, R2.3, R2.4: what was lent now is due later, went to none but whom it was kept for, and fitted his limit. */
const lentByTheRules: Rule = seen =>
  newOnes(loansIn(seen)).flatMap(loan => {
    const { before, after } = seen
    const copy = before.copies.get(loan.copyId)
    // What an offline desk took back it may have taken back before.
    const already = [...before.loans.values()].filter(
      ({ id, memberId, state }) =>
        memberId === loan.memberId && state === 'open' && after.loans.get(id)!.state === 'open',
    )
    const limit = maxLoansOf(before, loan.memberId)
    // One after another in a pile, or in the list of an offline desk.
    const earlier = newOnes(loansIn(seen)).filter(({ id }) => id < loan.id)
    const here = earlier.filter(
      ({ memberId, state }) => memberId === loan.memberId && state === 'open',
    ).length
    const isFirst = !earlier.some(({ copyId }) => copyId === loan.copyId)
    const made = by(seen, 'upload') ? loan.borrowedAt : seen.now
    return [
      ...(loan.overdueFrom > made ? [] : [`loan ${loan.id} was due when it was made`]),
      ...(isFirst && copy?.status === 'kept' && copy.keptFor !== loan.memberId
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

/** R1.6: no row beside the default one has it, and only a loan of hours is shorter than its period. */
const shorterInDemand: Rule = seen => {
  // The list of an offline desk changes the queue as it goes.
  if (by(seen, 'upload')) return []
  const [table] = seen.before.rules.values()
  const over = table!.defaults.highDemand?.reservationsOver ?? Infinity
  return newOnes(loansIn(seen)).flatMap(({ id, bookId, memberId, terms }) => {
    const others = [...seen.before.reservations.values()].filter(
      one => one.status === 'waiting' && one.bookId === bookId && one.memberId !== memberId,
    )
    const shortened = others.length > over && terms.loanPeriod.unit !== 'hours'
    return terms.shortened === shortened
      ? []
      : [`loan ${id} with ${others.length} others waiting is for ${JSON.stringify(terms.loanPeriod)}`]
  })
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

/** Of these how many can be served at once, each with a copy of his own. */
const most = (
  photograph: Photograph,
  [first, ...rest]: readonly Reservation[],
  copies: readonly Copy[],
): number =>
  first === undefined
    ? 0
    : Math.max(
        most(photograph, rest, copies),
        ...copies
          .filter(copy => mayGoTo(photograph, copy, first))
          .map(
            copy =>
              1 +
              most(
                photograph,
                rest,
                copies.filter(other => other !== copy),
              ),
          ),
      )

/** Would those ahead be served better with the copy than by what else stands free? Staff may take either of two copies. */
const losesOne = ({ after }: Seen, copy: Copy, ahead: readonly Reservation[]): boolean => {
  const free = [...after.copies.values()].filter(
    ({ bookId, status, condition }) =>
      bookId === copy.bookId && status === 'available' && condition !== 'damaged',
  )
  return most(after, ahead, [...free, copy]) > most(after, ahead, free)
}

/** R6.4: nobody gets a copy past one who came before him and could have had it. */
const inTheirOrder: Rule = seen =>
  changedOnes(reservationsIn(seen))
    .filter(({ before, after }) => before.status === 'waiting' && isKept(after))
    .flatMap(({ after: served }) => {
      const copy = isKept(served) ? seen.after.copies.get(served.copyId)! : undefined
      const ahead = copy === undefined ? [] : inVain(seen, copy).filter(one => placeOf(one) < placeOf(served))
      const passed = by(seen, 'send') && !losesOne(seen, copy!, ahead) ? [] : ahead
      return [
        ...passed.map(({ id }) => `reservation ${id} came before ${served.id}, which got copy ${copy!.id}`),
        ...(copy !== undefined && !mayGoTo(seen.after, copy, served)
          ? [`copy ${copy.id} may not go to reservation ${served.id}`]
          : []),
      ]
    })

/** R3.3: a copy that comes to a desk goes to the shelf only when nobody waits for it. */
const nobodyWaitsBesideTheShelf: Rule = seen =>
  by(seen, 'return', 'scan', 'find', 'use in the house', 'upload')
    ? changedOnes(copiesIn(seen))
        .filter(({ before, after }) => before.status !== 'available' && after.status === 'available')
        .filter(({ after }) => after.condition !== 'damaged')
        .flatMap(({ after: copy }) =>
          inVain(seen, copy).map(({ id }) => `copy ${copy.id} went to the shelf past reservation ${id}`),
        )
    : []

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
  'R1.5, R2.3, R2.4': lentByTheRules,
  'R1.6': shorterInDemand,
  'R6.1': reservationsGoOneWay,
  'R6.4': inTheirOrder,
  'R3.3': nobodyWaitsBesideTheShelf,
  'R4.6': ledgerGrows,
  'R4.5': postedOnce,
  ...movedDates,
  ...awayFromTheDesk,
  ...reminders,
}

/** What does not hold, each with the rule's id. */
export const brokenBy = (seen: Seen): readonly string[] =>
  Object.entries(rules).flatMap(([id, rule]) => rule(seen).map(fault => `${id}: ${fault}`))
