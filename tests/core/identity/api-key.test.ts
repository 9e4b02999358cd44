import { expect } from 'chai'
import {
  faultsOfEnd,
  faultsOfOverlap,
  faultsOfScopes,
  isGood,
  mayGive,
  revoked,
  rotated,
  standardEnd,
  standardOverlap,
} from '../../../core/identity/api-key.ts'
import type { ApiKey, ApiKeySecret } from '../../../core/identity/api-key.ts'
import type { Role } from '../../../core/identity/actor.ts'
import { companionsOf, scopes } from '../../../core/identity/permissions.ts'
import type { Scope } from '../../../core/identity/permissions.ts'
import { E } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { instant } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import { actor, at, branchId } from '../builders.ts'

const now = at('2026-03-10T10:00:00Z')
const hour = 3_600_000
const later = (hours: number): Instant => instant(now + hours * hour)
const day = 24

const secret = (prefix: string, goodUntil: Instant | null = null): ApiKeySecret => ({
  prefix,
  createdAt: later(-100),
  goodUntil,
})

const aKey = (some: Partial<ApiKey> = {}): ApiKey => ({
  id: id(7),
  version: 1,
  name: 'Sorter',
  scopes: ['loan:return-by-barcode'],
  branchId: null,
  expiresAt: later(100 * day),
  createdBy: null,
  createdAt: later(-100),
  lastUsedAt: null,
  revokedAt: null,
  secrets: [secret('first')],
  ...some,
})

