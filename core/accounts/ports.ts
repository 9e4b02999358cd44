/** What accounts need of a store, inside a unit of work. */
import type { TaskEither } from '../shared/fp.ts'
import type { Act } from '../identity/actor.ts'
import type { Changed } from '../shared/changed.ts'
import type { DuplicateKey } from '../shared/unit-of-work.ts'
import type { FineCharged } from './events.ts'
import type { Fine } from './fine.ts'

export interface Fines {
  /**
   * Writes a new fine, its entries and its events.
   * @returns `DuplicateKey` when something was charged under its key already
   */
  add(fine: Changed<Fine, FineCharged>, act: Act): TaskEither<DuplicateKey, void>
}
