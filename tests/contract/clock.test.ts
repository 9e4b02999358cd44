import { expect } from 'chai'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { onEveryBackend } from '../support/backends.ts'
import { bySystem, daysAfter, noon } from '../support/builders.ts'
import { aLibrary, done, left, right } from '../support/world.ts'
import { open } from '../../core/circulation/loan.ts'
import { aLoan } from '../support/builders.ts'

onEveryBackend('the setting of the clock', opened => {
  const offset = () => right(opened.library.queries.clock.offset())

  it('of a new library is none', async () => {
    expect(await offset()).to.be.null
    expect(await done(opened.library, ({ clockSetting }) => clockSetting.get())).to.be.null
  })

  it('is kept to the millisecond, ahead or behind, and taken away', async () => {
    for (const set of [12_345_678_901, 0, -1, null]) {
      await done(opened.library, ({ clockSetting }) => clockSetting.set(set))
      expect(await offset()).to.equal(set)
      expect(await done(opened.library, ({ clockSetting }) => clockSetting.get())).to.equal(set)
    }
  })

  it('is not changed by what was undone', async () => {
    await left(
      opened.library.work.run(({ clockSetting }) =>
        pipe(
          clockSetting.set(5),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
    )
    expect(await offset()).to.be.null
  })

  it('is set by one after another', async () => {
    const later = opened.library.work.run(({ clockSetting }) =>
      pipe(
        clockSetting.get(),
        TE.tapTask(() => () => new Promise<void>(resolve => setTimeout(resolve, 20))),
        TE.flatMap(found => clockSetting.set((found ?? 0) + 1)),
      ),
    )
    const results = await Promise.all([later(), later(), later()])
    expect(results.filter(E.isLeft)).to.deep.equal([])
    expect(await offset()).to.equal(3)
  })
})

onEveryBackend('the latest thing that happened', opened => {
  const latest = () => done(opened.library, ({ clockSetting }) => clockSetting.latestEvent())

  it('is nothing in a library where nothing did', async () => {
    expect(await latest()).to.be.null
  })

  it('is the latest in library time, whenever it was written down', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 3 })
    const lend = async (days: number, place: number) => {
      const id = await right(library.ids.next('loan'))
      const loan = aLoan({
        id,
        memberId: world.memberIds[0]!,
        copyId: world.copyIds[place]!,
        bookId: world.bookId,
        branchId: world.branchId,
        borrowedAt: daysAfter(noon, days),
      })
      const due = { dueAt: loan.dueAt, overdueFrom: loan.overdueFrom, calendarIgnored: false }
      await done(library, ({ loans }) => loans.save(open(loan, due), bySystem))
    }
    await lend(400, 0)
    await lend(-400, 1)
    await lend(3, 2)
    expect(await latest()).to.equal(daysAfter(noon, 400))
  })
})
