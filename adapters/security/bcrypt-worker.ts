/** The slow part of passwords, run on a worker thread by passwords.ts. */
import { createHmac } from 'node:crypto'
import bcrypt from 'bcryptjs'

export type BcryptTask = { readonly password: string; readonly pepper: string; readonly cost: number } & (
  { readonly do: 'hash' } | { readonly do: 'verify'; readonly hash: string | null }
)

/** bcrypt cuts at 72 bytes and stops at a NUL; 44 characters of base64 do neither, whatever the password. */
const prehash = ({ password, pepper }: BcryptTask): string =>
  createHmac('sha256', pepper).update(password, 'utf8').digest('base64')

/**
 * A hash that nothing matches, at the cost in use: an unknown account takes as long as a known one. It is written down:
 * made by a fresh worker thread, it would take twice as long there.
 */
const hashOfNobody = (cost: number): string =>
  `$2b$${String(cost).padStart(2, '0')}$CVBpFpy1awIEor4v3CRbvOTJgTuSLs97R/f3fzSsL85Gexv600Z76`

/** Of a hash; null where it is none. */
const costOf = (hash: string): number | null => {
  const [, cost] = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.exec(hash) ?? []
  return cost === undefined ? null : Number(cost)
}

/**
 * A wrong guess takes the rounds of the cost in use, whoever it is at: where the hash is of a lower one, what is left of them is done
 * behind it. Costs are powers of two, so that one comparison at each of those between comes to just that.
 */
const matches = async (guess: string, hash: string | null, inUse: number): Promise<boolean> => {
  const cost = hash === null ? null : costOf(hash)
  if (hash === null || cost === null) {
    await bcrypt.compare(guess, hashOfNobody(inUse))
    return false
  }
  if (await bcrypt.compare(guess, hash)) return true
  for (let between = cost; between < inUse; between += 1) await bcrypt.compare(guess, hashOfNobody(between))
  return false
}

export default (task: BcryptTask): Promise<string | boolean> =>
  task.do === 'hash' ? bcrypt.hash(prehash(task), task.cost) : matches(prehash(task), task.hash, task.cost)
