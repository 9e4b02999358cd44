/** CIR-10: what would be said to a checkout, a renewal or a reservation, rule by rule. */
import type * as t from 'io-ts'
import type {
  Eligibility,
  EligibilityQuestion,
} from '../../../core/circulation/use-cases/check-eligibility.ts'
import { E, pipe, TE } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { BookId, BranchId } from '../../../core/shared/id.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { ok } from '../success.ts'
import { described } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { queryKey } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { oneOf } from '../codecs/text.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { wantedOf } from './borrowing-body.ts'
import { EligibilityView } from './verdict-view.ts'

type About = EligibilityQuestion['about']

const checkoutOnly = ['book_id', 'barcode', 'book_copy_id', 'branch_id'] as const

const question: Codec<About> = fitting(
  record(
    'EligibilityQuery',
    {},
    {
      action: described(
        'What would be done; checkout where it is left out.',
        oneOf(['checkout', 'renew', 'reserve']),
      ),
      book_id: described('Any copy of this book, or the book to be reserved.', queryKey<'book'>()),
      barcode: described('The copy with this barcode.', code),
      book_copy_id: described('This copy.', queryKey<'copy'>()),
      borrowing_id: described('The borrowing to be renewed.', queryKey<'loan'>()),
      branch_id: described('Where it would happen.', queryKey<'branch'>()),
    },
    'UNKNOWN_PARAMETER',
  ),
  ({ action = 'checkout', borrowing_id, ...about }): Either<readonly Fault[], About> => {
    if (action === 'checkout') {
      return borrowing_id === undefined
        ? pipe(
            wantedOf(about),
            E.map((wanted): About => ({ action, wanted, branchId: about.branch_id ?? null })),
          )
        : E.left([{ field: 'borrowing_id', code: 'EXCLUSIVE', message: 'It is of a renewal' }])
    }
    if (action === 'reserve') return reservationOf({ borrowing_id, ...about })
    const stray = checkoutOnly.filter(name => about[name] !== undefined)
    if (stray.length > 0) {
      return E.left(stray.map(field => ({ field, code: 'EXCLUSIVE', message: 'It is of a checkout' })))
    }
    return borrowing_id === undefined
      ? E.left([{ field: 'borrowing_id', code: 'REQUIRED', message: 'It names the borrowing to be renewed' }])
      : E.right({ action, loanId: borrowing_id })
  },
)

const reservationOf = ({
  book_id,
  branch_id,
  ...stray
}: {
  readonly book_id?: BookId
  readonly branch_id?: BranchId
  readonly barcode?: unknown
  readonly book_copy_id?: unknown
  readonly borrowing_id?: unknown
}): Either<readonly Fault[], About> => {
  const strange = Object.entries(stray).filter(([, value]) => value !== undefined)
  if (strange.length > 0) {
    return E.left(
      strange.map(([field]) => ({ field, code: 'EXCLUSIVE', message: 'A reservation is of a book' })),
    )
  }
  return book_id === undefined
    ? E.left([{ field: 'book_id', code: 'REQUIRED', message: 'It names the book to be reserved' }])
    : E.right({ action: 'reserve', bookId: book_id, branchId: branch_id ?? null })
}

const view = ({ allowed, rules, dueAt }: Eligibility): t.TypeOf<typeof EligibilityView> => ({
  allowed,
  rules: rules.map(({ rule, verdict, kind, message, limit, actual }) => ({
    rule,
    verdict,
    kind,
    message,
    limit,
    actual,
  })),
  due_date: dueAt === null ? null : toIso(dueAt),
})

export const eligibilityRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/users/{id}/eligibility',
    names: 'user',
    permission: 'eligibility:read',
    summary: 'Ask every rule without doing it',
    query: question,
    data: EligibilityView,
    versionless: true,
    handle: ({ act, id: memberId, query }) =>
      pipe(
        circulation.checkEligibility({ act, memberId: id(memberId), about: query }),
        TE.map(found => ok('Eligibility', view(found))),
      ),
  }),
]
