/** Who may do what: one table, asked by the use cases, declared by the routes, walked by the tests. */
import { E } from '../shared/fp.ts'
import type { Either } from '../shared/fp.ts'
import type { BranchId, MemberId } from '../shared/id.ts'
import type { PermissionDenied } from '../shared/refusal.ts'
import { deskOf, roles } from './actor.ts'
import type { Actor, Adjustments, Role } from './actor.ts'

/** How far a permission reaches: everything, what is the member's own (or of a minor he guards), what lies at his own branch, or either of the two. */
export type Reach = 'any' | 'own' | 'branch' | 'own_or_branch'

type Row = Readonly<Partial<Record<Role | 'anonymous' | 'kiosk', Reach>>>

const everyone: Row = { anonymous: 'any', user: 'any', librarian: 'any', branch_manager: 'any', admin: 'any' }
const loggedIn: Row = { user: 'own', librarian: 'own', branch_manager: 'own', admin: 'own' }
const staff: Row = { librarian: 'any', branch_manager: 'any', admin: 'any' }
const ownOrStaff: Row = { user: 'own', ...staff }
/** Librarians act at every branch, a branch manager at his own, and everybody for himself. */
const selfOrDesk: Row = { user: 'own', librarian: 'any', branch_manager: 'own_or_branch', admin: 'any' }
/** The same, of what nobody does for himself. */
const desk: Row = { librarian: 'any', branch_manager: 'branch', admin: 'any' }
const adminOnly: Row = { admin: 'any' }
/** What the simple API offers (API-7), beside those of a row. */
const orKiosk = (row: Row): Row => ({ ...row, kiosk: 'any' })

const table = {
  'catalogue:read': everyone,
  'catalogue:write': orKiosk(staff),
  'catalogue:delete': adminOnly,
  'copy:write': orKiosk(desk),
  'branch:read': everyone,
  'branch:create': adminOnly,
  'branch:write': { branch_manager: 'branch', admin: 'any' },
  'branch:delete': adminOnly,
  'member:register': everyone,
  'member:list': staff,
  'member:read': ownOrStaff,
  'member:write': ownOrStaff,
  'member:administer': orKiosk(staff),
  'member:block': staff,
  'member:reset-password': ownOrStaff,
  'member:unlock': staff,
  'staff:read': adminOnly,
  'staff:write': adminOnly,
  'loan:create': orKiosk(selfOrDesk),
  'loan:return': orKiosk(selfOrDesk),
  'loan:return-by-barcode': desk,
  'loan:renew': selfOrDesk,
  'loan:report-lost': selfOrDesk,
  'loan:report': desk,
  'loan:renew-all': ownOrStaff,
  'loan:override': desk,
  'loan:offline': desk,
  'loan:list': staff,
  'loan:borrowers': adminOnly,
  'loan:read': orKiosk(ownOrStaff),
  'reservation:create': selfOrDesk,
  'reservation:change': selfOrDesk,
  'reservation:prioritise': desk,
  'reservation:cancel': selfOrDesk,
  'reservation:list': staff,
  'reservation:read': ownOrStaff,
  'transfer:create': desk,
  'transfer:list': staff,
  'eligibility:read': ownOrStaff,
  'fine:list': staff,
  'fine:read': ownOrStaff,
  'fine:pay': desk,
  'fine:waive': desk,
  'fine:refund': desk,
  'session:start': everyone,
  'session:own': loggedIn,
  'mfa:own': loggedIn,
  'session:end': adminOnly,
  'mfa:reset': adminOnly,
  'audit:read': adminOnly,
  'api-key:read': adminOnly,
  'api-key:write': adminOnly,
  'rule:read': staff,
  'rule:write': adminOnly,
  'settings:read': adminOnly,
  'settings:write': adminOnly,
  'clock:set': adminOnly,
  'job:run': adminOnly,
  'consistency:check': adminOnly,
} as const satisfies Record<string, Row>

export type Permission = keyof typeof table

export const permissions = Object.keys(table) as readonly Permission[]

/**
 * What an API key may be given (AUT-6). A permission is none of them until it is written here: a key has nothing of its own, and
 * what would make more of it than it was given (keys, staff) stays with people.
 */
