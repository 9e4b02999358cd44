/**
 * Several rows locked in the fixed order: member, book, copy, loan. Each statement is asked for before the one in front of it is
 * answered, in this order, so that Postgres gets all of them at once and does them one after another.
 */
import type { Locks } from '../../core/circulation/ports.ts'
import { E } from '../../core/shared/fp.ts'
import { lockCopy } from './copies.ts'
import { lockLoan } from './loans.ts'
import { lockMember } from './members.ts'
import { lockTitle } from './titles.ts'
import type { Transaction } from './unit-of-work.ts'

export const locks = (transaction: Transaction): Locks => ({
  ofCopy:
    ({ memberId, bookId, copyId }) =>
    async () => {
      const [member, title, copy] = await Promise.all([
        lockMember(transaction, memberId),
        lockTitle(transaction, bookId),
        lockCopy(transaction, copyId),
      ])
      if (E.isLeft(member)) return member
      if (E.isLeft(title)) return title
      if (E.isLeft(copy)) return copy
      return E.right({ member: member.right, title: title.right, copy: copy.right })
    },
  ofLoan:
    ({ memberId, bookId, copyId, loanId }) =>
    async () => {
      const [locked, loan] = await Promise.all([
        locks(transaction).ofCopy({ memberId, bookId, copyId })(),
        lockLoan(transaction, loanId),
      ])
      if (E.isLeft(locked)) return locked
      return E.isLeft(loan) ? loan : E.right({ loan: loan.right, ...locked.right })
    },
})
