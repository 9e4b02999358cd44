/** A day at the desks by chance: acts of all kinds on a few titles and members, so that they meet. */
import type { Persistence } from '../../app/persistence.ts'
import { recordPayment } from '../../core/accounts/use-cases/record-payment.ts'
import { refundFine } from '../../core/accounts/use-cases/refund-fine.ts'
import { waiveFine } from '../../core/accounts/use-cases/waive-fine.ts'
import { borrowingPolicies } from '../../core/circulation/borrowing-policies.ts'
import { renewalPolicies } from '../../core/circulation/renewal-policies.ts'
import { reservationPolicies } from '../../core/circulation/reservation-policies.ts'
import { cancelReservation } from '../../core/circulation/use-cases/cancel-reservation.ts'
import { checkOut } from '../../core/circulation/use-cases/check-out.ts'
import { expirePickups } from '../../core/circulation/use-cases/expire-reservations.ts'
import { changeCopy } from '../../core/circulation/use-cases/keep-copies.ts'
import { renewLoan } from '../../core/circulation/use-cases/renew.ts'
import { reserve } from '../../core/circulation/use-cases/reserve.ts'
import { returnCopy } from '../../core/circulation/use-cases/return-copy.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { BookId, MemberId } from '../../core/shared/id.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { minor } from '../../core/shared/money.ts'
import { chance } from '../../migrations/seeds/random.ts'
import { bySystem } from './builders.ts'
import { right } from './world.ts'

export interface DeskWork {
  readonly seed: number
  readonly from: Instant
  readonly acts: number
  readonly books: readonly BookId[]
  readonly members: readonly MemberId[]
}

/** The first hundred of a list, in the order of their ids. */
const first = { sort: [], limit: 100, at: { kind: 'page', page: 1 } } as const

/** @returns how many acts of each kind were granted; refusals are a part of the work */
export const workAtDesks = async (
  library: Persistence,
  { seed, from, acts, books, members }: DeskWork,
): Promise<Readonly<Record<string, number>>> => {
  const { pick, integer } = chance(seed)
  const { work, ids, queries } = library
  let now = from
  const deps = { work, ids, clock: { now: () => now } }
  const act = bySystem

  const copies = await ofEach(
    books,
    async bookId => (await right(queries.circulation.copiesOf(bookId, first))).rows,
  )
  const branches = [...new Set(copies.map(({ branchId }) => branchId))]
  /** Undefined where there is none. */
  const some = <Row>(rows: readonly Row[]): Row | undefined => (rows.length === 0 ? undefined : pick(rows))
  const aLoan = async () =>
    some(
      await ofEach(
        books,
        async bookId =>
          (await right(queries.circulation.loans({ bookId, isReturned: false }, first, now))).rows,
      ),
    )
  const aFine = async () => pick((await right(queries.accounts.fines({}, first))).rows)
  const aReservation = async () =>
    some((await right(queries.reservations.reservations({ bookId: pick(books) }, first))).rows)

  const kinds: Readonly<Record<string, () => Promise<TaskEither<unknown, unknown> | undefined>>> = {
    lend: async () =>
      checkOut({ ...deps, policies: borrowingPolicies })({
        act,
        member: { memberId: pick(members) },
        wanted: { bookId: pick(books) },
        branchId: pick(branches),
        notes: null,
        override: null,
      }),
    scan: async () =>
      returnCopy(deps)({
        act,
        copy: { copyId: pick(copies).id },
        branchId: pick(branches),
        condition: pick([null, null, null, 'damaged', 'good'] as const),
        notes: null,
        returnedAt: null,
        resolution: null,
      }),
    renew: async () => {
      const found = await aLoan()
      return (
        found &&
        renewLoan({ ...deps, policies: renewalPolicies })({ act, loanId: found.loan.id, override: null })
      )
    },
    reserve: async () =>
      reserve({ ...deps, policies: reservationPolicies })({
        act,
        memberId: pick(members),
        bookId: pick(books),
        branchId: pick(branches),
        expiresOn: null,
        override: null,
      }),
    cancel: async () => {
      const found = await aReservation()
      return found && cancelReservation(deps)({ act, reservationId: found.reservation.id })
    },
    shelve: async () =>
      changeCopy(deps)({
        act,
        copyId: pick(copies).id,
        changes: { condition: 'good' },
        status: pick(['available', 'missing', 'maintenance', 'withdrawn', 'available'] as const),
      }),
    expire: async () => expirePickups({ work, queries: queries.reservations, clock: deps.clock }),
    pay: async () =>
      recordPayment(deps)({ act, fineId: (await aFine()).id, amount: minor(25), method: 'cash' }),
    waive: async () =>
      waiveFine(deps)({ act, fineId: (await aFine()).id, amount: minor(25), reason: 'A flood' }),
    refund: async () => refundFine(deps)({ act, fineId: (await aFine()).id, amount: null, reason: null }),
  }

  const granted: Record<string, number> = Object.fromEntries(Object.keys(kinds).map(kind => [kind, 0]))
  for (let count = 0; count < acts; count += 1) {
    now = plusMinutes(now, integer(30, 600))
    const kind = pick([...Object.keys(kinds), 'lend', 'lend', 'scan', 'scan', 'reserve'])
    const asked = await kinds[kind]?.()
    const answer = await asked?.()
    if (answer?._tag === 'Right') granted[kind] = (granted[kind] ?? 0) + 1
  }
  return granted
}

const ofEach = async <Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Promise<readonly Found[]>,
): Promise<readonly Found[]> => {
  const found: Found[] = []
  for (const item of items) found.push(...(await find(item)))
  return found
}
