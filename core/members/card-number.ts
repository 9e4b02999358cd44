/** Library card numbers: ours carry a check digit, so that a mistyped one is found out at the desk. */

/** The first digit of a patron's card in the Codabar numbering that libraries use (items begin with 3). */
const patron = '2'

/**
 * The card number made from a running number: `2`, the number in twelve digits, and a Luhn check digit
 * (ISO/IEC 7812-1, annex B), 14 digits in all.
 */
export const cardNumber = (running: number): string => {
  const digits = `${patron}${String(running).padStart(12, '0')}`
  return `${digits}${String(luhn(digits))}`
}

/** @returns true for a number made by `cardNumber` and copied without a slip */
export const isOwnCardNumber = (text: string): boolean =>
  /^2\d{13}$/.test(text) && luhn(text.slice(0, -1)) === Number(text.slice(-1))

const luhn = (digits: string): number => {
  const total = [...digits].reverse().reduce((sum, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return sum + (value > 9 ? value - 9 : value)
  }, 0)
  return (10 - (total % 10)) % 10
}
