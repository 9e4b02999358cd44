/** Fingerprints of requests: two are the same or not, and what was in them cannot be guessed from the table. */
import { createHmac } from 'node:crypto'

/** @param secret of the installation; the key is made of it for this one purpose */
export const fingerprints = (secret: string): ((text: string) => string) => {
  const key = createHmac('sha256', secret).update('fingerprints of requests').digest()
  return text => createHmac('sha256', key).update(text, 'utf8').digest('base64url')
}
