import { expect } from 'chai'
import { putOnShelf } from '../../core/circulation/use-cases/put-on-shelf.ts'
import { actBy, anonymous, kiosk } from '../../core/identity/actor.ts'
import type { Actor } from '../../core/identity/actor.ts'
import type { BookId } from '../../core/shared/id.ts'
import { id as idOf } from '../../core/shared/id.ts'
import type { Zone } from '../../core/shared/local-time.ts'
import { conflict } from '../../core/shared/refusal.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { Opened } from '../support/backends.ts'
import { aBranch, aCopy, anAuthor } from '../support/builders.ts'
import { addBook, aLibrary, done, left, right } from '../support/world.ts'

const put = ({ library, clock }: Opened, title: string, author: string, actor: Actor = kiosk) =>
  putOnShelf({
    work: library.work,
    branches: library.queries.branches,
    clock: { now: () => clock.now },
  })({ act: actBy(actor), title, author })

const onePage = { sort: [], limit: 100, at: { kind: 'page' as const, page: 1 } }

const copiesOf = async ({ library }: Opened, bookId: BookId) =>
  (await right(library.queries.circulation.copiesOf(bookId, onePage))).rows

onEveryBackend('a book that is put on the shelf', opened => {
  const branches = async (...names: readonly string[]) => {
    for (const name of names) await done(opened.library, stores => stores.branches.add(aBranch({ name })))
  }

  it('is in the catalogue with one free copy in the first branch, by the name of its author', async () => {
    // The second by name: the first is the one of the lowest id.
    await branches('Zoo', 'Abbey')
    const shelved = await right(put(opened, 'Kindred', 'Octavia E. Butler'))
    expect(shelved).to.deep.equal({ id: 1, title: 'Kindred', author: 'Octavia E. Butler' })
    const shown = await right(opened.library.queries.catalogue.book(shelved.id))
    expect(shown.book.details).to.include({ title: 'Kindred', isbn13: null, publicationYear: null })
    expect(shown.authors.map(({ name }) => name)).to.deep.equal(['Octavia E. Butler'])
    expect(shown.holdings).to.deep.equal({ total: 1, available: 1, circulating: 0 })
    const author = await right(opened.library.queries.catalogue.author(shown.authors[0]!.id))
    expect(author.details).to.include({ firstName: 'Octavia E.', lastName: 'Butler' })
    const [copy, ...others] = await copiesOf(opened, shelved.id)
    expect(copy).to.include({ branchId: 1, barcode: 'K-1', status: 'available', copyNumber: 1 })
    expect(others).to.deep.equal([])
  })

  it('is in the audit with its copy, and its author when he is new', async () => {
    await branches('Here')
    await right(put(opened, 'Kindred', 'Octavia E. Butler'))
    await right(put(opened, 'Dawn', 'Octavia E. Butler'))
    const { rows } = await right(
      opened.library.queries.audit.records({}, { ...onePage, sort: [{ field: 'id', direction: 'asc' }] }),
    )
    expect(rows.map(({ action, actorRole }) => `${action} by ${actorRole}`)).to.deep.equal(
      ['author.created', 'book.created', 'copy.created', 'book.created', 'copy.created'].map(
        action => `${action} by kiosk`,
      ),
    )
  })

  it('came in on the day that it is at the branch', async () => {
    await done(opened.library, stores =>
      stores.branches.add(aBranch({ timeZone: 'Pacific/Kiritimati' as Zone })),
    )
    const { id } = await right(put(opened, 'Tomorrow', 'Ann'))
    const [copy] = await copiesOf(opened, id)
    // At noon in UTC it is two at night there.
    expect(copy!.acquisitionDate).to.equal('2026-03-03')
  })

  it('may come twice, and has the oldest author of that name, however it is written', async () => {
    await branches('Here')
    const [elder] = await done(opened.library, ({ loading }) =>
      loading.addAuthors([
        anAuthor({ firstName: 'Gabriel', lastName: 'García' }),
        anAuthor({ firstName: 'Gabriel', lastName: 'Garcia' }),
      ]),
    )
    const first = await right(put(opened, 'Twice', 'gabriel  garcia'))
    const second = await right(put(opened, 'Twice', 'Gabriel Garcia'))
    expect(first.author).to.equal('Gabriel García')
    expect(second).to.deep.equal({ ...first, id: second.id })
    expect(second.id).not.to.equal(first.id)
    const shown = await right(opened.library.queries.catalogue.book(second.id))
    expect(shown.authors.map(({ id }) => id)).to.deep.equal([elder])
  })

  it('takes the next barcode where people have given away its own', async () => {
    const world = await aLibrary(opened.library, { copies: 0 })
    // The next book takes the next id.
    const before = await addBook(opened.library, world)
    for (const barcode of [`K-${String(before.bookId + 1)}`, `K-${String(before.bookId + 1)}-2`]) {
      await done(opened.library, ({ copies }) =>
        copies.add({
          ...aCopy({ bookId: world.bookId, branchId: world.branchId, barcode }),
          copyNumber: null,
        }),
      )
    }
    const { id } = await right(put(opened, 'Third', 'Ann'))
    expect(id).to.equal(before.bookId + 1)
    expect((await copiesOf(opened, id)).map(({ barcode }) => barcode)).to.deep.equal([`K-${String(id)}-3`])
  })

  it('has nowhere to stand in a library without a branch, and leaves nothing behind', async () => {
    expect(await left(put(opened, 'Nowhere', 'Nobody'))).to.deep.equal(
      conflict('The library has no branch to put a book in'),
    )
    expect((await right(opened.library.queries.catalogue.authors({}, onePage))).rows).to.deep.equal([])
  })

  it('is not there, nor its author, where its copy could not be added', async () => {
    await branches('Here')
    const putting = putOnShelf({
      work: opened.library.work,
      branches: opened.library.queries.branches,
      clock: {
        // Asked for when the book has been added, and its copy not yet.
        now: () => {
          throw new Error('The clock stood still')
        },
      },
    })({ act: actBy(kiosk), title: 'Half', author: 'Ann' })
    expect(await putting().catch(String)).to.include('The clock stood still')
    expect((await right(opened.library.queries.catalogue.books({}, onePage))).rows).to.deep.equal([])
    expect((await right(opened.library.queries.catalogue.authors({}, onePage))).rows).to.deep.equal([])
  })

  it('is for the kiosk and the staff to put there', async () => {
    await branches('Here')
    expect(await left(put(opened, 'Not mine', 'Ann', anonymous))).to.deep.equal({
      type: 'PermissionDenied',
      permission: 'catalogue:write',
    })
    const manager: Actor = {
      kind: 'member',
      memberId: idOf<'member'>(1),
      role: 'branch_manager',
      branchId: idOf<'branch'>(404),
    }
    expect(await left(put(opened, 'Not here', 'Ann', manager))).to.deep.equal({
      type: 'PermissionDenied',
      permission: 'copy:write',
    })
    expect((await right(opened.library.queries.catalogue.books({}, onePage))).rows).to.deep.equal([])
  })
})
