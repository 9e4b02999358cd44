/** Writes of the test itself, beside a server that may be writing: SQLite refuses all writers but one. */
import { withRetries } from '../../../adapters/knex/retry.ts'
import { E } from '../../../core/shared/fp.ts'
import { right } from '../../support/world.ts'

/** Tried again while the database is busy, as the product does. */
export const patiently = <A>(write: () => PromiseLike<A>): Promise<A> =>
  right(withRetries<never, A>(async () => E.right(await write())))
