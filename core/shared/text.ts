/** Text as it is compared: folded for sorting and matching, the shown form kept beside it. */

/** In code points, at most 2 000 bytes of UTF-8: what fits an index entry of every database. */
const longestKey = 500

/**
 * The key text is sorted and matched by: compatibility-decomposed, Latin, Greek and Cyrillic accents taken off,
 * without case (ß is ss, a final sigma is a sigma), white space single, cut where it grows too long for an index.
 * Marks of other scripts (vowel signs) carry meaning and stay.
 */
export const fold = (text: string): string => {
  const folded = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .replace(/\s+/g, ' ')
    .trim()
  return folded.length <= longestKey ? folded : [...folded].slice(0, longestKey).join('').trimEnd()
}

/** The words of a search, folded; a row matches when each of them occurs in one of its searched fields. */
export const searchWords = (text: string): readonly string[] =>
  fold(text)
    .split(' ')
    .filter(word => word !== '')

/** A code that is read by scanners and typed by hand: spaces out, upper case. */
export const normaliseCode = (text: string): string => text.replace(/\s+/g, '').toUpperCase()

/** A barcode or a card number in its normal form: 1 to 40 of `A-Z 0-9 - . /`. */
export const isCode = (text: string): boolean => /^[A-Z0-9\-./]{1,40}$/.test(text)

const tag = /<[/!?]?[a-z][^<>]*>|<!--[^<>]*-->/gi

/**
 * Plain text (API-9): tags go, what stands between them stays; again while taking one out makes another. Text that is
 * still not plain after some rounds was made to be awkward and loses its angle brackets.
 */
export const withoutMarkup = (text: string, rounds = 8): string => {
  const plain = text.replace(tag, '')
  if (plain === text) return plain
  return rounds > 0 ? withoutMarkup(plain, rounds - 1) : plain.replace(/[<>]/g, '')
}
