/** The only door to fp-ts: what the product uses of it, under the names the product uses. */
import type { Either } from 'fp-ts/lib/Either.js'
import { sequenceArray } from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

export * as E from 'fp-ts/lib/Either.js'
export * as TE from 'fp-ts/lib/TaskEither.js'
export { pipe } from 'fp-ts/lib/function.js'
export type { Either, TaskEither }

type Errors<Tasks extends readonly TaskEither<unknown, unknown>[]> =
  Tasks[number] extends TaskEither<infer E1, unknown> ? E1 : never

type Results<Tasks extends readonly TaskEither<unknown, unknown>[]> = {
  readonly [Index in keyof Tasks]: Tasks[Index] extends TaskEither<unknown, infer A> ? A : never
}

/**
 * What does not need one another: all are begun, and all have ended, so that a store far away is waited for once. In which order
 * they are done is not told; what must be locked in order is asked for in one (`Locks`).
 * @returns their results, or the first Left in the order they are named in
 */
export const together = <Tasks extends readonly TaskEither<unknown, unknown>[]>(
  ...tasks: Tasks
): TaskEither<Errors<Tasks>, Results<Tasks>> =>
  sequenceArray(tasks) as unknown as TaskEither<Errors<Tasks>, Results<Tasks>>
