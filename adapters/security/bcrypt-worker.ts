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

export default (task: BcryptTask): Promise<string | boolean> => {
  if (task.do === 'hash') return bcrypt.hash(prehash(task), task.cost)
  const compared = bcrypt.compare(prehash(task), task.hash ?? hashOfNobody(task.cost))
  return task.hash === null ? compared.then(() => false) : compared
}
