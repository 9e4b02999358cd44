/** What a client says to borrow, renew and return. */
import { conditions } from '../../../core/circulation/copy.ts'
import type { Homecoming } from '../../../core/circulation/homecoming.ts'
import type { Override } from '../../../core/circulation/loan.ts'
import { resolutions, severities } from '../../../core/circulation/mishaps.ts'
import type { Severity } from '../../../core/circulation/mishaps.ts'
import type { CopyKey, MemberKey } from '../../../core/circulation/ports.ts'
import type { CheckOut } from '../../../core/circulation/use-cases/check-out.ts'
import type { ReturnCopy } from '../../../core/circulation/use-cases/return-copy.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import type { BookId, CopyId } from '../../../core/shared/id.ts'
import type { Fault } from '../../../core/shared/refusal.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { line, oneOf, paragraphs } from '../codecs/text.ts'
import { moment } from '../codecs/time.ts'
import { exclusive } from '../given.ts'

export const override = record(
  'Override',
  { rules: list(line(100), { min: 1, max: 50 }), reason: line(500) },
  {},
)
const notes = nullable(paragraphs(2000))

/** One copy by id or barcode, or any copy of a book. */
export type Wanted = CopyKey | { readonly bookId: BookId }

export const wantedOf = (said: {
  readonly book_copy_id?: CopyId
  readonly barcode?: string
  readonly book_id?: BookId
}): Either<readonly Fault[], Wanted> =>
  exclusive<Wanted>({
    book_copy_id: said.book_copy_id === undefined ? null : { copyId: said.book_copy_id },
    barcode: said.barcode === undefined ? null : { barcode: said.barcode },
    book_id: said.book_id === undefined ? null : { bookId: said.book_id },
  })

export const CheckOutBody: Codec<Omit<CheckOut, 'act'>> = fitting(
  exampled(
    { user_id: 42, barcode: '31234000012345', branch_id: 2 },
    record(
      'CheckOut',
      {},
      {
        user_id: key<'member'>(),
        library_card_number: code,
        book_copy_id: key<'copy'>(),
        barcode: code,
        book_id: key<'book'>(),
        branch_id: nullable(key<'branch'>()),
        notes,
        override: nullable(override),
      },
    ),
  ),
  said => {
    const [member, wanted] = [memberOf(said), wantedOf(said)]
    if (E.isLeft(member) || E.isLeft(wanted)) {
      return E.left([member, wanted].flatMap(part => (E.isLeft(part) ? part.left : [])))
    }
    return E.right({
      member: member.right,
      wanted: wanted.right,
      branchId: said.branch_id ?? null,
      notes: said.notes ?? null,
      override: said.override ?? null,
    })
  },
)

/** None is the member who acts. */
const memberOf = (said: {
  readonly user_id?: Extract<MemberKey, { readonly memberId: unknown }>['memberId']
  readonly library_card_number?: string
}): Either<readonly Fault[], MemberKey | null> =>
  said.user_id === undefined && said.library_card_number === undefined
    ? E.right(null)
    : exclusive<MemberKey>({
        user_id: said.user_id === undefined ? null : { memberId: said.user_id },
        library_card_number:
          said.library_card_number === undefined ? null : { cardNumber: said.library_card_number },
      })

const homecoming = {
  condition: nullable(oneOf(conditions)),
  branch_id: nullable(key<'branch'>()),
  notes,
  returned_at: nullable(moment),
  resolution: nullable(oneOf(resolutions)),
}

const homecomingOf = (said: Some<typeof homecoming>): Omit<Homecoming, 'act'> => ({
  condition: said.condition ?? null,
  branchId: said.branch_id ?? null,
  notes: said.notes ?? null,
  returnedAt: said.returned_at ?? null,
  resolution: said.resolution ?? null,
})

export const ReturnLoanBody: Codec<Omit<Homecoming, 'act'>> = fitting(
  exampled({ condition: 'good' }, record('ReturnLoan', {}, homecoming)),
  said => E.right(homecomingOf(said)),
)

type ReturnCopyOf = Omit<ReturnCopy, 'act'>

export const ReturnCopyBody: Codec<ReturnCopyOf> = fitting(
  exampled({ barcode: '31234000012345', branch_id: 2 }, record('ReturnCopy', { barcode: code }, homecoming)),
  (said): Either<readonly Fault[], ReturnCopyOf> =>
    E.right({ ...homecomingOf(said), copy: { barcode: said.barcode } }),
)

export const DamageBody: Codec<{ readonly severity: Severity; readonly description: string }> = exampled(
  { severity: 'minor', description: 'Coffee on the first pages' },
  record('Damage', { severity: oneOf(severities), description: paragraphs(2000) }, {}),
)

/** A copy turned up; where it was found, and in which condition. */
export const FoundBody: Codec<Pick<Homecoming, 'branchId' | 'condition' | 'notes'>> = fitting(
  exampled(
    { branch_id: 2 },
    record('Found', {}, { branch_id: homecoming.branch_id, condition: homecoming.condition, notes }),
  ),
  said =>
    E.right({
      branchId: said.branch_id ?? null,
      condition: said.condition ?? null,
      notes: said.notes ?? null,
    }),
)

export const RenewBody: Codec<{ readonly override: Override | null }> = fitting(
  exampled(
    { override: { rules: ['max-renewals'], reason: 'The exam is next week' } },
    record('Renew', {}, { override: nullable(override) }),
  ),
  said => E.right({ override: said.override ?? null }),
)
