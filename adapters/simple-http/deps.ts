/** What the simple API is given: the same use cases as the API, ready to call. */
import type { CatalogueQueries } from '../../core/catalogue/ports.ts'
import type { checkOut } from '../../core/circulation/use-cases/check-out.ts'
import type { listMemberLoans } from '../../core/circulation/use-cases/list-loans.ts'
import type { putOnShelf } from '../../core/circulation/use-cases/put-on-shelf.ts'
import type { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import type { registerMember } from '../../core/members/use-cases/register-member.ts'

export interface SimpleDeps {
  readonly books: Pick<CatalogueQueries, 'book' | 'books'>
  readonly putOnShelf: ReturnType<typeof putOnShelf>
  readonly registerMember: ReturnType<typeof registerMember>
  readonly checkOut: ReturnType<typeof checkOut>
  readonly returnLoan: ReturnType<typeof returnLoan>
  readonly listMemberLoans: ReturnType<typeof listMemberLoans>
  /** A user name that nobody has, for members who will never log in. */
  readonly newUsername: () => string
}
