/** Logs as JSON lines on standard output, secrets and personal data masked. */
import type { Writable } from 'node:stream'
import winston from 'winston'
import { mask } from './mask.ts'
import { requestLines } from './request-lines.ts'
import type { RequestLine } from './request-lines.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

export interface Logger {
  readonly error: (message: string, facts?: object) => void
  readonly warn: (message: string, facts?: object) => void
  readonly info: (message: string, facts?: object) => void
  readonly debug: (message: string, facts?: object) => void
  /** What a request came to, at the level `info`. */
  readonly request: (line: RequestLine) => void
}

/** Causes of causes that are told; one that causes itself would have no end. */
const mostCauses = 5

/** An error becomes its message, stack and causes; `format.errors` sees only the top. */
const describeError = (error: unknown, causes = mostCauses): unknown =>
  error instanceof Error
    ? {
        name: error.name,
        message: error.message,
        ...('code' in error ? { code: error.code } : {}),
        stack: error.stack,
        ...(error.cause === undefined || causes === 0
          ? {}
          : { cause: describeError(error.cause, causes - 1) }),
      }
    : error

/** winston's own timestamp writes the field `timestamp`; the product's logs say `time`. */
const timed = winston.format(line => ({ time: new Date().toISOString(), ...line }))

export interface LoggerOptions {
  readonly level: LogLevel | 'silent'
  /** Which part of the product speaks. */
  readonly module: string
  /** Standard output when left out. */
  readonly stream?: Writable
}

export const logger = ({ level, module, stream = process.stdout }: LoggerOptions): Logger => {
  const requests = requestLines(module, stream)
  const log = winston.createLogger({
    level: level === 'silent' ? 'error' : level,
    silent: level === 'silent',
    defaultMeta: { module },
    format: winston.format.combine(timed(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream })],
  })
  const write =
    (at: LogLevel) =>
    (message: string, facts: object = {}) => {
      const shown = Object.fromEntries(
        Object.entries(facts).map(([name, fact]) => [name, describeError(fact)]),
      )
      requests.flush()
      log.log(at, mask(message) as string, mask(shown) as object)
    }
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    request: level === 'info' || level === 'debug' ? requests.add : () => undefined,
  }
}
