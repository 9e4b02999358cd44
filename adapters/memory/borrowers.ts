/** Members as lending sees them. */
import type { Borrowers } from '../../core/circulation/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Database } from './database.ts'
import { findMember } from './members.ts'

export const borrowers = ({ tables }: Database): Borrowers => ({
  locate: key =>
    TE.fromIOEither(() => {
      if ('memberId' in key) {
        return pipe(
          findMember(tables, key.memberId),
          E.map(({ member }) => member.id),
        )
      }
      const [row] = tables.members.where('cardNumber', key.cardNumber)
      return row === undefined ? E.left(notFound('user', key.cardNumber)) : E.right(row.member.id)
    }),
  get: id =>
    TE.fromIOEither(() =>
      pipe(
        findMember(tables, id),
        E.map(({ member }) => member),
      ),
    ),
  privilegesOf: id =>
    TE.fromIO(() => {
      const { membershipType, homeBranchId } = tables.members.get(id).member
      return { membershipType, homeBranchId }
    }),
})
