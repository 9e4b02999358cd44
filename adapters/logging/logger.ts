/** Logs as JSON lines on standard output, secrets and personal data masked. */
import winston from 'winston'
import { mask } from './mask.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

export interface Logger {
  readonly error: (message: string, facts?: object) => void
  readonly warn: (message: string, facts?: object) => void
  readonly info: (message: string, facts?: object) => void
  readonly debug: (message: string, facts?: object) => void
}

/** An error becomes its message, stack and causes; `format.errors` sees only the top. */
const describeError = (error: unknown): unknown =>
  error instanceof Error
    ? {
        name: error.name,
        message: error.message,
        ...('code' in error ? { code: error.code } : {}),
        stack: error.stack,
        ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
      }
    : error

export interface LoggerOptions {
  readonly level: LogLevel | 'silent'
  /** Which part of the product speaks. */
  readonly module: string
  readonly stream?: NodeJS.WritableStream
}

export const logger = ({ level, module, stream = process.stdout }: LoggerOptions): Logger => {
  const log = winston.createLogger({
    level: level === 'silent' ? 'error' : level,
    silent: level === 'silent',
    defaultMeta: { module },
    format: winston.format.combine(winston.format.timestamp({ alias: 'time' }), winston.format.json()),
    transports: [new winston.transports.Stream({ stream })],
  })
  const write =
    (at: LogLevel) =>
    (message: string, facts: object = {}) => {
      const shown = Object.fromEntries(
        Object.entries(facts).map(([name, fact]) => [name, describeError(fact)]),
      )
      log.log(at, message, mask(shown) as object)
    }
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') }
}
