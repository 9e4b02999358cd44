/** Load on an address: so many connections, each with requests of its own, for some seconds. */
import autocannon from 'autocannon'
import { timed } from './measured.ts'
import type { Timed } from './measured.ts'

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: object
  /** Stands in the answer if what was asked was done. */
  readonly expect?: string
}

export interface Load {
  readonly url: string
  /** null: without a login. */
  readonly token: string | null
  readonly connections: number
  /** The requests of a connection, asked one after the other and over again; each is called for every turn. */
  readonly cycleOf: (connection: number) => readonly (() => Ask)[]
}

const headersOf = (token: string | null, hasBody: boolean): Record<string, string> => ({
  ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  ...(hasBody ? { 'Content-Type': 'application/json' } : {}),
})

/** Only this many wrong answers are kept with what they said; all are counted. */
const mostErrors = 100_000

export const underLoad = ({ url, token, connections, cycleOf }: Load, seconds: number): Promise<Timed> =>
  new Promise((resolve, reject) => {
    const errors: string[] = []
    const latencies: number[] = []
    const wrong = (said: string): void => {
      if (errors.length < mostErrors) errors.push(said)
    }
    let opened = 0
    const [withBody, bodiless] = [headersOf(token, true), headersOf(token, false)]
    /** One turn of a connection; what it asked is kept to judge the answer by. */
    const turn = (next: () => Ask): autocannon.Request => {
      let asked: Ask | null = null
      return {
        setupRequest: request => {
          asked = next()
          const { method, path, body } = asked
          return {
            ...request,
            method,
            path,
            ...(body === undefined
              ? { headers: bodiless }
              : { body: JSON.stringify(body), headers: withBody }),
          }
        },
        onResponse: (status, body) => {
          if (status >= 300 || (asked?.expect !== undefined && !body.includes(asked.expect)))
            wrong(`${asked?.method ?? ''} ${asked?.path ?? ''}: ${String(status)} ${body.slice(0, 500)}`)
        },
      }
    }
    const began = performance.now()
    const run = autocannon(
      {
        url,
        connections,
        duration: seconds,
        timeout: 30,
        setupClient: client => {
          const connection = opened
          opened += 1
          client.setRequests(cycleOf(connection).map(turn))
        },
      },
      (error: unknown) => {
        if (error === null || error === undefined)
          resolve(timed((performance.now() - began) / 1000, latencies, errors))
        else reject(error instanceof Error ? error : new Error('The load generator failed'))
      },
    )
    run.on('response', (_client, status, _bytes, milliseconds) => {
      if (status < 300) latencies.push(milliseconds)
    })
    run.on('reqError', (error: unknown) => {
      wrong(String(error))
    })
  })
