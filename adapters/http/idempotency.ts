/**
 * `Idempotency-Key`: a request that came before under its key is not done again, and gets the very answer it got then
 * (ADR 14).
 */
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { Claim, KeyedRequest } from '../../core/shared/receipts.ts'
import { invalidInput } from '../../core/shared/refusal.ts'
import type { Conflict, InvalidInput } from '../../core/shared/refusal.ts'
import type { StaleWrite, StoreFailure } from '../../core/shared/unit-of-work.ts'
import { refused } from './answer.ts'
import type { ApiError } from './answer.ts'
import type { IdempotencyDeps } from './deps.ts'
import type { Perform } from './perform.ts'
import { refusal, success } from './present.ts'
import type { Asked, Reply } from './present.ts'
import type { HttpRefusal } from './refusals.ts'
import type { Answer } from './success.ts'

/** null: none was sent. */
export const keyOf = (header: string | undefined): Either<InvalidInput, string | null> => {
  if (header === undefined) return E.right(null)
  return /^[\x20-\x7e]{1,255}$/.test(header)
    ? E.right(header)
    : E.left(
        invalidInput('Idempotency-Key', 'INVALID_FORMAT', 'It takes 1 to 255 printable ASCII characters'),
      )
}

export interface Sent {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** The same for all that differ in nothing but spaces and the order of names. */
export const canonical = ({ method, path, query, body }: Sent): string =>
  JSON.stringify(
    [method, path, [...query].map(pair => JSON.stringify(pair)).sort(), body ?? null],
    (_name, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  )

const day = 24 * 60 * 60 * 1000
/** No request takes that long: who holds a key for longer has crashed. */
const lease = 60 * 1000

export interface Once {
  readonly request: KeyedRequest
  readonly asked: Asked
  /** Several units of work: see `Repeatable`. */
  readonly inSteps: boolean
}

/** Once, however often it is sent: the first one acts, all others are told what it was told. */
export const once =
  (deps: IdempotencyDeps, { request, asked, inSteps }: Once): Perform =>
  (act, show) =>
    pipe(
      TE.fromIO(deps.now),
      TE.flatMap(now =>
        deps.receipts.claim(request, deps.newToken(), {
          now: instant(now),
          leaseUntil: instant(now + lease),
          expiresAt: instant(now + day),
        }),
      ),
      TE.flatMap((claimed): TaskEither<ApiError, Reply> => {
        switch (claimed.kind) {
          case 'ours':
            return acting(deps, claimed.claim, asked, inSteps)(act, show)
          case 'answered': {
            const { headers, ...rest } = claimed.receipt
            return TE.right({ ...rest, headers: { ...headers, 'Idempotency-Replayed': 'true' } })
          }
          case 'running':
            return TE.left({ type: 'IdempotencyConflict' })
          case 'reused':
            return TE.left({ type: 'IdempotencyKeyReused' })
        }
      }),
    )

const acting =
  ({ receipts }: IdempotencyDeps, claim: Claim, asked: Asked, inSteps: boolean): Perform =>
  <Result>(act: TaskEither<ApiError, Result>, show: (result: Result) => Answer) =>
  async (): Promise<Either<ApiError, Reply>> => {
    let committed: { readonly result: unknown; readonly reply: Reply } | undefined
    const receiptOf = (result: unknown): Reply => {
      const reply = success(show(result as Result))
      committed = { result, reply }
      return reply
    }
    const outcome = await (inSteps ? act : receipts.accompany(claim, receiptOf, act))().catch(
      async (bug: unknown) => {
        await receipts.release(claim)()
        throw bug
      },
    )
    if (E.isLeft(outcome)) {
      if (isPassing(outcome.left)) {
        await receipts.release(claim)()
        return outcome
      }
      const reply = refusal(outcome.left, asked)
      // Told without being kept it might be told otherwise the next time.
      return pipe(
        await receipts.keep(claim, reply)(),
        E.map(() => reply),
      )
    }
    if (committed !== undefined) {
      if (committed.result === outcome.right) return E.right(committed.reply)
      throw new Error('What was committed is not what the act gave: the receipt is of something else')
    }
    // Nothing was committed, or in steps. Where it cannot be kept a retry does it again, which does no harm.
    const reply = success(show(outcome.right))
    await receipts.keep(claim, reply)()
    return E.right(reply)
  }

/** A refusal of this status is an answer, to be given again. */
export const isKept = (status: number): boolean => [404, 409, 412, 422, 423].includes(status)

/** What may be otherwise a moment later. */
export type OfTheMoment = StoreFailure | StaleWrite | Conflict | IdempotencyConflict

type IdempotencyConflict = Extract<HttpRefusal, { readonly type: 'IdempotencyConflict' }>

export const isOfTheMoment = (error: ApiError): error is OfTheMoment =>
  error.type === 'StoreFailure' ||
  error.type === 'StaleWrite' ||
  error.type === 'IdempotencyConflict' ||
  (error.type === 'Conflict' && error.transient === true)

/** What the request itself lacks takes no key, nor what may be otherwise a moment later. */
const isPassing = (error: ApiError): boolean => isOfTheMoment(error) || !isKept(refused(error).status)
