/** A copy as the API takes and shows it. */
import * as t from 'io-ts'
import { conditions, copyStatuses, shelfStatuses } from '../../../core/circulation/copy.ts'
import type { Copy, CopyDetails, ShelfStatus } from '../../../core/circulation/copy.ts'
import type { NewCopy as NewCopyOf } from '../../../core/circulation/ports.ts'
import { E } from '../../../core/shared/fp.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { integer as wholeNumber, key, money } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import { line, oneOf } from '../codecs/text.ts'
import { day } from '../codecs/time.ts'
import { given } from '../given.ts'
import { day as dayShape, integer, Money, moneyIn, orNull, view, word } from '../shapes.ts'

const places = { branch_id: key<'branch'>(), barcode: code }
const optional = {
  copy_number: wholeNumber(1, 1_000_000),
  condition: oneOf(conditions),
  location: nullable(line(100)),
  acquisition_date: nullable(day),
  last_maintenance: nullable(day),
  price: nullable(money),
  loan_category: line(50),
}

export const NewCopy: Codec<Omit<NewCopyOf, 'bookId'>> = fitting(
  exampled({ branch_id: 2, barcode: '31234000012345', price: 1900 }, record('NewCopy', places, optional)),
  said =>
    E.right({
      branchId: said.branch_id,
      barcode: said.barcode,
      copyNumber: said.copy_number ?? null,
      condition: said.condition ?? 'good',
      location: said.location ?? null,
      acquisitionDate: said.acquisition_date ?? null,
      lastMaintenance: said.last_maintenance ?? null,
      price: said.price ?? null,
      loanCategory: said.loan_category ?? 'book',
    }),
)

export interface CopyChange {
  readonly changes: Partial<CopyDetails>
  /** null: it stays where it is. */
  readonly status: ShelfStatus | null
}

export const CopyChanges: Codec<CopyChange> = fitting(
  exampled(
    { condition: 'fair', location: 'Shelf 4' },
    record('CopyChanges', {}, { ...places, ...optional, status: oneOf(shelfStatuses) }),
  ),
  said =>
    E.right({
      changes: given<CopyDetails>({
        branchId: said.branch_id,
        barcode: said.barcode,
        copyNumber: said.copy_number,
        condition: said.condition,
        location: said.location,
        acquisitionDate: said.acquisition_date,
        lastMaintenance: said.last_maintenance,
        price: said.price,
        loanCategory: said.loan_category,
      }),
      status: said.status ?? null,
    }),
)

export const CopyView = view(
  'Copy',
  {
    id: integer,
    book_id: integer,
    branch_id: integer,
    copy_number: integer,
    barcode: t.string,
    condition: word(conditions),
    location: orNull(t.string),
    acquisition_date: orNull(dayShape),
    last_maintenance: orNull(dayShape),
    status: word(copyStatuses),
    price: orNull(Money),
    loan_category: t.string,
    version: integer,
  },
  {
    id: 31,
    book_id: 12,
    branch_id: 2,
    copy_number: 1,
    barcode: '31234000012345',
    condition: 'good',
    location: 'Shelf 4',
    acquisition_date: '2024-03-01',
    last_maintenance: null,
    status: 'available',
    price: { amount: 1900, currency: 'EUR' },
    loan_category: 'book',
    version: 1,
  },
)

export const copyView =
  (currency: string) =>
  (copy: Copy): t.TypeOf<typeof CopyView> => ({
    id: copy.id,
    book_id: copy.bookId,
    branch_id: copy.branchId,
    copy_number: copy.copyNumber,
    barcode: copy.barcode,
    condition: copy.condition,
    location: copy.location,
    acquisition_date: copy.acquisitionDate,
    last_maintenance: copy.lastMaintenance,
    status: copy.status,
    price: copy.price === null ? null : moneyIn(currency)(copy.price),
    loan_category: copy.loanCategory,
    version: copy.version,
  })
