/** Fingerprints of requests: two are the same or not, and what was in them cannot be guessed from the table. */
import { createHmac } from 'node:crypto'
import { keyFor } from './pepper-keys.ts'

export const fingerprints = (pepper: string): ((text: string) => string) => {
  const key = keyFor('fingerprints', pepper)
  return text => createHmac('sha256', key).update(text, 'utf8').digest('base64url')
}
