/** How the core says no. Every Left is one of these, and `adapters/http/answer.ts` has one row for each. */

/**
 * What one rule said, with its numbers, passed or failed. `limit` is what the rule allows, `actual` what it found;
 * null where the rule has no number. `kind`: nobody passes a `blocker`; an `overridable` gives way to a permission
 * and a reason; a `warning` refuses nothing.
 */
export interface Verdict {
  readonly rule: string
  readonly verdict: 'pass' | 'fail'
  readonly kind: 'blocker' | 'overridable' | 'warning'
  readonly message: string
  readonly limit: number | string | null
  readonly actual: number | string | null
}

export type Resource =
  | 'api_key'
  | 'author'
  | 'block'
  | 'book'
  | 'borrowing'
  | 'branch'
  | 'circulation_rules'
  | 'clock'
  | 'closure'
  | 'copy'
  | 'emergency_closure'
  | 'fine'
  | 'genre'
  | 'job'
  | 'permission'
  | 'publisher'
  | 'reservation'
  | 'session'
  | 'settings'
  | 'staff'
  | 'transfer'
  | 'user'

export interface NotFound {
  readonly type: 'NotFound'
  readonly resource: Resource
  /** What was asked for: an id, or the barcode or card number that names nothing. */
  readonly id: number | string
}

export const notFound = (resource: Resource, id: number | string): NotFound => ({
  type: 'NotFound',
  resource,
  id,
})

export interface PermissionDenied {
  readonly type: 'PermissionDenied'
  readonly permission: string
}

/** One fault of one field of the input. `code` is UPPER_SNAKE and part of the API's contract. */
export interface Fault {
  readonly field: string
  readonly code: string
  readonly message: string
}

export interface InvalidInput {
  readonly type: 'InvalidInput'
  readonly faults: readonly Fault[]
}

export const invalidInput = (field: string, code: string, message: string): InvalidInput => ({
  type: 'InvalidInput',
  faults: [{ field, code, message }],
})

/** There is such a thing already. */
export interface Duplicate {
  readonly type: 'Duplicate'
  readonly resource: Resource
  readonly field: string
  /** Ids of what it collides with, where they may be told. */
  readonly candidates: readonly number[]
}

export const duplicate = (
  resource: Resource,
  field: string,
  candidates: readonly number[] = [],
): Duplicate => ({
  type: 'Duplicate',
  resource,
  field,
  candidates,
})

/** Other things depend on it and must go first; the counts say which and how many. */
export interface HasDependents {
  readonly type: 'HasDependents'
  readonly resource: Resource
  readonly id: number
  readonly dependents: Readonly<Record<string, number>>
}

/** The thing's present state does not allow the move. */
export interface Conflict {
  readonly type: 'Conflict'
  readonly message: string
  readonly detail: Readonly<Record<string, number | string | null>>
  /** The very same may pass a moment later. */
  readonly transient?: true
}

export const conflict = (message: string, detail: Conflict['detail'] = {}): Conflict => ({
  type: 'Conflict',
  message,
  detail,
})
