/** What the `details` of errors hold. */
import * as t from 'io-ts'
import { VerdictView } from './circulation/verdict-view.ts'
import { integer, orNull } from './shapes.ts'

const Fault = t.strict({ field: t.string, code: t.string, message: t.string }, 'Fault')

/** One for each fault of the input. */
export const Faults = t.array(Fault)
export const FaultsOrNone = orNull(Faults)

/** One for each rule that failed. */
export const Verdicts = t.array(VerdictView)

const name = t.union([t.number, t.string])
export const Missing = t.strict({ resource: t.string, id: name })
export const Collision = t.strict({ resource: t.string, field: t.string, candidates: t.array(integer) })
export const Taken = t.strict({ field: t.string })
export const Dependents = t.strict({
  resource: t.string,
  id: integer,
  dependents: t.record(t.string, integer),
})
export const State = orNull(t.record(t.string, t.union([t.number, t.string, t.null])))
export const Version = t.strict({ resource: t.string, id: integer, version: integer })
export const Denied = t.strict({ permission: t.string })
export const Allowed = t.strict({ allow: t.array(t.string) })
export const Limit = t.strict({ limit: integer })
export const Rate = t.strict({ limit: integer, retry_after: integer })
export const Wait = t.strict({ retry_after: integer })
export const Traced = t.strict({ request_id: t.string })