export const scopes = [
  'catalogue:read',
  'catalogue:write',
  'catalogue:delete',
  'copy:write',
  'branch:read',
  'branch:create',
  'branch:write',
  'branch:delete',
  'member:register',
  'member:list',
  'member:read',
  'member:write',
  'member:administer',
  'member:block',
  'loan:create',
  'loan:return',
  'loan:return-by-barcode',
  'loan:renew',
  'loan:report-lost',
  'loan:report',
  'loan:renew-all',
  'loan:override',
  'loan:offline',
  'loan:list',
  'loan:borrowers',
  'loan:read',
  'reservation:create',
  'reservation:change',
  'reservation:prioritise',
  'reservation:cancel',
  'reservation:list',
  'reservation:read',
  'transfer:create',
  'transfer:list',
  'eligibility:read',
  'fine:list',
  'fine:read',
  'fine:pay',
  'fine:waive',
  'fine:refund',
  'audit:read',
  'rule:read',
  'rule:write',
  'settings:read',
  'settings:write',
  'clock:set',
  'job:run',
  'consistency:check',
] as const satisfies readonly Permission[]

export type Scope = (typeof scopes)[number]

export const isScope = (permission: string): permission is Scope =>
  (scopes as readonly string[]).includes(permission)

/** What is of no use without others: who changes a member is shown him, what was done offline is done by the rules of its kind. */
const companions: Readonly<Partial<Record<Scope, readonly Scope[]>>> = {
  'member:write': ['member:read'],
  'loan:offline': ['loan:create', 'loan:return-by-barcode'],
}

/** A key that has this scope has these too. */
export const companionsOf = (scope: Scope): readonly Scope[] => companions[scope] ?? []

/** What a permission is asked for: whose it is and where it lies, as far as that is known. */
export interface Subject {
  readonly memberId?: MemberId | null
  readonly branchId?: BranchId | null
}

/** Who has it, and how far. */
export const grantsOf = (permission: Permission): Row => table[permission]

/** AUT-8: what no role but the administrator's has. Routes of it are for the addresses that administrators may call from. */
export const isAdministrative = (permission: Permission): boolean => administrative.has(permission)

const administrative: ReadonlySet<Permission> = new Set(
  permissions.filter(permission => Object.keys(table[permission]).join() === 'admin'),
)

/** How far a scope reaches: as far as the administrator, with a branch as far as its manager, and never to what is one's own. */
export const reachOfScope = (scope: Scope, branchId: BranchId | null): Reach | null => {
  const row: Row = table[scope]
  const found = row[branchId === null ? 'admin' : 'branch_manager'] ?? null
  return found === 'own_or_branch' ? 'branch' : found
}

/** What staff may do who have no second factor yet (AUT-4): have one, and look after their sessions. */
const beforeEnrolment: readonly Permission[] = ['session:start', 'session:own', 'mfa:own']

export const isBeforeEnrolment = (permission: Permission): boolean => beforeEnrolment.includes(permission)

/** He would have it with a second factor, or not have it either: nothing is told apart before he has enrolled. */
export const waitsForEnrolment = (actor: Actor, permission: Permission): boolean =>
  actor.kind === 'member' && actor.mustEnrol === true && !isBeforeEnrolment(permission)
/** Some role of the staff has it, and further than a user: it can be given to one of them, and withheld (ADR 36). */
export const isOfStaff = (permission: Permission): boolean => {
  const { user, librarian, branch_manager, admin }: Row = table[permission]
  return [librarian, branch_manager, admin].some(found => found !== user)
}

/**
 * How far one of the staff reaches. What is withheld leaves him what every user has; what is given beside his role reaches as far as
 * that of the lowest role above his that has it.
 */
export const reachOfStaff = (
  role: Role,
  { extra, withheld }: Adjustments,
  permission: Permission,
): Reach | null => {
  const row: Row = table[permission]
  if (role === 'user' || withheld.includes(permission)) return row.user ?? null
  const own = row[role]
  if (!extra.includes(permission) || (own !== undefined && own !== row.user)) return own ?? null
  const above = roles
    .slice(roles.indexOf(role))
    .find(other => row[other] !== undefined && row[other] !== row.user)
  return (above === undefined ? own : row[above]) ?? null
}

