/** Money: whole minor units (cents) of the one currency of the installation. Never a fraction, never a float. */

/** An amount in minor units; negative where something is owed to the member. */
export type Minor = number & { readonly __money: 'minor' }

export const zero = 0 as Minor

/**
 * Marks an integer as an amount in minor units. Callers hand in integers: codecs, row mappers and the arithmetic
 * here see to that; anything else is cut to the integer below, so that no fraction can spread.
 */
export const minor = (amount: number): Minor => Math.floor(amount) as Minor

export const add = (a: Minor, b: Minor): Minor => (a + b) as Minor

export const sum = (amounts: readonly Minor[]): Minor => amounts.reduce(add, zero)

/** `count` times the amount; `count` is a whole number of units. */
export const times = (amount: Minor, count: number): Minor => minor(amount * count)

export const least = (a: Minor, b: Minor): Minor => (a < b ? a : b)
