/**
 * Rows of reference data that people keep (authors, publishers, genres, branches): no rules of their own but who may
 * keep them and that nothing goes while something else depends on it.
 */
import { E, pipe, TE } from './fp.ts'
import type { Either, TaskEither } from './fp.ts'
import type { Instant } from './local-time.ts'
import type { HasDependents, InvalidInput, NotFound, PermissionDenied, Resource } from './refusal.ts'
import type { DuplicateKey, StaleWrite, StoreFailure, UnitOfWork } from './unit-of-work.ts'
import { asExpected } from './versions.ts'
import type { Expecting, VersionMismatch } from './versions.ts'

export interface Recorded<Key extends number, Details> {
  readonly id: Key
  readonly version: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly details: Details
}

/** How rows of one kind are kept, inside a unit of work. */
export interface Records<Key extends number, Details> {
  /** Locks the row for change. */
  get(id: Key): TaskEither<NotFound, Recorded<Key, Details>>
  /** Those of the ids that exist, in no order; no lock. */
  known(ids: readonly Key[]): TaskEither<never, readonly Recorded<Key, Details>[]>
  add(details: Details): TaskEither<DuplicateKey, Recorded<Key, Details>>
  /** @returns the row with its new version */
  save(row: Recorded<Key, Details>): TaskEither<StaleWrite | DuplicateKey, Recorded<Key, Details>>
  remove(id: Key): TaskEither<never, void>
  /** How many rows of which kind point to it; kinds with none are left out. */
  dependents(id: Key): TaskEither<never, Readonly<Record<string, number>>>
}

export type AddRecordError = PermissionDenied | InvalidInput | DuplicateKey | StoreFailure

export type ChangeRecordError =
  NotFound | PermissionDenied | VersionMismatch | InvalidInput | DuplicateKey | StaleWrite | StoreFailure

export type RemoveRecordError = NotFound | PermissionDenied | VersionMismatch | HasDependents | StoreFailure

/** What keeping one kind of row takes. */
export interface Keeping<Stores, Key extends number, Details, Caller> {
  readonly work: UnitOfWork<Stores>
  readonly resource: Resource
  readonly of: (stores: Stores) => Records<Key, Details>
  /** May the caller do this, to the row when there is one already? */
  readonly allowed: (
    by: Caller,
    doing: 'add' | 'change' | 'remove',
    id: Key | null,
  ) => Either<PermissionDenied, void>
  /** Tells the audit what became of a row, in the transaction of the change; null is "not there". */
  readonly record: (
    stores: Stores,
    by: Caller,
    change: { readonly id: Key; readonly before: Details | null; readonly after: Details | null },
  ) => TaskEither<never, void>
  /** What the details must satisfy beside the form of each field (they refer to rows that exist, no cycles …). */
  readonly check: (stores: Stores, details: Details, id: Key | null) => TaskEither<InvalidInput, void>
}

export const addRecord =
  <Stores, Key extends number, Details, Caller>(keeping: Keeping<Stores, Key, Details, Caller>) =>
  (command: {
    readonly by: Caller
    readonly details: Details
  }): TaskEither<AddRecordError, Recorded<Key, Details>> =>
    keeping.work.run(stores =>
      pipe(
        TE.fromEither(keeping.allowed(command.by, 'add', null)),
        TE.flatMap((): TaskEither<AddRecordError, void> => keeping.check(stores, command.details, null)),
        TE.flatMap((): TaskEither<AddRecordError, Recorded<Key, Details>> =>
          keeping.of(stores).add(command.details),
        ),
        TE.tap(({ id, details }) => keeping.record(stores, command.by, { id, before: null, after: details })),
      ),
    )

/** Fields that are left out stay. */
export const changeRecord =
  <Stores, Key extends number, Details, Caller extends Expecting>(
    keeping: Keeping<Stores, Key, Details, Caller>,
  ) =>
  (command: {
    readonly by: Caller
    readonly id: Key
    readonly changes: Partial<Details>
  }): TaskEither<ChangeRecordError, Recorded<Key, Details>> =>
    keeping.work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('row', () => keeping.of(stores).get(command.id)),
        TE.tap(() => TE.fromEither(keeping.allowed(command.by, 'change', command.id))),
        TE.tap(({ row }) => TE.fromEither(asExpected(command.by, keeping.resource, row))),
        TE.bindW('details', ({ row }) => TE.right<never, Details>({ ...row.details, ...command.changes })),
        TE.tap(({ details }): TaskEither<ChangeRecordError, void> =>
          keeping.check(stores, details, command.id),
        ),
        TE.tap(({ row, details }) =>
          keeping.record(stores, command.by, { id: row.id, before: row.details, after: details }),
        ),
        TE.flatMap(({ row, details }): TaskEither<ChangeRecordError, Recorded<Key, Details>> =>
          keeping.of(stores).save({ ...row, details }),
        ),
      ),
    )

export const removeRecord =
  <Stores, Key extends number, Details, Caller extends Expecting>(
    keeping: Keeping<Stores, Key, Details, Caller>,
  ) =>
  (command: { readonly by: Caller; readonly id: Key }): TaskEither<RemoveRecordError, void> =>
    keeping.work.run(stores =>
      pipe(
        TE.Do,
        TE.bindW('row', () => keeping.of(stores).get(command.id)),
        TE.tap(() => TE.fromEither(keeping.allowed(command.by, 'remove', command.id))),
        TE.tap(({ row }) => TE.fromEither(asExpected(command.by, keeping.resource, row))),
        TE.bindW('dependents', () => keeping.of(stores).dependents(command.id)),
        TE.tap(({ dependents }) =>
          TE.fromEither(
            Object.keys(dependents).length === 0
              ? E.right(undefined)
              : E.left<HasDependents>({
                  type: 'HasDependents',
                  resource: keeping.resource,
                  id: command.id,
                  dependents,
                }),
          ),
        ),
        TE.tap(({ row }) =>
          keeping.record(stores, command.by, { id: row.id, before: row.details, after: null }),
        ),
        TE.flatMap((): TaskEither<RemoveRecordError, void> => keeping.of(stores).remove(command.id)),
      ),
    )