/** AUT-8: he calls from where it is not done, whatever he may. */
const isOutOfPlace = (actor: Actor, permission: Permission): boolean =>
  'away' in actor && actor.away && isAdministrative(permission)

/** How far the actor's role reaches with this permission, null where it does not reach at all. */
export const reach = (actor: Actor, permission: Permission): Reach | null => {
  if (actor.kind === 'system') return 'any'
  if (waitsForEnrolment(actor, permission) || isOutOfPlace(actor, permission)) return null
  if (actor.kind === 'api_key') {
    return isScope(permission) && actor.scopes.includes(permission)
      ? reachOfScope(permission, actor.branchId)
      : null
  }
  if (actor.kind === 'member' && actor.adjusted !== undefined) {
    return reachOfStaff(actor.role, actor.adjusted, permission)
  }
  const row: Row = table[permission]
  return row[actor.kind === 'member' ? actor.role : actor.kind] ?? null
}

/** What nobody has for another, his guardian included: what lets him in. */
const ofHimselfAlone: readonly Permission[] = ['session:own', 'mfa:own', 'member:reset-password']

const isOwn = (actor: Actor, permission: Permission, { memberId }: Subject): boolean => {
  if (actor.kind !== 'member' || memberId === undefined || memberId === null) return false
  return (
    memberId === actor.memberId ||
    (actor.wards?.includes(memberId) === true && !ofHimselfAlone.includes(permission))
  )
}

const isHere = (actor: Actor, { branchId }: Subject): boolean =>
  deskOf(actor) !== null && branchId === deskOf(actor)

/** May the actor do this to the subject? Pure, and the only answer to that question in the product. */
export const may = (actor: Actor, permission: Permission, subject: Subject = {}): boolean => {
  switch (reach(actor, permission)) {
    case 'any':
      return true
    case 'own':
      return isOwn(actor, permission, subject)
    case 'branch':
      return isHere(actor, subject)
    case 'own_or_branch':
      return isOwn(actor, permission, subject) || isHere(actor, subject)
    case null:
      return false
  }
}

export const denied = (permission: Permission): PermissionDenied => ({ type: 'PermissionDenied', permission })

/** `may`, as a step of a use case. */
export const permitted = (
  actor: Actor,
  permission: Permission,
  subject?: Subject,
): Either<PermissionDenied, void> =>
  may(actor, permission, subject) ? E.right(undefined) : E.left(denied(permission))

/** A desk, by what may be done at it. */
export interface Position extends Adjustments {
  readonly role: Role
}

/** What he may more than every user. */
const beyondUsers = ({ role, ...adjusted }: Position): readonly Permission[] =>
  permissions.filter(
    permission =>
      isOfStaff(permission) &&
      reachOfStaff(role, adjusted, permission) !== reachOfStaff('user', adjusted, permission),
  )

/** Nobody makes or unmakes a position that may what he himself may not, everywhere, nor gets at the account of whoever has it. */
export const mayAppoint = (actor: Actor, positions: readonly Position[]): Either<PermissionDenied, void> => {
  const missing = positions.flatMap(beyondUsers).find(permission => reach(actor, permission) !== 'any')
  return missing === undefined ? E.right(undefined) : E.left(denied(missing))
}

export interface Granted {
  readonly permission: Permission
  readonly reach: Reach
}

const grantedTo = (role: Role): readonly Granted[] =>
  permissions.flatMap(permission => {
    const found = grantsOf(permission)[role]
    return found === undefined ? [] : [{ permission, reach: found }]
  })

const byRole: Readonly<Record<Role, readonly Granted[]>> = {
  user: grantedTo('user'),
  librarian: grantedTo('librarian'),
  branch_manager: grantedTo('branch_manager'),
  admin: grantedTo('admin'),
}

/** What a member may as the API tells him, each permission with its reach. */
export const permissionsOf = (actor: Extract<Actor, { kind: 'member' }>): readonly Granted[] =>
  actor.adjusted === undefined
    ? byRole[actor.role]
    : permissions.flatMap(permission => {
        const found = reach(actor, permission)
        return found === null ? [] : [{ permission, reach: found }]
      })
