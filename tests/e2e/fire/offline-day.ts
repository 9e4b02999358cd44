/** What a desk did while it was offline: each copy was lent, and came back. */
import type { Database } from '../../../adapters/knex/database.ts'
import type { Member } from '../../../core/members/member.ts'
import { dataOf } from './ask.ts'
import type { Answer } from './ask.ts'

const minute = 60_000

/** A checkout and a return of each copy within the last hours. */
export const anOfflineDay = async (
  { tables }: { readonly tables: Database },
  name: string,
  { cardNumber }: Pick<Member, 'cardNumber'>,
  copyIds: readonly number[],
  branch_id: number,
): Promise<readonly object[]> => {
  const copies = await tables
    .read('book_copies')
    .whereIn('id', [...copyIds])
    .orderBy('id')
    .select<{ barcode: string }[]>('barcode')
  const begun = Date.now() - 4 * copies.length * minute
  return copies.flatMap(({ barcode }, index) => {
    const at = (minutes: number) => new Date(begun + (2 * index + minutes) * minute).toISOString()
    const operation = { barcode, branch_id }
    return [
      {
        ...operation,
        client_id: `${name} ${index} out`,
        at: at(0),
        type: 'checkout',
        library_card_number: cardNumber,
      },
      { ...operation, client_id: `${name} ${index} back`, at: at(1), type: 'return' },
    ]
  })
}

export interface OfflineAnswer {
  readonly status: string
  readonly first_status: string | null
  readonly borrowing_id: number | null
}

export const answersOf = (answer: Answer): readonly OfflineAnswer[] =>
  dataOf(answer) as unknown as readonly OfflineAnswer[]
