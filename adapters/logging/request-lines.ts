/**
 * A line for each request. There are so many of them, all of one form, that they go past winston, whose streams take longer than
 * all else that a small request needs, and that they are written several at a time (ADR 20): a process that is killed takes
 * those of its last moment with it.
 */
import type { Writable } from 'node:stream'
import { inText } from './mask.ts'

/** Nothing in it says who somebody is; what the client chose himself is masked as any text. */
export interface RequestLine {
  readonly request_id: string
  readonly method: string
  /** The pattern of the route; null where none was met. */
  readonly route: string | null
  readonly status: number
  readonly milliseconds: number
  readonly bytes: number
  readonly member_id: number | null
  readonly api_key_id: number | null
}

/** Milliseconds that a line waits at the most. */
const patience = 100
/** Characters that wait at the most. */
const enough = 32_768

export interface RequestLines {
  readonly add: (line: RequestLine) => void
  /** Writes at once what waits: what is said next by others comes after it. */
  readonly flush: () => void
}

export const requestLines = (module: string, stream: Writable): RequestLines => {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (waiting === '') return
    const lines = waiting
    waiting = ''
    stream.write(lines)
  }
  return {
    add: line => {
      const said = {
        time: new Date().toISOString(),
        level: 'info',
        module,
        message: 'request',
        ...line,
        request_id: inText(line.request_id),
      }
      waiting += `${JSON.stringify(said)}\n`
      timer ??= setTimeout(flush, patience)
      if (waiting.length > enough) flush()
    },
    flush,
  }
}
