/** What a checkout locks changes while it waits for that row and no other: what it answers then shows that it took the lock. */
import { expect } from 'chai'
import type { Knex } from 'knex'
import { lendTo } from '../../support/world.ts'
import { refusalOf } from './ask.ts'
import { overlapping } from './overlap.ts'
import type { Overlap } from './overlap.ts'
import { patiently } from './patiently.ts'
import type { Race, Track } from './race.ts'

interface Meddling {
  readonly title: string
  readonly row: (copyId: number, memberId: number) => Overlap['row']
  readonly becomes: object
  readonly was: object
  readonly answer: string
}

const change = (tables: Knex, { table, id }: Overlap['row'], fields: object) =>
  tables(table)
    .where({ id })
    .update({ ...fields, version: tables.raw('version + 1') })

const meddling = ({ title, row, becomes, was, answer }: Meddling): Race => ({
  title,
  setUp: async track => {
    const { id: memberId } = await track.join(`meddled.${row(0, 0).table}`)
    const { copyIds } = await track.newBook(1)
    return async round => {
      const held = row(copyIds[0]!, memberId)
      const meanwhile = async (holder: Knex.Transaction): Promise<void> => {
        await change(holder, held, becomes)
      }
      const told = await overlapping(track.tables, { row: held, waiting: 1, meanwhile }, () =>
        lend(track, round, memberId, copyIds[0]!),
      )
      expect(`${told.status} ${refusalOf(told)}`).to.equal(answer)
      await change(track.tables.write, held, was)
      return [told]
    }
  },
})

const lend = ({ desk }: Track, round: number, user_id: number, book_copy_id: number) =>
  desk(round, 'POST', '/borrowings', { user_id, book_copy_id })

/** For Postgres: SQLite's writer holds all rows at once. */
export const meddlings: readonly Race[] = [
  meddling({
    title: 'a copy taken for repair while its checkout waits for the copy alone: 409',
    row: copyId => ({ table: 'book_copies', id: copyId }),
    becomes: { status: 'maintenance' },
    was: { status: 'available' },
    answer: '409 COPY_NOT_AVAILABLE copy-status',
  }),
  meddling({
    title: 'a member suspended while his checkout waits for him alone: 422',
    row: (_copyId, memberId) => ({ table: 'users', id: memberId }),
    becomes: { status: 'suspended' },
    was: { status: 'active' },
    answer: '422 CHECKOUT_REFUSED member-status',
  }),
]

export const openLoanIndex: Race = {
  title: 'an open loan of which the copy does not know: the database refuses a second one, 409',
  setUp: async track => {
    const { id: memberId } = await track.join('late')
    const { id: other } = await track.join('unknown')
    const { bookId, copyIds } = await track.newBook(1)
    return async round => {
      const { id } = await lendTo(track.library, {
        ...track.world,
        bookId,
        copyIds,
        memberIds: [other],
      })
      const told = await lend(track, round, memberId, copyIds[0]!)
      // All rules were content: it is the index that speaks.
      expect(`${told.status} ${refusalOf(told)}`).to.equal('409 COPY_NOT_AVAILABLE')
      await patiently(() => track.tables.write('borrowings').where({ id }).del())
      return [told]
    }
  },
}
