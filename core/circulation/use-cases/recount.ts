/** OPS-4: what a book's copies add up to is counted again; where the book says otherwise it is put right. */
import { pipe, TE } from '../../shared/fp.ts'
import type { TaskEither } from '../../shared/fp.ts'
import type { BookId } from '../../shared/id.ts'
import type { StoreFailure, UnitOfWork } from '../../shared/unit-of-work.ts'
import type { CirculationQueries } from '../display-ports.ts'
import type { CirculationStores } from '../ports.ts'
import { holdingsOf, sameHoldings } from '../title.ts'

export interface RecountDeps {
  readonly work: UnitOfWork<Pick<CirculationStores, 'titles' | 'copies'>>
  readonly queries: Pick<CirculationQueries, 'holdings'>
}

export interface Recounted {
  /** Put right. */
  readonly done: number
  /** Right after all, when they were looked at under their lock. */
  readonly skipped: number
  readonly failed: number
}

/** Books a look. */
const batch = 200

/** Looks without locks, and locks only the books whose numbers disagree. */
export const recount = (
  deps: RecountDeps,
  after: BookId | null = null,
  soFar: Recounted = { done: 0, skipped: 0, failed: 0 },
): TaskEither<StoreFailure, Recounted> =>
  pipe(
    deps.queries.holdings(after, batch),
    TE.flatMap(found =>
      pipe(
        found.filter(({ holdings, copies }) => !sameHoldings(holdings, holdingsOf(copies))),
        TE.traverseSeqArray(({ bookId }) => repair(deps, bookId)),
        TE.map((repaired): Recounted => {
          const done = repaired.filter(Boolean).length
          return { ...soFar, done: soFar.done + done, skipped: soFar.skipped + repaired.length - done }
        }),
        TE.flatMap(counted => {
          const last = found.at(-1)
          return last === undefined || found.length < batch
            ? TE.right(counted)
            : recount(deps, last.bookId, counted)
        }),
      ),
    ),
  )

/** @returns whether anything had to be put right */
const repair = ({ work }: RecountDeps, bookId: BookId): TaskEither<StoreFailure, boolean> =>
  pipe(
    work.run(({ titles, copies }) =>
      pipe(
        TE.Do,
        TE.bindW('title', () => titles.get(bookId)),
        TE.bindW('copies', () => copies.ofBook(bookId)),
        TE.flatMap(({ title, copies: standing }) => {
          const counted = holdingsOf(standing.map(({ status }) => status))
          return sameHoldings(title.holdings, counted)
            ? TE.right(false)
            : pipe(
                titles.saveHoldings({ ...title, holdings: counted }),
                TE.map(() => true),
              )
        }),
      ),
    ),
    // Deleted meanwhile: nobody asks for its numbers any more.
    TE.orElse(error => (error.type === 'NotFound' ? TE.right(false) : TE.left(error))),
  )
