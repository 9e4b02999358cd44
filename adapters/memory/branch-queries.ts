/** Branches for display. */
import type {
  Branch,
  BranchQueries,
  BranchSort,
  ClosureRecord,
  ClosureSort,
} from '../../core/branches/ports.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { fold } from '../../core/shared/text.ts'
import { closuresOf } from './branches.ts'
import type { Database } from './database.ts'
import { pageOf } from './page.ts'
import type { SortValues } from './page.ts'

export const branchQueries = ({ tables }: Database): BranchQueries => ({
  branches: page => TE.fromIO(() => pageOf([...tables.branches.all()], page, sorting)),
  branch: id =>
    TE.fromIOEither(() => {
      const branch = tables.branches.find(id)
      return branch === undefined ? E.left(notFound('branch', id)) : E.right(branch)
    }),
  closures: (id, page) =>
    TE.fromIOEither(() =>
      tables.branches.find(id) === undefined
        ? E.left(notFound('branch', id))
        : E.right(pageOf(closuresOf(tables, id), page, closureSorting)),
    ),
})

const sorting: SortValues<Branch, BranchSort> = {
  id: ({ id }) => id,
  name: ({ details }) => fold(details.name),
  city: ({ details }) => (details.city === null ? null : fold(details.city)),
  created_at: ({ createdAt }) => createdAt,
}

const closureSorting: SortValues<ClosureRecord, ClosureSort> = {
  id: ({ id }) => id,
  from: ({ closure }) => closure.from,
  to: ({ closure }) => closure.to,
}
