/** CIR-8: the books, each with who borrowed it and when. */
import { deskOf } from '../../identity/actor.ts'
import type { Act } from '../../identity/actor.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { Page, PageRequest } from '../../shared/page.ts'
import type { PermissionDenied } from '../../shared/refusal.ts'
import type { StoreFailure } from '../../shared/unit-of-work.ts'
import { borrowedBetween } from '../borrowed-between.ts'
import type { Days } from '../borrowed-between.ts'
import type {
  BookBorrowers,
  BookBorrowersSort,
  BorrowersFilter,
  CirculationQueries,
} from '../display-ports.ts'

/** `from` and `to` are days in the zone of the branch that is filtered by, else of the desk, else UTC. */
export type BorrowersSearch = Omit<BorrowersFilter, 'from' | 'to'> & Days

export interface ListBookBorrowersDeps {
  readonly queries: Pick<CirculationQueries, 'bookBorrowers' | 'calendars'>
}

/**
 * All books; where something is asked of the borrowings, those which were borrowed so, and these borrowings alone. What he reads is
 * nobody's business but the administrator's.
 */
export const listBookBorrowers =
  ({ queries }: ListBookBorrowersDeps) =>
  ({
    act,
    search: { from, to, ...search },
    page,
  }: {
    readonly act: Act
    readonly search: BorrowersSearch
    readonly page: PageRequest<BookBorrowersSort>
  }): TaskEither<PermissionDenied | StoreFailure, Page<BookBorrowers>> =>
    pipe(
      TE.fromEither(permitted(act.actor, 'loan:borrowers')),
      TE.flatMap(() =>
        borrowedBetween(queries, search.branchId ?? deskOf(act.actor), {
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        }),
      ),
      TE.flatMap(between => queries.bookBorrowers({ ...search, ...between }, page)),
    )
