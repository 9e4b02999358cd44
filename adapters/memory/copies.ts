/** Copies: found by id, by barcode and by their book. */
import type { Available, Copy } from '../../core/circulation/copy.ts'
import type { Copies, CopyKey, LoanCategories, NewCopy } from '../../core/circulation/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BookId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import type { Database, Tables } from './database.ts'
import { writeTransfer } from './transfers.ts'

/** Of a new library. */
export const categories: ReadonlySet<string> = new Set(['book', 'media', 'reference'])

export const loanCategories: LoanCategories = { known: name => TE.fromIO(() => categories.has(name)) }

export const copies = (on: Database): Copies => {
  const { tables } = on
  return {
    locate: key =>
      TE.fromIOEither(() =>
        pipe(
          find(tables, key),
          E.map(copy => ({
            copyId: copy.id,
            bookId: copy.bookId,
            branchId: copy.branchId,
            onLoan:
              'loanId' in copy && copy.loanId !== null
                ? { loanId: copy.loanId, memberId: tables.loans.get(copy.loanId).memberId }
                : null,
          })),
        ),
      ),
    get: copyId => TE.fromIOEither(() => find(tables, { copyId })),
    ofBook: bookId =>
      TE.fromIO(() =>
        tables.copies
          .where('book', bookId)
          .filter(({ status }) => status !== 'withdrawn')
          .sort((a, b) => a.id - b.id),
      ),
    add: copy => TE.fromIOEither(() => addCopy(on, copy)),
    save: (copy, transfer) =>
      TE.fromIOEither(() => {
        if (tables.copies.find(copy.id)?.version !== copy.version) return E.left(staleWrite('copy', copy.id))
        const saved = { ...copy, version: copy.version + 1 }
        const clash = clashOf(tables, saved)
        if (clash !== null) return E.left(clash)
        tables.copies.put(saved)
        return transfer === null
          ? E.right(saved)
          : pipe(
              writeTransfer(on, copy.id, transfer),
              E.map(() => saved),
            )
      }),
  }
}

const find = ({ copies }: Tables, key: CopyKey): Either<NotFound, Copy> => {
  const copy = 'copyId' in key ? copies.find(key.copyId) : copies.where('barcode', key.barcode)[0]
  return copy === undefined
    ? E.left(notFound('copy', 'copyId' in key ? key.copyId : key.barcode))
    : E.right(copy)
}

/** A copy that comes in stands on the shelf, free. */
export const addCopy = ({ tables, nextId }: Database, copy: NewCopy): Either<DuplicateKey, Available> => {
  const added: Available = {
    id: nextId('copy'),
    version: 1,
    status: 'available',
    bookId: copy.bookId,
    branchId: copy.branchId,
    copyNumber: copy.copyNumber ?? nextNumber(tables, copy.bookId),
    barcode: copy.barcode,
    condition: copy.condition,
    location: copy.location,
    acquisitionDate: copy.acquisitionDate,
    lastMaintenance: copy.lastMaintenance,
    price: copy.price,
    loanCategory: copy.loanCategory,
  }
  const clash = clashOf(tables, added)
  if (clash !== null) return E.left(clash)
  tables.copies.add(added)
  return E.right(added)
}

const nextNumber = ({ copies }: Tables, bookId: BookId): number =>
  Math.max(0, ...copies.where('book', bookId).map(({ copyNumber }) => copyNumber)) + 1

const clashOf = ({ copies }: Tables, copy: Copy): DuplicateKey | null => {
  if (copies.clashes('barcode', copy)) return duplicateKey('barcode')
  return copies.clashes('number', copy) ? duplicateKey('copy_number') : null
}
