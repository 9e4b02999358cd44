import { expect } from 'chai'
import type { Copy } from '../../core/circulation/copy.ts'
import { lend } from '../../core/circulation/copy.ts'
import type { Lendable } from '../../core/circulation/copy.ts'
import { makeReady, place } from '../../core/circulation/reservation.ts'
import { changed } from '../../core/shared/changed.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { CopyId } from '../../core/shared/id.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { bySystem, daysAfter, noon, returned, zone } from '../support/builders.ts'
import { addBook, aLibrary, done, lendTo, right } from '../support/world.ts'

const change = (library: OpenLibrary, copyId: CopyId, to: (copy: Copy) => Copy) =>
  done(library, ({ copies }) =>
    pipe(
      copies.get(copyId),
      TE.flatMap(copy => copies.save(to(copy), null)),
    ),
  )

const long = daysAfter(noon, -1000)

onEveryBackend('what is known of copies to come', opened => {
  it('is what stands free, is out, or is set aside; not what is damaged, lost or away', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 6, members: 2 })
    const [free, out, kept, damaged, missing, withdrawn] = world.copyIds
    const loan = await lendTo(library, world, { copyId: out! })
    await change(library, out!, copy => lend(copy as Lendable, loan.id))
    const wanted = place({
      id: await right(library.ids.next('reservation')),
      memberId: world.memberIds[1]!,
      bookId: world.bookId,
      branchId: world.branchId,
      reservedAt: noon,
      priority: 0,
      expiresOn: null,
      queueUntil: null,
    })
    await done(library, ({ reservations }) =>
      pipe(
        reservations.save(wanted, bySystem),
        TE.flatMap(waiting => reservations.save(makeReady(waiting, kept!, null, noon), bySystem)),
      ),
    )
    await change(library, damaged!, copy => ({ ...copy, condition: 'damaged' }))
    await change(library, missing!, copy => ({ ...copy, status: 'missing' }))
    await change(library, withdrawn!, copy => ({ ...copy, status: 'withdrawn' }))
    expect(free).to.be.a('number')
    const here = { branchId: world.branchId, loanCategory: 'book', loan: null, setAside: false }
    const { dueAt, overdueFrom } = loan
    const known = await done(library, ({ supplies }) => supplies.of([world.bookId], long))
    expect([...known]).to.deep.equal([
      [
        world.bookId,
        {
          coming: [
            here,
            { ...here, loan: { dueAt, overdueFrom, zone: zone('Europe/Berlin') } },
            { ...here, setAside: true },
          ],
          lateReturns: [],
        },
      ],
    ])
  })

  it('tells of loans that came back late, lent since then, of several titles at once', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const other = await addBook(library, world, {}, 1)
    const cameBack = async (after: number, some: Parameters<typeof lendTo>[2] = {}) => {
      const loan = await lendTo(library, world, some)
      await done(library, ({ loans }) =>
        loans.save(changed(returned(loan, daysAfter(loan.borrowedAt, after))), bySystem),
      )
      return { dueAt: loan.dueAt, returnedAt: daysAfter(loan.borrowedAt, after), zone: zone('Europe/Berlin') }
    }
    await cameBack(20)
    const punctual = await cameBack(21)
    const late = await cameBack(30, { borrowedAt: daysAfter(noon, 1) })
    await cameBack(40, { borrowedAt: daysAfter(noon, -1) })
    const elsewhere = await cameBack(25, { bookId: other.bookId, copyId: other.copyIds[0]! })
    const known = await done(library, ({ supplies }) =>
      supplies.of([world.bookId, other.bookId, id(99)], noon),
    )
    expect([...known].map(([book, { lateReturns }]) => [book, lateReturns])).to.deep.equal([
      // With the very moment it is overdue.
      [world.bookId, [punctual, late]],
      [other.bookId, [elsewhere]],
      [99, []],
    ])
  })
})
