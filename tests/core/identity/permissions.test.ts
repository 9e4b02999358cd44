import { expect } from 'chai'
import {
  anonymous,
  apiKeyOf,
  deskOf,
  isStaff,
  kiosk,
  memberOf,
  roleOf,
  roles,
  system,
} from '../../../core/identity/actor.ts'
import type { Actor, Adjustments, Role } from '../../../core/identity/actor.ts'
import {
  isOfStaff,
  may,
  permissions,
  permissionsOf,
  permitted,
  reach,
  scopes,
  waitsForEnrolment,
} from '../../../core/identity/permissions.ts'
import type { Permission, Reach } from '../../../core/identity/permissions.ts'
import { E } from '../../../core/shared/fp.ts'
import { actor, apiKey, branchId, memberId } from '../builders.ts'

/** `any` everything, `own` what is his, `branch` what lies at his branch, `-` nothing. */
const table: readonly (readonly [Permission, ...reaches: (Reach | '-')[]])[] = [
  // permission, anonymous, user, librarian, branch_manager, admin
  ['catalogue:read', 'any', 'any', 'any', 'any', 'any'],
  ['catalogue:write', '-', '-', 'any', 'any', 'any'],
  ['catalogue:delete', '-', '-', '-', '-', 'any'],
  ['copy:write', '-', '-', 'any', 'branch', 'any'],
  ['branch:read', 'any', 'any', 'any', 'any', 'any'],
  ['branch:create', '-', '-', '-', '-', 'any'],
  ['branch:write', '-', '-', '-', 'branch', 'any'],
  ['branch:delete', '-', '-', '-', '-', 'any'],
  ['member:register', 'any', 'any', 'any', 'any', 'any'],
  ['member:list', '-', '-', 'any', 'any', 'any'],
  ['member:read', '-', 'own', 'any', 'any', 'any'],
  ['member:write', '-', 'own', 'any', 'any', 'any'],
  ['member:administer', '-', '-', 'any', 'any', 'any'],
  ['member:block', '-', '-', 'any', 'any', 'any'],
  ['member:reset-password', '-', 'own', 'any', 'any', 'any'],
  ['member:unlock', '-', '-', 'any', 'any', 'any'],
  ['staff:read', '-', '-', '-', '-', 'any'],
  ['staff:write', '-', '-', '-', '-', 'any'],
  ['loan:create', '-', 'own', 'any', 'own_or_branch', 'any'],
  ['loan:return', '-', 'own', 'any', 'own_or_branch', 'any'],
  ['loan:return-by-barcode', '-', '-', 'any', 'branch', 'any'],
  ['loan:renew', '-', 'own', 'any', 'own_or_branch', 'any'],
  ['loan:report-lost', '-', 'own', 'any', 'own_or_branch', 'any'],
  ['loan:report', '-', '-', 'any', 'branch', 'any'],
  ['loan:renew-all', '-', 'own', 'any', 'any', 'any'],
  ['loan:override', '-', '-', 'any', 'branch', 'any'],
  ['loan:offline', '-', '-', 'any', 'branch', 'any'],
  ['loan:list', '-', '-', 'any', 'any', 'any'],
  ['loan:borrowers', '-', '-', '-', '-', 'any'],
  ['loan:read', '-', 'own', 'any', 'any', 'any'],
  ['reservation:create', '-', 'own', 'any', 'own_or_branch', 'any'],
  ['reservation:change', '-', 'own', 'any', 'own_or_branch', 'any'],
  ['reservation:prioritise', '-', '-', 'any', 'branch', 'any'],
  ['reservation:cancel', '-', 'own', 'any', 'own_or_branch', 'any'],
  ['reservation:list', '-', '-', 'any', 'any', 'any'],
  ['reservation:read', '-', 'own', 'any', 'any', 'any'],
  ['transfer:create', '-', '-', 'any', 'branch', 'any'],
  ['transfer:list', '-', '-', 'any', 'any', 'any'],
  ['eligibility:read', '-', 'own', 'any', 'any', 'any'],
  ['fine:list', '-', '-', 'any', 'any', 'any'],
  ['fine:read', '-', 'own', 'any', 'any', 'any'],
  ['fine:pay', '-', '-', 'any', 'branch', 'any'],
  ['fine:waive', '-', '-', 'any', 'branch', 'any'],
  ['fine:refund', '-', '-', 'any', 'branch', 'any'],
  ['session:start', 'any', 'any', 'any', 'any', 'any'],
  ['session:own', '-', 'own', 'own', 'own', 'own'],
  ['mfa:own', '-', 'own', 'own', 'own', 'own'],
  ['session:end', '-', '-', '-', '-', 'any'],
  ['mfa:reset', '-', '-', '-', '-', 'any'],
  ['audit:read', '-', '-', '-', '-', 'any'],
  ['api-key:read', '-', '-', '-', '-', 'any'],
  ['api-key:write', '-', '-', '-', '-', 'any'],
  ['rule:read', '-', '-', 'any', 'any', 'any'],
  ['rule:write', '-', '-', '-', '-', 'any'],
  ['settings:read', '-', '-', '-', '-', 'any'],
  ['settings:write', '-', '-', '-', '-', 'any'],
  ['clock:set', '-', '-', '-', '-', 'any'],
  ['job:run', '-', '-', '-', '-', 'any'],
  ['consistency:check', '-', '-', '-', '-', 'any'],
]

