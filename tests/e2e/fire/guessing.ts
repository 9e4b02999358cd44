/** Whoever guesses passwords, from as many addresses as he likes: all of 127.0.0.0/8 are this machine's own. */
import { Agent, request } from 'node:http'

export interface Guessed {
  readonly status: number
  /** Of the error; null for whoever is in. */
  readonly code: string | null
  /** In seconds. */
  readonly retryAfter: number | null
}

export type Guesser = (login: string, password: string) => Promise<Guessed>

/** @param index each is another address */
export const guesserAt = (url: string, index: number): Guesser => {
  const localAddress = `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`
  const agent = new Agent({ keepAlive: true, maxSockets: 20, localAddress })
  return (login, password) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ login, password })
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
      const sent = request(`${url}/api/v1/auth/login`, { method: 'POST', agent, headers }, response => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => {
          const { error } = JSON.parse(Buffer.concat(parts).toString()) as { error?: { code: string } }
          const wait = response.headers['retry-after']
          resolve({
            status: response.statusCode ?? 0,
            code: error?.code ?? null,
            retryAfter: wait === undefined ? null : Number(wait),
          })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
}