describe('an API key (AUT-6)', () => {
  describe('is good', () => {
    for (const [what, key, of, good] of [
      ['until it runs out', {}, secret('p'), true],
      ['not from its end on', { expiresAt: now }, secret('p'), false],
      ['a moment before its end', { expiresAt: instant(now + 1) }, secret('p'), true],
      ['not once it is revoked', { revokedAt: now }, secret('p'), false],
      ['by an old secret while that is good', {}, secret('p', instant(now + 1)), true],
      ['not by one that is over', {}, secret('p', now), false],
      ['not by an old secret of one that ran out', { expiresAt: now }, secret('p', later(1)), false],
    ] as const) {
      it(`${what}: ${good}`, () => expect(isGood(aKey(key), of, now)).to.equal(good))
    }
  })

  describe('lasts', () => {
    it('a year where nobody says how long, which is in order', () => {
      expect(standardEnd(now)).to.equal(later(365 * day))
      expect(faultsOfEnd(standardEnd(now), now)).to.deep.equal([])
    })
    for (const [what, end, fits] of [
      ['until a moment from now', instant(now + 1), true],
      ['not until now', now, false],
      ['two years', later(2 * 365 * day), true],
      ['no longer', instant(later(2 * 365 * day) + 1), false],
    ] as const) {
      it(`${what}: ${fits}`, () =>
        expect(faultsOfEnd(end, now).map(({ field, code }) => `${field} ${code}`)).to.deep.equal(
          fits ? [] : ['expires_at OUT_OF_RANGE'],
        ))
    }
  })

  describe('has scopes', () => {
    const faults = (given: readonly Scope[], branch: number | null = null) =>
      faultsOfScopes({ scopes: given, branchId: branch === null ? null : branchId(branch) }).map(
        ({ code, message }) => `${code} ${message}`,
      )
    it('of which every one may be given at every branch', () => {
      expect(faults(scopes)).to.deep.equal([])
    })
    it('of a branch, as its manager has them', () => {
      expect(faults(['copy:write', 'catalogue:read', 'loan:create'], 1)).to.deep.equal([])
      expect(faults(['settings:write', 'copy:write', 'audit:read'], 1)).to.deep.equal([
        'NOT_AT_A_BRANCH settings:write is of no single branch',
        'NOT_AT_A_BRANCH audit:read is of no single branch',
      ])
    })
    it('with what they are of no use without', () => {
      expect(faults(['member:write'])).to.deep.equal(['INCOMPLETE member:write needs member:read'])
      expect(faults(['loan:offline', 'loan:create'])).to.deep.equal([
        'INCOMPLETE loan:offline needs loan:return-by-barcode',
      ])
      for (const scope of scopes) expect(faults([scope, ...companionsOf(scope)]), scope).to.deep.equal([])
    })
  })

  describe('is given', () => {
    const missing = (role: Role, ...given: readonly Scope[]) => {
      const result = mayGive(actor(role), { scopes: given })
      return E.isLeft(result) ? result.left.permission : null
    }
    it('with any scope by the administrator', () => {
      expect(missing('admin', ...scopes)).to.equal(null)
    })
    it('by others with what they have themselves, everywhere', () => {
      expect(missing('librarian', 'copy:write', 'catalogue:read')).to.equal(null)
      expect(missing('librarian', 'copy:write', 'settings:read')).to.equal('settings:read')
      expect(missing('branch_manager', 'catalogue:write', 'copy:write')).to.equal('copy:write')
      expect(missing('user', 'loan:read')).to.equal('loan:read')
    })
  })

  describe('is rotated', () => {
    const rotate = (key: ApiKey, oldGoodUntil: Instant, expiresAt: Instant | null = null) =>
      rotated(key, { secret: secret('new'), oldGoodUntil, expiresAt }, now)
    const secretsOf = (result: ReturnType<typeof rotate>) =>
      E.isRight(result) ? result.right.secrets.map(({ prefix, goodUntil }) => [prefix, goodUntil]) : result

    it('with a day for the old secret where nobody says how long', () => {
      expect(standardOverlap(now)).to.equal(later(24))
    })
    for (const [what, until, fits] of [
      ['at once', now, true],
      ['30 days', later(30 * day), true],
      ['longer', instant(later(30 * day) + 1), false],
      ['until before now', instant(now - 1), false],
    ] as const) {
      it(`with an overlap ${what}: ${fits}`, () =>
        expect(faultsOfOverlap(until, now).map(({ field }) => field)).to.deep.equal(
          fits ? [] : ['old_good_until'],
        ))
    }
    it('and the old secret is good for so long beside the new one', () => {
      expect(secretsOf(rotate(aKey(), later(5)))).to.deep.equal([
        ['new', null],
        ['first', later(5)],
      ])
    })
    it('and the old one is gone where it ends at once', () => {
      expect(secretsOf(rotate(aKey(), now))).to.deep.equal([['new', null]])
    })
    it('twice, and the oldest keeps the end that it was given, or gets the earlier one', () => {
      const key = aKey({ secrets: [secret('second'), secret('first', later(5)), secret('over', now)] })
      expect(secretsOf(rotate(key, later(9)))).to.deep.equal([
        ['new', null],
        ['second', later(9)],
        ['first', later(5)],
      ])
      expect(secretsOf(rotate(key, later(3)))).to.deep.equal([
        ['new', null],
        ['second', later(3)],
        ['first', later(3)],
      ])
    })
    it('not once it is revoked', () => {
      expect(rotate(aKey({ revokedAt: now }), now)).to.have.nested.property('left.type', 'Conflict')
    })
    it('after it ran out only with a new end', () => {
      const over = aKey({ expiresAt: now })
      expect(rotate(over, now)).to.have.nested.property('left.type', 'Conflict')
      expect(rotate(over, now, later(1))).to.have.nested.property('right.expiresAt', later(1))
    })
    it('and keeps its end where no other is said', () => {
      expect(rotate(aKey(), now)).to.have.nested.property('right.expiresAt', later(100 * day))
    })
  })

  it('is revoked once', () => {
    expect(revoked(aKey(), now)).to.have.nested.property('right.revokedAt', now)
    expect(revoked(aKey({ revokedAt: later(-1) }), now)).to.have.nested.property('left.type', 'Conflict')
  })
})
