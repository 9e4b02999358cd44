/** Which version of a thing a change is meant for: nobody writes over what he has not seen. */
import { E } from './fp.ts'
import type { Either } from './fp.ts'
import type { Resource } from './refusal.ts'

/** Whoever changes something, and what he believes to change. */
export interface Expecting {
  /** Any of these versions (If-Match); null: whatever is there. */
  readonly expects: readonly number[] | null
}

/** It was changed since it was read. */
export interface VersionMismatch {
  readonly type: 'VersionMismatch'
  readonly resource: Resource
  readonly id: number
  /** The one that is there now. */
  readonly version: number
}

/**
 * Asked of what the locking `get` gave, once it is known that the caller may change it and before anything is asked
 * about its state.
 */
export const asExpected = (
  { expects }: Expecting,
  resource: Resource,
  { id, version }: { readonly id: number; readonly version: number },
): Either<VersionMismatch, void> =>
  expects === null || expects.includes(version)
    ? E.right(undefined)
    : E.left({ type: 'VersionMismatch', resource, id, version })
