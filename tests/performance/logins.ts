/**
 * What wrong logins cost at the product's own bcrypt cost, and what they tell by it: `npm run bench:logins -- [--rounds 200]`. Prints the
 * median time of a refused login for names that there are and for names that there are not, by turns; and how long a plain GET
 * takes while 50 logins are under way, and while none is.
 */
import { parseArgs } from 'node:util'
import { aLibrary, addBook, right } from '../support/world.ts'
import { freshSqlite } from '../support/databases.ts'
import { passwords } from '../../adapters/security/passwords.ts'
import { guesserAt } from '../e2e/fire/guessing.ts'
import { openSite } from '../e2e/fire/site.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } })
const rounds = Number(values.rounds)
const cost = 12
/** Fewer than lock an account. */
const guessesAtEach = 4
const loginsAtOnce = 50
const seconds = 20

const sorted = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b)
const share = (times: readonly number[], part: number): number =>
  sorted(times)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0
const shown = (milliseconds: number): string => `${milliseconds.toFixed(2)} ms`

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

const site = await openSite({
  database: await freshSqlite(),
  env: { JOBS: 'off', BCRYPT_COST: String(cost) },
})
const hashing = passwords({ pepper: 'a pepper of the tests on fire, long enough', cost })
const hash = await right(hashing.hash('nobody guesses this'))
await hashing.close()
const world = await aLibrary(site.library, { copies: 0, members: 0 })
const { bookId } = await addBook(site.library, world, {}, 1)
for (let index = 0; index < rounds / guessesAtEach; index += 1) await site.join(`reader.${index}`, hash)
const { url, stop } = await site.start()

const addresses = Math.ceil((rounds * 2 + loginsAtOnce * 20) / 80)
const guessers = Array.from({ length: addresses }, (_, index) => guesserAt(url, index))
let sent = 0
const guess = (login: string) => {
  sent += 1
  return guessers[sent % addresses]!(login, 'a wrong guess')
}

for (let index = 0; index < 10; index += 1) await guess('warm-up')
const [there, notThere]: [number[], number[]] = [[], []]
for (let index = 0; index < rounds; index += 1) {
  const number = Math.floor(index / guessesAtEach)
  there.push(await timed(() => guess(`reader.${number}`)))
  notThere.push(await timed(() => guess(`nobody.${number}`)))
}
console.log(`Refused logins at cost ${cost}, ${rounds} of each by turns, medians:`)
console.log(`  a name that there is      ${shown(share(there, 0.5))}`)
console.log(`  a name that there is not  ${shown(share(notThere, 0.5))}`)

const look = () => fetch(`${url}/api/v1/books/${bookId}`).then(reply => reply.arrayBuffer())
const looked = async (): Promise<readonly number[]> => {
  const times: number[] = []
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) times.push(await timed(look))
  return times
}
const tell = (what: string, times: readonly number[]): void =>
  console.log(
    `  ${what}  p50 ${shown(share(times, 0.5))}  p99 ${shown(share(times, 0.99))}  (${times.length})`,
  )

console.log(`GET /books/{id} for ${seconds} s:`)
for (let index = 0; index < 500; index += 1) await look()
tell('no login under way       ', await looked())
const going = { on: true }
const crowd = Array.from({ length: loginsAtOnce }, async (_, index) => {
  while (going.on) await guess(`nobody.in.the.crowd.${index}`)
})
tell(`${loginsAtOnce} logins under way     `, await looked())
going.on = false
await Promise.all(crowd)
await stop()
await site.close()
