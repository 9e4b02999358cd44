/** Whether two secrets are the same, in a time that tells nothing of where they differ. */
import { timingSafeEqual } from 'node:crypto'

export const sameText = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