/** What the simple API does for whoever stands before it: any of these, nothing else (API-7). */
const ofTheKiosk: readonly Permission[] = [
  'catalogue:write',
  'copy:write',
  'member:administer',
  'loan:create',
  'loan:return',
  'loan:read',
]

/** What no key is given: a key has nothing of its own, makes no keys and touches no staff (AUT-6). */
const ofPeopleAlone: readonly Permission[] = [
  'member:reset-password',
  'member:unlock',
  'staff:read',
  'staff:write',
  'session:start',
  'session:own',
  'mfa:own',
  'session:end',
  'mfa:reset',
  'api-key:read',
  'api-key:write',
]

/** Member 1; staff at branch 1. */
const actors: readonly (readonly [string, Actor])[] = [
  ['anonymous', anonymous],
  ...roles.map((role): [string, Actor] => [role, actor(role)]),
]

const his = { memberId: memberId(1) }
const anothers = { memberId: memberId(2) }
const here = { branchId: branchId(1) }
const elsewhere = { branchId: branchId(2) }

/** What each reach allows. */
const subjects = [
  // what, subject, any, own, branch
  ['nothing in particular', {}, true, false, false],
  ['his own, of no branch', his, true, true, false],
  ['another’s, of no branch', anothers, true, false, false],
  ['nobody’s, here', here, true, false, true],
  ['nobody’s, elsewhere', elsewhere, true, false, false],
  ['his own, elsewhere', { ...his, ...elsewhere }, true, true, false],
  ['another’s, here', { ...anothers, ...here }, true, false, true],
  ['of nobody and nowhere', { memberId: null, branchId: null }, true, false, false],
] as const

