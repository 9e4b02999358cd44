/** What must hold of a title's copies and of the loans they are out on. */
import { breach } from '../shared/consistency.ts'
import type { Invariant } from '../shared/consistency.ts'
import { repeated, single } from '../shared/grouped.ts'
import type { CopyFacts, LoanOutFacts, TitleFacts } from './consistency-facts.ts'

const copyOf = ({ copyId }: LoanOutFacts) => copyId

/** R2.6: nobody gets what another has out. */
const oneLoanPerCopy: Invariant<TitleFacts> = {
  name: 'one-loan-per-copy',
  repair:
    'Ask both members for the copy. The loan that the copy names ends with its scan (POST /returns); no request ends the other: its row is closed by hand.',
  breaches: ({ loansOut }) =>
    repeated(loansOut, copyOf).map(([copyId, loans]) =>
      breach('copy', copyId, 'It is out on more than one loan', {
        borrowing_ids: loans.map(({ id }) => id),
      }),
    ),
}

/** A copy in somebody's hands names the loan it is out on; a lost one may have gone without a loan. */
const copyNamesItsLoan: Invariant<TitleFacts> = {
  name: 'copy-names-its-loan',
  repair:
    'No request does it: look for the copy, and write into its row by hand where it is; then run the job recount.',
  breaches: ({ copies, loansOut }) =>
    copies.flatMap(copy => {
      const state = loanStateOf(copy)
      const loan = loansOut.find(({ id, copyId }) => id === copy.loanId && copyId === copy.id)
      return state === null || loan?.state === state
        ? []
        : [
            breach('copy', copy.id, `It is ${copy.status}, but out on no loan that is ${state}`, {
              borrowing_id: copy.loanId,
            }),
          ]
    }),
}

/** And the reverse. Several loans of one copy are told by `one-loan-per-copy`. */
const loanHoldsItsCopy: Invariant<TitleFacts> = {
  name: 'loan-holds-its-copy',
  repair:
    'No request does it: look for the copy. Where it is out, its row is to name the loan again; where it is there, the row of the loan is closed by hand. Then run the job recount.',
  breaches: ({ copies, loansOut }) =>
    single(loansOut, copyOf).flatMap(loan => {
      const copy = copies.find(({ id }) => id === loan.copyId)
      return copy !== undefined && isOutOn(copy, loan)
        ? []
        : [
            breach('borrowing', loan.id, `It is ${loan.state}, but its copy is not out on it`, {
              book_copy_id: loan.copyId,
              copy_status: copy?.status ?? null,
            }),
          ]
    }),
}

/** A lost copy that turned up stands somewhere else, while its loan waits for its resolution. */
const isOutOn = (copy: CopyFacts, loan: LoanOutFacts): boolean =>
  loan.state === 'lost' && loanStateOf(copy) === null
    ? true
    : copy.loanId === loan.id && loanStateOf(copy) === loan.state

/** How the loan stands which a copy is out on; null for a copy that is out on none. */
const loanStateOf = ({ status, loanId }: CopyFacts): LoanOutFacts['state'] | null => {
  switch (status) {
    case 'on_loan':
      return 'open'
    case 'claimed_returned':
      return 'claimed_returned'
    case 'lost':
      return loanId === null ? null : 'lost'
    case 'available':
    case 'kept':
    case 'in_transit':
    case 'missing':
    case 'maintenance':
    case 'withdrawn':
      return null
  }
}

export const loanInvariants: readonly Invariant<TitleFacts>[] = [
  oneLoanPerCopy,
  copyNamesItsLoan,
  loanHoldsItsCopy,
]
