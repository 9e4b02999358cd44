/** What the simple API is given: the same use cases as the API, ready to call. */
import type { CatalogueQueries } from '../../core/catalogue/ports.ts'
import type { checkOut } from '../../core/circulation/use-cases/check-out.ts'
import type { listMemberLoans } from '../../core/circulation/use-cases/list-loans.ts'
import type { putOnShelf } from '../../core/circulation/use-cases/put-on-shelf.ts'
import type { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import type { registerMember } from '../../core/members/use-cases/register-member.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'

export interface SimpleDeps {
  readonly books: Pick<CatalogueQueries, 'book' | 'books'>
  readonly putOnShelf: ReturnType<typeof putOnShelf>
  readonly registerMember: ReturnType<typeof registerMember>
  readonly checkOut: ReturnType<typeof checkOut>
  readonly returnLoan: ReturnType<typeof returnLoan>
  readonly listMemberLoans: ReturnType<typeof listMemberLoans>
  /** Learns how the library's clock is set now; asked before each act, for another process may have set it. */
  readonly keepTime: TaskEither<StoreFailure, void>
  /** A user name that nobody has, for members who will never log in. */
  readonly newUsername: () => string
}
