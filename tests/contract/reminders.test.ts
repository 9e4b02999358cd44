import { expect } from 'chai'
import { claim, remind } from '../../core/circulation/loan.ts'
import type { OpenLoan } from '../../core/circulation/loan.ts'
import { changed } from '../../core/shared/changed.ts'
import type { LoanId } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { Zone } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { bySystem, daysAfter, noon, returned, someTerms } from '../support/builders.ts'
import { aLibrary, done, lendTo, right } from '../support/world.ts'

const berlin = 'Europe/Berlin' as Zone
const tokyo = 'Asia/Tokyo' as Zone

/** Overdue from the second to the sixth day on, the third one in Tokyo. */
const fiveLoans = async (library: OpenLibrary): Promise<readonly OpenLoan[]> => {
  const world = await aLibrary(library, { copies: 5 })
  const loans: OpenLoan[] = []
  for (const [index, copyId] of world.copyIds.entries()) {
    loans.push(
      await lendTo(library, world, {
        bookId: world.bookId,
        copyId,
        borrowedAt: noon,
        dueAt: instant(daysAfter(noon, 2 + index) - 1000),
        overdueFrom: daysAfter(noon, 2 + index),
        terms: { ...someTerms(world.branchId), zone: index === 2 ? tokyo : berlin },
      }),
    )
  }
  return loans
}

onEveryBackend('the reminders of due dates (R5.3)', opened => {
  const dueSoon = (
    from: number,
    until: number,
    { zone = berlin, after = null as LoanId | null, limit = 10 } = {},
  ) =>
    right(
      opened.library.queries.reminders.dueSoon(
        { zone, now: daysAfter(noon, from), until: daysAfter(noon, until) },
        after,
        limit,
      ),
    )
  const zonesDue = async (from: number, until: number) =>
    [
      ...(await right(
        opened.library.queries.reminders.zonesDue(daysAfter(noon, from), daysAfter(noon, until)),
      )),
    ].sort()
  const save = (loan: Parameters<typeof remind>[0]) =>
    done(opened.library, ({ loans }) => loans.save(remind(loan, noon), bySystem))

  it('tell what is due in a zone, page by page', async () => {
    const [first, second, third, fourth, fifth] = (await fiveLoans(opened.library)).map(({ id }) => id)
    expect(await dueSoon(0, 9)).to.deep.equal([first, second, fourth, fifth])
    expect(await dueSoon(0, 9, { zone: tokyo })).to.deep.equal([third])
    expect(await dueSoon(0, 9, { limit: 2 })).to.deep.equal([first, second])
    expect(await dueSoon(0, 9, { after: second!, limit: 2 })).to.deep.equal([fourth, fifth])
    // Due a second before it is overdue.
    expect(await dueSoon(0, 3)).to.deep.equal([first, second])
    expect(await dueSoon(2, 9)).to.deep.equal([second, fourth, fifth])
    expect(await dueSoon(0, 9, { zone: 'UTC' as Zone })).to.deep.equal([])
  })

  it('tell the zones in which something is due', async () => {
    await fiveLoans(opened.library)
    expect(await zonesDue(0, 3)).to.deep.equal([berlin])
    expect(await zonesDue(0, 9)).to.deep.equal([tokyo, berlin])
    expect(await zonesDue(3, 4)).to.deep.equal([tokyo])
    expect(await zonesDue(7, 9)).to.deep.equal([])
  })

  it('leave out what was reminded of, until it has another date', async () => {
    const [first, second, ...rest] = await fiveLoans(opened.library)
    const marked = await save(first!)
    expect(marked.remindedFor).to.equal(first!.dueAt)
    expect(await done(opened.library, ({ loans }) => loans.get(first!.id))).to.deep.equal(marked)
    expect(await dueSoon(0, 4)).to.deep.equal([second!.id])
    const { dueAt, overdueFrom } = rest[2]!
    const renewed = await done(opened.library, ({ loans }) =>
      loans.save(changed({ ...marked, dueAt, overdueFrom }), bySystem),
    )
    expect(await dueSoon(0, 9)).to.deep.equal([first!.id, second!.id, rest[1]!.id, rest[2]!.id])
    // Given back by an undo: it was reminded of this one.
    await done(opened.library, ({ loans }) =>
      loans.save(changed({ ...renewed, dueAt: first!.dueAt, overdueFrom: first!.overdueFrom }), bySystem),
    )
    expect(await dueSoon(0, 4)).to.deep.equal([second!.id])
  })

  it('leave out what is back, or said to be', async () => {
    const [first, second, , fourth, fifth] = await fiveLoans(opened.library)
    await done(opened.library, ({ loans }) => loans.save(changed(returned(first!, noon)), bySystem))
    await done(opened.library, ({ loans }) => loans.save(claim(fourth!, noon), bySystem))
    expect(await dueSoon(0, 9)).to.deep.equal([second!.id, fifth!.id])
    expect(await zonesDue(0, 3)).to.deep.equal([berlin])
    expect(await zonesDue(0, 2)).to.deep.equal([])
  })
})
