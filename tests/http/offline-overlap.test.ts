/** CIR-12: an operation whose copy or member others are at is told so, by itself; the list goes on, and its name stays free. */
import { expect } from 'chai'
import type { Persistence } from '../../app/persistence.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { backends } from '../support/backends.ts'
import type { Backend } from '../support/backends.ts'
import { rowsOf } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Work = Persistence['work']
type Stores = Parameters<Parameters<Work['run']>[0]>[0]

/** What others do between the look and the write, as the stores tell it, of one copy. */
type Overlap = (stores: Stores, copyId: number) => Stores

const overlaps: Readonly<Record<string, Overlap>> = {
  'has got another barcode whenever its lock is held': (stores, copyId) => ({
    ...stores,
    locks: {
      ...stores.locks,
      ofCopy: keys =>
        pipe(
          stores.locks.ofCopy(keys),
          TE.map(locked =>
            locked.copy.id === copyId ? { ...locked, copy: { ...locked.copy, barcode: 'OTHER' } } : locked,
          ),
        ),
    },
  }),
  'others give somebody at the same moment': (stores, copyId) => ({
    ...stores,
    copies: {
      ...stores.copies,
      save: (copy, transfer) =>
        copy.id === copyId ? TE.left(duplicateKey('book_copy_id')) : stores.copies.save(copy, transfer),
    },
  }),
  'was written over since it was read': (stores, copyId) => ({
    ...stores,
    copies: {
      ...stores.copies,
      save: (copy, transfer) =>
        copy.id === copyId ? TE.left(staleWrite('copy', copy.id)) : stores.copies.save(copy, transfer),
    },
  }),
}

for (const backend of backends) {
  describe(`offline circulation beside others on ${backend.name}`, () => {
    let world: World
    let seen: (stores: Stores) => Stores
    /** The library of the backend, seen through `seen`. */
    const beside: Backend = {
      ...backend,
      open: () => Promise.reject(new Error('Only a library that is filled already is seen through it')),
      openFilled: async (filling, now) => {
        const { library, made } = await backend.openFilled(filling, now)
        const work: Work = { run: what => library.work.run(stores => what(seen(stores))) }
        return { library: { ...library, work }, made }
      },
    }
    beforeEach(async () => {
      seen = stores => stores
      world = await aWorld({}, beside)
    })
    afterEach(closeAll)

    for (const [what, overlap] of Object.entries(overlaps)) {
      it(`CIR-12 a copy that ${what} is a conflict of its own, to be sent again`, async () => {
        const cardOf = async (id: number) => {
          const { data } = await world.call('GET', `/users/${id}`, { token: world.tokens.admin })
          return (data as { readonly library_card_number: string }).library_card_number
        }
        const operation = (name: string, barcode: string, library_card_number: string) => ({
          client_id: name,
          at: '2026-11-21T09:00:00Z',
          branch_id: world.here,
          type: 'checkout',
          barcode,
          library_card_number,
        })
        const operations = [
          operation('first', 'C-1', await cardOf(world.ids.user)),
          operation('second', 'C-2', await cardOf(world.ids.other)),
        ]
        const send = () =>
          world.call('POST', '/offline', { token: world.tokens.librarian, body: { operations } })

        seen = stores => overlap(stores, world.copies[0]!.id)
        const reply = await send()
        expect(reply.status, reply.text).to.equal(200)
        const [first, second] = rowsOf(reply)
        expect(first).to.include({ client_id: 'first', status: 'conflict', borrowing_id: null })
        expect(first!['error']).to.include({
          code: 'CONFLICT',
          message: 'Others were at the same copy or member; send it again',
        })
        expect(second).to.include({ client_id: 'second', status: 'applied' })

        seen = stores => stores
        const again = await send()
        expect(rowsOf(again).map(({ status }) => status)).to.deep.equal(['applied', 'duplicate'])
      })
    }
  })
}
