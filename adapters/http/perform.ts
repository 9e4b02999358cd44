/** How a request whose form is good is done and shown: see idempotency.ts for the other way. */
import { pipe, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import type { ApiError } from './answer.ts'
import { success } from './present.ts'
import type { Reply } from './present.ts'
import type { Answer } from './success.ts'

export type Perform = <Result>(
  act: TaskEither<ApiError, Result>,
  show: (result: Result) => Answer,
) => TaskEither<ApiError, Reply>

/** As often as it is sent. */
export const plainly: Perform = (act, show) =>
  pipe(
    act,
    TE.map(result => success(show(result))),
  )
