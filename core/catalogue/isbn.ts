/** ISBNs: checked by check digit, normalised, derived from each other (CAT-13; ISO 2108, ISBN Users' Manual). */

/** Both forms of one number; a 979-… has no short form. */
export interface Isbn {
  readonly isbn13: string
  readonly isbn10: string | null
}

/** Hyphens and spaces out, `x` upper-cased. */
const bare = (text: string): string => text.replace(/[\s\-\u2010-\u2015]/g, '').toUpperCase()

/** @returns both forms of a right ISBN of either length, null when its form or its check digit is wrong */
export const parseIsbn = (text: string): Isbn | null => {
  const code = bare(text)
  if (/^\d{9}[\dX]$/.test(code) && check10(code.slice(0, 9)) === code.slice(9)) {
    return { isbn10: code, isbn13: to13(`978${code.slice(0, 9)}`) }
  }
  if (/^97[89]\d{10}$/.test(code) && to13(code.slice(0, 12)) === code) {
    return { isbn13: code, isbn10: code.startsWith('978') ? to10(code.slice(3, 12)) : null }
  }
  return null
}

const to13 = (twelve: string): string => {
  const total = [...twelve].reduce((sum, digit, index) => sum + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${twelve}${String((10 - (total % 10)) % 10)}`
}

const to10 = (nine: string): string => `${nine}${check10(nine)}`

const check10 = (nine: string): string => {
  const total = [...nine].reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0)
  const check = (11 - (total % 11)) % 11
  return check === 10 ? 'X' : String(check)
}
