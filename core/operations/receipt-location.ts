/** What a kept answer tells of: the path of what was made, which it was sent with. */
import { id } from '../shared/id.ts'
import type { LoanId } from '../shared/id.ts'
import type { Receipt } from '../shared/receipts.ts'

/** null: it is about no loan. */
export const loanNamedBy = ({ Location: location }: Receipt['headers']): LoanId | null => {
  const number = /\/borrowings\/(\d+)$/.exec(location ?? '')?.[1]
  return number === undefined ? null : id(Number(number))
}