describe('who may do what (AUT-3)', () => {
  it('the table below is the whole table', () => {
    expect(table.map(([permission]) => permission)).to.deep.equal(permissions)
  })

  for (const [permission, ...reaches] of table) {
    describe(permission, () => {
      for (const [index, [name, who]] of actors.entries()) {
        const expected = reaches[index]!
        it(`${name}: ${expected === '-' ? 'nothing' : expected}`, () => {
          expect(reach(who, permission)).to.equal(expected === '-' ? null : expected)
          for (const [what, subject, any, own, branch] of subjects) {
            const allowed = expected !== '-' && { any, own, branch, own_or_branch: own || branch }[expected]
            expect(may(who, permission, subject), what).to.equal(allowed)
            expect(permitted(who, permission, subject), what).to.deep.equal(
              allowed ? E.right(undefined) : E.left({ type: 'PermissionDenied', permission }),
            )
          }
        })
      }

      const kiosks = ofTheKiosk.includes(permission)
      it(`the kiosk: ${kiosks ? 'any' : 'nothing'}`, () => {
        expect(reach(kiosk, permission)).to.equal(kiosks ? 'any' : null)
        for (const [what, subject] of subjects) expect(may(kiosk, permission, subject), what).to.equal(kiosks)
      })

      const [, , , ofManager, ofAdmin] = reaches
      const whole = ofPeopleAlone.includes(permission) ? '-' : ofAdmin
      const atBranch = whole === '-' ? '-' : ofManager === 'own_or_branch' ? 'branch' : ofManager
      for (const [what, key, expected] of [
        ['a key with the scope', apiKey([permission]), whole],
        ['such a key of branch 1', apiKey([permission], branchId(1)), atBranch],
        ['a key with all scopes but it', apiKey(scopes.filter(scope => scope !== permission)), '-'],
      ] as const) {
        it(`${what}: ${expected === '-' ? 'nothing' : expected}`, () => {
          expect(reach(key, permission)).to.equal(expected === '-' ? null : expected)
          for (const [subjectName, subject, any, , branch] of subjects) {
            const allowed = expected === 'any' ? any : expected === 'branch' && branch
            expect(may(key, permission, subject), subjectName).to.equal(allowed)
          }
        })
      }

      it('the product itself: any', () => {
        expect(reach(system, permission)).to.equal('any')
        expect(may(system, permission)).to.be.true
      })
    })
  }

  it('every permission is a scope, or of people alone', () => {
    expect([...scopes, ...ofPeopleAlone]).to.have.members(permissions)
  })

  it('a member of the staff without a desk has no branch of his own', () => {
    const deskless = actor('branch_manager', { branchId: null })
    expect(may(deskless, 'copy:write', { branchId: null })).to.be.false
    expect(may(deskless, 'copy:write', here)).to.be.false
  })

  it('a role is told all it may, with its reach', () => {
    for (const [index, [, who]] of actors.entries()) {
      if (who.kind !== 'member') continue
      expect(permissionsOf(who)).to.deep.equal(
        table.flatMap(([permission, ...reaches]) =>
          reaches[index] === '-' ? [] : [{ permission, reach: reaches[index] }],
        ),
      )
    }
  })
})

describe('staff without a second factor (AUT-4)', () => {
  const open: readonly Permission[] = ['session:start', 'session:own', 'mfa:own']
  for (const role of ['librarian', 'branch_manager', 'admin'] as const) {
    it(`a ${role} may have one, and nothing else, of his own or anybody’s`, () => {
      const who = actor(role, { mustEnrol: true })
      for (const permission of permissions) {
        expect(waitsForEnrolment(who, permission), permission).to.equal(!open.includes(permission))
        expect(reach(who, permission), permission).to.equal(
          open.includes(permission) ? reach(actor(role), permission) : null,
        )
        for (const [what, subject] of subjects) {
          if (!open.includes(permission)) expect(may(who, permission, subject), what).to.be.false
        }
      }
    })
  }

  it('nobody else waits for anything', () => {
    for (const who of [actor('user'), actor('admin'), kiosk, system, anonymous, apiKey(['catalogue:read'])])
      for (const permission of permissions) expect(waitsForEnrolment(who, permission)).to.be.false
  })
})

/** Of somebody at branch 1; `-` nothing. */
const adjusted: readonly (readonly [
  what: string,
  role: Role,
  adjustments: Partial<Adjustments>,
  permission: Permission,
  expected: Reach | '-',
])[] = [
  ['is given what the administrator alone has', 'librarian', { extra: ['audit:read'] }, 'audit:read', 'any'],
  [
    'is given what a manager has, as far as he',
    'librarian',
    { extra: ['branch:write'] },
    'branch:write',
    'branch',
  ],
  ['is given what he has', 'branch_manager', { extra: ['copy:write'] }, 'copy:write', 'branch'],
  ['has what is his beside it', 'librarian', { extra: ['audit:read'] }, 'loan:list', 'any'],
  ['has nothing more by it', 'librarian', { extra: ['audit:read'] }, 'settings:read', '-'],
  ['lacks what is withheld', 'librarian', { withheld: ['fine:waive'] }, 'fine:waive', '-'],
  ['lacks nothing else', 'librarian', { withheld: ['fine:waive'] }, 'fine:pay', 'any'],
  ['keeps what every user has', 'librarian', { withheld: ['loan:create'] }, 'loan:create', 'own'],
  ['keeps that as a manager', 'branch_manager', { withheld: ['loan:create'] }, 'loan:create', 'own'],
  ['lacks what of the administrator is withheld', 'admin', { withheld: ['clock:set'] }, 'clock:set', '-'],
  ['is a user again, and has nothing of it', 'user', { extra: ['audit:read'] }, 'audit:read', '-'],
  ['is a user again, and lacks nothing of his own', 'user', { withheld: ['loan:read'] }, 'loan:read', 'own'],
  ['has nothing by a name that is none', 'librarian', { extra: ['all:everything'] }, 'rule:write', '-'],
  [
    'lacks what is both given and withheld',
    'librarian',
    { extra: ['audit:read'], withheld: ['audit:read'] },
    'audit:read',
    '-',
  ],
]

