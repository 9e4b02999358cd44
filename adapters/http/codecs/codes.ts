/** Codes that scanners read: ISBNs, barcodes, card numbers. */
import { parseIsbn } from '../../../core/catalogue/isbn.ts'
import type { Isbn } from '../../../core/catalogue/isbn.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Either } from '../../../core/shared/fp.ts'
import { isCode, normaliseCode } from '../../../core/shared/text.ts'
import { wrong } from './codec.ts'
import type { Codec, Wrong } from './codec.ts'
import { shaped } from './text.ts'

const invalidIsbn = (): Either<Wrong, never> =>
  wrong('INVALID_ISBN', 'It must be an ISBN whose check digit is right')

/** Of either length. */
export const isbn: Codec<Isbn> = shaped('isbn', {}, 40, text => {
  const found = parseIsbn(text)
  return found === null ? invalidIsbn() : E.right(found)
})

const isbnOf = (digits: 10 | 13): Codec<Isbn> =>
  shaped(`isbn ${digits}`, {}, 40, text => {
    const found = parseIsbn(text)
    return found !== null && text.replace(/[^\dXx]/g, '').length === digits ? E.right(found) : invalidIsbn()
  })

export const isbn13 = isbnOf(13)
export const isbn10 = isbnOf(10)

/** A barcode or card number; upper-casing must not turn a foreign letter into one of ours. */
export const code: Codec<string> = shaped('code', { examples: ['31234000012345'] }, 80, text =>
  /^[\x20-\x7e]+$/.test(text) && isCode(normaliseCode(text))
    ? E.right(normaliseCode(text))
    : wrong('INVALID_CODE', 'It must be 1 to 40 letters, digits, dashes, dots or slashes'),
)
