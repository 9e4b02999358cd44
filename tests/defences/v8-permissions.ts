/** ASVS V8: who may do what, to what, and which fields of it. */
import type { Defence } from './defence.ts'

const permissions = 'core/identity/permissions.ts'
const roles = 'tests/http/roles.test.ts'
const everyRoute = 'who may use which route'
const memberTests = 'tests/http/members.test.ts'
const changeMember = 'core/members/use-cases/change-member.ts'

const routes: readonly Defence[] = [
  {
    of: ['V8.2.1'],
    what: 'who has not the permission of a route is not admitted',
    file: 'adapters/http/authenticate.ts',
    text: 'return reach(actor, permission) !== null\n',
    instead: 'return reach(actor, permission) !== undefined\n',
    // The use cases ask again.
    also: {
      file: permissions,
      text: 'may(actor, permission, subject) ? E.right(undefined)',
      instead: "may(actor, permission, subject) || actor.kind !== 'system' ? E.right(undefined)",
    },
    test: roles,
    words: everyRoute,
  },
  {
    of: ['V8.2.1'],
    what: 'a key without the scope of a route is not admitted',
    file: 'adapters/http/authenticate.ts',
    text: 'return reach(actor, permission) !== null\n',
    instead:
      "return reach(actor, permission) !== null || (actor.kind === 'api_key' && permission === 'catalogue:read')\n",
    test: roles,
    words: 'which route a key may use',
  },
  {
    of: ['V8.2.1'],
    what: 'what is for the staff is not for everybody',
    file: permissions,
    text: "'member:list': staff,",
    instead: "'member:list': everyone,",
    test: roles,
    words: everyRoute,
  },
  {
    of: ['V8.2.1'],
    what: 'a route asks for the permission of what it does',
    file: 'adapters/http/identity/audit.ts',
    text: "permission: 'audit:read',",
    instead: "permission: 'catalogue:read',",
    test: roles,
    words: everyRoute,
  },
  {
    of: ['V8.2.2'],
    what: 'a member reaches what is his own, and nobody else’s',
    file: permissions,
    text: "case 'own':\n      return isOwn(actor, permission, subject)\n",
    instead: "case 'own':\n      return isOwn(actor, permission, subject) || actor.kind === 'member'\n",
    test: roles,
    words: everyRoute,
  },
  {
    of: ['V8.2.2'],
    what: 'a branch manager reaches what lies at his branch, and no other',
    file: permissions,
    text: "case 'branch':\n      return isHere(actor, subject)\n",
    instead: "case 'branch':\n      return isHere(actor, subject) || actor.kind === 'member'\n",
    test: roles,
    words: everyRoute,
  },
  {
    of: ['V8.2.2'],
    what: 'a guardian reaches his wards, and nobody else reaches them',
    file: permissions,
    text: 'actor.wards?.includes(memberId) === true &&',
    instead: 'memberId !== actor.memberId &&',
    test: 'tests/http/guardians.test.ts',
    words: 'for his ward, and nobody else for that one',
  },
]

const fields: readonly Defence[] = [
  {
    of: ['V8.1.2', 'V8.2.3'],
    what: 'a member does not change what staff decide',
    file: changeMember,
    text: "(ruled ? permitted(actor, 'member:administer') : E.right(undefined))",
    instead: '(ruled ? E.right(undefined) : E.right(undefined))',
    test: memberTests,
    words: 'do not change what staff decide; staff do',
  },
  {
    of: ['V8.2.3'],
    what: 'nobody registers with what staff decide',
    file: 'core/members/use-cases/register-member.ts',
    text: 'Object.keys(membership).length === 0 && mayGuard(act.actor, details)',
    instead: 'mayGuard(act.actor, details)',
    test: memberTests,
    words: 'not with what staff decide',
  },
  {
    of: ['V8.2.3'],
    what: 'unknown fields are refused',
    file: 'adapters/http/codecs/record.ts',
    text: '.filter(key => !fields.has(key))',
    instead: '.filter(key => fields.size === 0 && key.length > 1000)',
    test: memberTests,
    words: 'not with what is wrong',
  },
]

const inTheCore: readonly Defence[] = [
  {
    of: ['V8.3.1'],
    what: 'one table says who may do what',
    file: permissions,
    text: "'rule:write': adminOnly,",
    instead: "'rule:write': staff,",
    test: 'tests/core/identity/permissions.test.ts',
    words: 'who may do what (AUT-3)',
  },
  {
    of: ['V8.3.1'],
    what: 'staff without a second factor reach nothing in the core either',
    file: permissions,
    text: 'if (waitsForEnrolment(actor, permission) || isOutOfPlace(actor, permission)) return null',
    instead: 'if (isOutOfPlace(actor, permission)) return null',
    test: 'tests/http/mfa.test.ts',
    words: 'holds a use case back too, whatever drives it',
  },
  {
    of: ['V8.3.1'],
    what: 'a use case asks the table itself',
    file: 'core/catalogue/use-cases/keep-catalogue-records.ts',
    text: "permitted(actor, doing === 'remove' ? 'catalogue:delete' : 'catalogue:write')",
    instead:
      "permitted(actor.kind === 'member' ? { kind: 'system' } : actor, doing === 'remove' ? 'catalogue:delete' : 'catalogue:write')",
    test: 'tests/http/mfa.test.ts',
    words: 'holds a use case back too, whatever drives it',
  },
]

export const permitting: readonly Defence[] = [...routes, ...fields, ...inTheCore]
