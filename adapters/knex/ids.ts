/** Ids in blocks of a sequence that all processes share: one write a block, none an id. */
import { E, TE } from '../../core/shared/fp.ts'
import type { TaskEither } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { IdKind, Ids } from '../../core/shared/id.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'
import type { Database } from './database.ts'
import { withRetries } from './retry.ts'

const blockSize = 100

type Kind = IdKind | 'event'

export interface IdBlocks extends Ids {
  /** Several of a kind at once. What is not used is given back. */
  take(kind: Kind, count: number): TaskEither<StoreFailure, readonly number[]>
  giveBack(kind: Kind, unused: readonly number[]): void
}

export const idBlocks = (db: Database): IdBlocks => {
  const stock = new Map<Kind, number[]>()
  const refills = new Map<Kind, Promise<E.Either<StoreFailure, void>>>()

  const stockOf = (kind: Kind): number[] => {
    const held = stock.get(kind) ?? []
    stock.set(kind, held)
    return held
  }

  const fetchBlock = (kind: Kind): TaskEither<StoreFailure, void> =>
    withRetries(async () => {
      const rows = await db
        .write('id_blocks')
        .where({ kind })
        .increment('next_id', blockSize)
        .returning<{ next_id: number }[]>('next_id')
      const next = rows[0]?.next_id
      if (next === undefined) throw new Error(`There is no id block for ${kind}`)
      stockOf(kind).push(...Array.from({ length: blockSize }, (_, index) => next - blockSize + index))
      return E.right(undefined)
    })

  /** Callers at the same moment share one refill. */
  const refill = (kind: Kind): Promise<E.Either<StoreFailure, void>> => {
    const running =
      refills.get(kind) ??
      fetchBlock(kind)().finally(() => {
        refills.delete(kind)
      })
    refills.set(kind, running)
    return running
  }

  const take =
    (kind: Kind, count: number): TaskEither<StoreFailure, readonly number[]> =>
    async () => {
      while (stockOf(kind).length < count) {
        const filled = await refill(kind)
        if (filled._tag === 'Left') return filled
      }
      return E.right(stockOf(kind).splice(0, count))
    }

  return {
    take,
    giveBack: (kind, unused) => {
      stockOf(kind).unshift(...unused)
    },
    next: <Of extends IdKind>(kind: Of) =>
      TE.map((taken: readonly number[]) => id<Of>(taken[0] as number))(take(kind, 1)),
  }
}
