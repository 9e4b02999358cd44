import { expect } from 'chai'
import type { KeptOutcome, OfflineOperation } from '../../core/circulation/offline.ts'
import { changed } from '../../core/shared/changed.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import type { CopyId, LoanId } from '../../core/shared/id.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import { conflict, notFound } from '../../core/shared/refusal.ts'
import type { Available, Copy, InTransit } from '../../core/circulation/copy.ts'
import { transferBetween } from '../../core/circulation/transfer.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { bySystem, noon, returned } from '../support/builders.ts'
import { aLibrary, done, lendTo } from '../support/world.ts'

const operation = (some: Partial<OfflineOperation> = {}): OfflineOperation =>
  ({
    clientId: 'desk 1',
    at: noon,
    type: 'return',
    branchId: id(1),
    barcode: 'C-1',
    ...some,
  }) as OfflineOperation

const verdicts = [
  {
    rule: 'same-title',
    verdict: 'fail',
    kind: 'blocker',
    message: 'The member must not have another copy of the same title on loan',
    limit: 1,
    actual: 1,
  },
] as const

const applied = (loanId: LoanId | null): KeptOutcome => ({
  status: 'applied',
  loanId,
  alreadyReturned: true,
  inHouseUse: true,
  nextStep: { action: 'hold', branchId: id(2), reservationId: id(7) },
  overridden: ['loan-limit'],
  warnings: [...verdicts],
})

const outcomes: readonly KeptOutcome[] = [
  applied(null),
  { ...applied(null), nextStep: null, overridden: [], warnings: [] } as KeptOutcome,
  { status: 'refused', error: notFound('copy', 'C-1') },
  { status: 'refused', error: notFound('branch', 9) },
  { status: 'refused', error: { type: 'CheckoutRefused', verdicts } },
  { status: 'conflict', error: { type: 'CopyNotAvailable', copyId: id(3), verdicts } },
  { status: 'conflict', error: { type: 'ReturnRefused', verdicts } },
  { status: 'conflict', error: conflict('It was lent later', { borrowing_id: 8, borrow_date: null }) },
]

const settled = (library: OpenLibrary, one: OfflineOperation, outcome: KeptOutcome) =>
  done(library, ({ offlineOperations }) =>
    pipe(
      offlineOperations.claim(one),
      TE.tap(() => offlineOperations.settle(one, outcome)),
    ),
  )

const claimed = (library: OpenLibrary, one: OfflineOperation) =>
  done(library, ({ offlineOperations }) => offlineOperations.claim(one))

const later = (library: OpenLibrary, copyId: CopyId, at: Instant, except: LoanId | null = null) =>
  done(library, ({ offlineOperations }) =>
    offlineOperations.laterActOn(copyId, at, plusMinutes(noon, 60 * 24 * 30), except),
  )

