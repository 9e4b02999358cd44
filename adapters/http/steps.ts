/**
 * A request that is done in steps, each a unit of work of its own. Under an Idempotency-Key each step has a receipt too, committed with
 * its effect: a retry after a crash does again nothing that was done, and goes on where it ended.
 */
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { KeyedRequest } from '../../core/shared/receipts.ts'
import type { ApiError } from './answer.ts'
import type { IdempotencyDeps } from './deps.ts'
import { isOfTheMoment, once } from './idempotency.ts'
import type { OfTheMoment } from './idempotency.ts'
import { plainly } from './perform.ts'
import type { Perform } from './perform.ts'
import { refusal } from './present.ts'
import type { Asked } from './present.ts'
import type { Answer } from './success.ts'

/** What one step was answered, in the envelope of API-1: its data, or the error that it alone was refused with. */
export type Outcome =
  | { readonly success: true; readonly data: unknown; readonly meta: unknown }
  | { readonly success: false; readonly error: unknown }

/**
 * What passes ends the whole request, for its retry to go on; any other refusal is the outcome of this step alone.
 * @param name of the step, another for each of a request
 */
export type Step = <Result>(
  name: string,
  act: TaskEither<ApiError, Result>,
  show: (result: Result) => Answer,
) => TaskEither<OfTheMoment, Outcome>

/** Whatever the client accepts: what a step was told stands inside of another answer. */
const asked: Asked = { accept: 'application/json', path: '' }

const stepping =
  (performAs: (name: string) => Perform, ends: (error: OfTheMoment) => boolean): Step =>
  (name, act, show) =>
    pipe(
      performAs(name)(act, show),
      TE.orElse(error =>
        isOfTheMoment(error) && ends(error) ? TE.left(error) : TE.right(refusal(error, asked)),
      ),
      TE.map(({ body }) => JSON.parse(body) as Outcome),
    )

/** Without a key nothing can go on where it ended: what was done must be told, and a store that is away alone ends it. */
export const plainSteps: Step = stepping(
  () => plainly,
  ({ type }) => type === 'StoreFailure',
)

/** The key of a step is made of the request's, and of no text that a client could send as one. */
export const stepsUnder = (deps: IdempotencyDeps, request: KeyedRequest): Step =>
  stepping(
    name =>
      once(deps, {
        request: { ...request, key: `step ${deps.fingerprint(JSON.stringify([request.key, name]))}` },
        asked,
        inSteps: false,
      }),
    () => true,
  )
