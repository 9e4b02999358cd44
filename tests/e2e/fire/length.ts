/** How long the races and crashes last: shortened in `npm test`, in full by `npm run torture`. */

const full = process.env['TORTURE'] === 'full'

/** Times that each race is run; every second one without a forced overlap. */
export const rounds = full ? 50 : 2
/** Operations that a crash comes into. */
export const operationsAtOnce = full ? 500 : 300
/** Times that the server is killed, on each database. */
export const kills = full ? 20 : 1
/** Times that the Postgres server itself is killed. */
export const postgresKills = full ? 5 : 1
/** Open loans that an emergency closure moves, and dates on the hold shelf. */
export const datesInEmergency = full ? { loans: 5000, shelf: 200 } : { loans: 600, shelf: 20 }
/** Wrong passwords that are tried at a hundred accounts. */
export const wrongLogins = full ? 10_000 : 1000