onEveryBackend('offline operations', opened => {
  it('are claimed once, and tell from then on what became of them', async () => {
    const { library } = opened
    for (const [index, outcome] of outcomes.entries()) {
      const one = operation({ clientId: `desk ${index}`, at: plusMinutes(noon, index) })
      expect(await settled(library, one, outcome)).to.equal(null)
      const { clientId: _name, ...facts } = one
      expect(await claimed(library, operation({ clientId: one.clientId, barcode: 'C-9' }))).to.deep.equal({
        operation: facts,
        outcome,
      })
    }
  })

  it('tell names apart that differ in nothing but case', async () => {
    const { library } = opened
    await settled(library, operation({ clientId: 'a' }), applied(null))
    expect(await settled(library, operation({ clientId: 'A' }), applied(null))).to.equal(null)
  })

  it('leave the name free when the unit of work is undone', async () => {
    const { library } = opened
    await library.work.run(({ offlineOperations }) =>
      pipe(
        offlineOperations.claim(operation()),
        TE.flatMap(() => offlineOperations.settle(operation(), applied(null))),
        TE.flatMap(() => TE.left('undone')),
      ),
    )()
    expect(await settled(library, operation(), applied(null))).to.equal(null)
  })

  it('claimed at the same time by several, one has it and the others hear what became of it', async () => {
    const { library } = opened
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        done(library, ({ offlineOperations }) =>
          pipe(
            offlineOperations.claim(operation()),
            TE.tap(kept =>
              kept === null ? offlineOperations.settle(operation(), applied(null)) : TE.right(undefined),
            ),
          ),
        ),
      ),
    )
    expect(answers.filter(kept => kept === null)).to.have.length(1)
    for (const kept of answers) {
      if (kept !== null) expect(kept.outcome).to.deep.equal(applied(null))
    }
  })

  it('know the last thing that happened to a copy after an instant', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const [copyId, other] = world.copyIds as [CopyId, CopyId]
    expect(await later(library, copyId, plusMinutes(noon, -1))).to.equal(null)
    const loan = await lendTo(library, world)
    expect(await later(library, copyId, plusMinutes(noon, -1))).to.deep.equal({
      loanId: loan.id,
      done: 'lent',
      at: noon,
    })
    // Not later: at the same moment.
    expect(await later(library, copyId, noon)).to.equal(null)
    expect(await later(library, other, plusMinutes(noon, -1))).to.equal(null)
    expect(await later(library, copyId, plusMinutes(noon, -1), loan.id)).to.equal(null)

    // In the book drop after ten minutes, scanned after an hour.
    const back = { ...returned(loan, plusMinutes(noon, 10)), scannedAt: plusMinutes(noon, 60) }
    await done(library, ({ loans }) => loans.save(changed(back), bySystem))
    const scanned = { loanId: loan.id, done: 'returned', at: plusMinutes(noon, 60) }
    expect(await later(library, copyId, plusMinutes(noon, -1))).to.deep.equal(scanned)
    expect(await later(library, copyId, plusMinutes(noon, 30))).to.deep.equal(scanned)
    expect(await later(library, copyId, plusMinutes(noon, 60))).to.equal(null)
  })

  it('count a return that was made offline by when the desk made it, not by when it was sent', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const [copyId] = world.copyIds as [CopyId]
    const loan = await lendTo(library, world)
    const back = { ...returned(loan, plusMinutes(noon, 10)), scannedAt: plusMinutes(noon, 60) }
    await done(library, ({ loans }) => loans.save(changed(back), bySystem))
    await settled(library, operation({ at: plusMinutes(noon, 10) }), applied(loan.id))
    expect(await later(library, copyId, plusMinutes(noon, 5))).to.deep.equal({
      loanId: loan.id,
      done: 'returned',
      at: plusMinutes(noon, 10),
    })
    expect(await later(library, copyId, plusMinutes(noon, 10))).to.equal(null)
  })

  it('know what was done to a copy without a loan: used in the house, sent, arrived', async () => {
    const { library } = opened
    const world = await aLibrary(library, { copies: 2 })
    const [copyId, travels] = world.copyIds as [CopyId, CopyId]
    const scanned = (at: Instant) => ({ done: 'scanned', at })
    const use = { copyId, branchId: world.branchId, usedAt: plusMinutes(noon, 5), librarianId: null }
    await done(library, ({ inHouseUses }) => inHouseUses.add(changed(use), bySystem))
    expect(await later(library, copyId, noon)).to.deep.equal(scanned(plusMinutes(noon, 5)))
    expect(await later(library, copyId, plusMinutes(noon, 5))).to.equal(null)

    const move = (at: Instant, change: (copy: Copy) => Copy) =>
      done(library, ({ copies }) =>
        pipe(
          copies.get(travels),
          TE.flatMap(before => {
            const after = change(before)
            const how = { act: bySystem, at, place: world.branchId, reservationId: null }
            return copies.save(after, transferBetween(before, after, how))
          }),
        ),
      )
    await move(plusMinutes(noon, 10), copy => ({
      ...(copy as Available),
      status: 'in_transit',
      destination: world.branchId,
    }))
    expect(await later(library, travels, noon)).to.deep.equal(scanned(plusMinutes(noon, 10)))
    await move(plusMinutes(noon, 20), ({ ...copy }) => {
      const { destination: _there, ...rest } = copy as InTransit
      return { ...rest, status: 'available' }
    })
    expect(await later(library, travels, plusMinutes(noon, 10))).to.deep.equal(scanned(plusMinutes(noon, 20)))
    expect(await later(library, copyId, plusMinutes(noon, 5))).to.equal(null)
    // What happens at this very moment is the operation's own.
    const own = await done(library, ({ offlineOperations }) =>
      offlineOperations.laterActOn(travels, plusMinutes(noon, 10), plusMinutes(noon, 20), null),
    )
    expect(own).to.equal(null)
  })
})
