/** Ids that are taken before the row is made. */
import { TE } from '../../core/shared/fp.ts'
import type { Ids } from '../../core/shared/id.ts'
import type { Database } from './database.ts'

export const ids = ({ nextId }: Database): Ids => ({ next: kind => TE.fromIO(() => nextId(kind)) })