describe('what one of the staff may beside his role, or not (ADR 36)', () => {
  for (const [what, role, { extra = [], withheld = [] }, permission, expected] of adjusted) {
    it(`${role} ${what}: ${permission} ${expected}`, () => {
      const who = actor(role, { adjusted: { extra, withheld } })
      const found = expected === '-' ? null : expected
      expect(reach(who, permission)).to.equal(found)
      expect(may(who, permission, { branchId: branchId(1) })).to.equal(found === 'any' || found === 'branch')
      expect(may(who, permission, { branchId: branchId(2) })).to.equal(found === 'any')
      if (who.kind !== 'member') throw new Error('He is a member')
      expect(permissionsOf(who).find(granted => granted.permission === permission)?.reach ?? null).to.equal(
        found,
      )
    })
  }

  it('is none of what every user has as well', () => {
    expect(permissions.filter(permission => !isOfStaff(permission))).to.deep.equal([
      'catalogue:read',
      'branch:read',
      'member:register',
      'session:start',
      'session:own',
      'mfa:own',
    ])
  })

  it('reaches nowhere further than the administrator', () => {
    for (const role of roles) {
      const who = actor(role, { adjusted: { extra: permissions, withheld: [] } })
      for (const permission of permissions) {
        expect([
          reach(actor('admin'), permission),
          reach(actor(role), permission),
          'branch',
          'own_or_branch',
        ]).to.include(reach(who, permission))
        if (!isOfStaff(permission)) expect(reach(who, permission)).to.equal(reach(actor(role), permission))
      }
    }
  })
})

describe('what is a ward’s (ADR 37)', () => {
  const [guardian, ward] = [actor('user', { wards: [memberId(3), memberId(4)] }), { memberId: memberId(4) }]

  it('is his guardian’s own, wherever a user reaches what is his own, but for what lets him in', () => {
    const lettingIn: readonly Permission[] = ['session:own', 'mfa:own', 'member:reset-password']
    for (const [permission, , ofUser] of table) {
      const allowed = ofUser === 'any' || (ofUser === 'own' && !lettingIn.includes(permission))
      expect(may(guardian, permission, ward), permission).to.equal(allowed)
      expect(may(guardian, permission, { memberId: memberId(2) }), permission).to.equal(ofUser === 'any')
    }
  })

  it('is a branch manager’s who guards him, at other branches too', () => {
    const manager = actor('branch_manager', { wards: [memberId(4)] })
    expect(may(manager, 'loan:renew', { ...ward, ...elsewhere })).to.be.true
    expect(may(manager, 'fine:waive', { ...ward, ...elsewhere })).to.be.false
  })
})

describe('who acts', () => {
  const cases: readonly (readonly [string, Actor, boolean, number | null, number | null])[] = [
    ['nobody', anonymous, false, null, null],
    ['whoever stands before the kiosk', kiosk, false, null, null],
    ['the product itself', system, true, null, null],
    ['a system with a key', apiKey([]), false, null, null],
    ['a system with a key of a branch', apiKey([], branchId(1)), false, null, 1],
    ['a member', actor('user'), false, 1, null],
    ...(['librarian', 'branch_manager', 'admin'] satisfies Role[]).map(
      (role): [string, Actor, boolean, number, number] => [role, actor(role), true, 1, 1],
    ),
  ]
  for (const [what, who, staff, member, desk] of cases) {
    it(`${what} is ${staff ? '' : 'not '}staff`, () => {
      expect(isStaff(who)).to.equal(staff)
      expect(memberOf(who)).to.equal(member)
      expect(deskOf(who)).to.equal(desk)
      expect(apiKeyOf(who)).to.equal(who.kind === 'api_key' ? 7 : null)
      expect(roleOf(who)).to.equal(who.kind === 'member' ? who.role : who.kind)
    })
  }
})
