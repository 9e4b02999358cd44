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

export const underLoad = ({ url, token, connections, cycleOf }: Load, seconds: number): Promise<Timed> =>
  new Promise((resolve, reject) => {
    const latencies: number[] = []
    const wrong: { errors: number; firstError: string | null } = { errors: 0, firstError: null }
    const blame = (said: string): void => {
      wrong.errors += 1
      wrong.firstError ??= said
    }
    /** Of the answer that is being told of: what it says comes before how long it took. */
    let isRight = false
    const [withBody, bodiless] = [headersOf(token, true), headersOf(token, false)]
    /** One place in the cycle of a connection; what it asked is kept to judge the answer by. */
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
          isRight = status < 300 && (asked?.expect === undefined || body.includes(asked.expect))
          if (!isRight)
            blame(`${asked?.method ?? ''} ${asked?.path ?? ''}: ${String(status)} ${body.slice(0, 500)}`)
        },
      }
    }
    let opened = 0
    const began = performance.now()
    const run = autocannon(
      {
        url,
        connections,
        duration: seconds,
        timeout: 30,
        setupClient: client => {
          client.setRequests(cycleOf(opened).map(turn))
          opened += 1
        },
      },
      (error: unknown) => {
        if (error === null || error === undefined)
          resolve(timed((performance.now() - began) / 1000, latencies, wrong))
        else reject(error instanceof Error ? error : new Error('The load generator failed'))
      },
    )
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      if (isRight) latencies.push(milliseconds)
    })
    // No answer at all: refused, cut off, or too late.
    run.on('reqError', (error: unknown) => {
      blame(String(error))
    })
  })
