import { expect } from 'chai'
import { mayBringBack, nextStep, placeOf } from '../../../core/circulation/homecoming.ts'
import type { Homecoming, NextStep } from '../../../core/circulation/homecoming.ts'
import type { Settled } from '../../../core/circulation/hold-shelf.ts'
import { actBy, system } from '../../../core/identity/actor.ts'
import type { Actor } from '../../../core/identity/actor.ts'
import { E } from '../../../core/shared/fp.ts'
import { actor, aCopy, aReservation, at, branchId, memberId, reservationId } from '../builders.ts'

const command = (by: Actor, changes: Partial<Homecoming> = {}): Homecoming => ({
  act: actBy(by),
  branchId: null,
  condition: null,
  notes: null,
  returnedAt: null,
  resolution: null,
  ...changes,
})

const yesterday = at('2026-03-09T20:00:00+01:00')
const desk = (branch: number) => ({ branchId: branchId(branch) })

describe('who may bring a copy back (CIR-2)', () => {
  const manager = actor('branch_manager', { memberId: memberId(2) })
  const table: readonly (readonly [string, Homecoming, 'loan:return' | 'loan:return-by-barcode', boolean])[] =
    [
      ['a member his own', command(actor('user')), 'loan:return', true],
      ['a member another’s', command(actor('user', { memberId: memberId(2) })), 'loan:return', false],
      ['a member by barcode', command(actor('user')), 'loan:return-by-barcode', false],
      ['a member, saying its condition', command(actor('user'), { condition: 'good' }), 'loan:return', false],
      ['a member, saying when', command(actor('user'), { returnedAt: yesterday }), 'loan:return', false],
      ['a member, with a note', command(actor('user'), { notes: 'Wet' }), 'loan:return', true],
      ['a librarian anybody’s, anywhere', command(actor('librarian', desk(2))), 'loan:return', true],
      ['a librarian by barcode', command(actor('librarian', desk(2))), 'loan:return-by-barcode', true],
      [
        'a librarian, saying condition and time',
        command(actor('librarian'), { condition: 'poor', returnedAt: yesterday }),
        'loan:return',
        true,
      ],
      ['a branch manager another’s, at his desk', command(manager), 'loan:return', true],
      ['a branch manager another’s, elsewhere', command(manager, desk(2)), 'loan:return', false],
      ['a branch manager his own, elsewhere', command(actor('branch_manager'), desk(2)), 'loan:return', true],
      ['the product itself', command(system, { returnedAt: yesterday }), 'loan:return', true],
      ['nobody', command({ kind: 'anonymous' }), 'loan:return', false],
    ]
  for (const [what, given, permission, allowed] of table) {
    it(`${what}: ${allowed ? 'may' : 'may not'}`, () => {
      expect(E.isRight(mayBringBack(given, permission, memberId(1), branchId(1)))).to.equal(allowed)
    })
  }
})

describe('where it happens', () => {
  const copy = aCopy('on_loan', desk(1))
  it('is the branch named, else the desk’s, else the copy’s', () => {
    expect(placeOf(command(actor('librarian', desk(2)), desk(3)), copy)).to.equal(3)
    expect(placeOf(command(actor('librarian', desk(2))), copy)).to.equal(2)
    expect(placeOf(command(actor('user')), copy)).to.equal(1)
    expect(placeOf(command(system), copy)).to.equal(1)
  })
})

describe('what the desk does next (R3.3)', () => {
  const to = (destination: number) => aCopy('in_transit', { destination: branchId(destination) })
  const table: readonly (readonly [string, Settled, NextStep])[] = [
    [
      'free',
      { copy: aCopy('available', desk(2)), reservation: null },
      { action: 'reshelve', branchId: branchId(2), reservationId: null },
    ],
    [
      'on its way home',
      { copy: to(3), reservation: null },
      { action: 'transfer', branchId: branchId(3), reservationId: null },
    ],
    [
      'on its way to whom it is set aside for',
      { copy: to(3), reservation: aReservation('in_transit', { branchId: branchId(3) }) },
      { action: 'transfer', branchId: branchId(3), reservationId: reservationId(1) },
    ],
    [
      'on the hold shelf of another branch than its own',
      { copy: aCopy('kept', desk(1)), reservation: aReservation('ready', { branchId: branchId(2) }) },
      { action: 'hold', branchId: branchId(2), reservationId: reservationId(1) },
    ],
  ]
  for (const [what, settled, expected] of table) {
    it(what, () => expect(nextStep(settled)).to.deep.equal(expected))
  }
})
