/** The people of the sample: staff with desks, members of every kind, each made the same way from the same seed. */
import type { Role } from '../../core/identity/actor.ts'
import { cardNumber } from '../../core/members/card-number.ts'
import type { Member } from '../../core/members/member.ts'
import type { BranchId, MemberId } from '../../core/shared/id.ts'
import { plusDays, plusMonths } from '../../core/shared/local-time.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { fold } from '../../core/shared/text.ts'
import { firstNames, lastNames, streets } from './people.ts'
import { chance } from './random.ts'

export interface Resident {
  readonly member: Omit<Member, 'version'>
  /** null for a member who has no desk. */
  readonly desk: { readonly role: Exclude<Role, 'user'>; readonly branchId: BranchId } | null
  /** He is given a password. */
  readonly hasLogin: boolean
  /** He takes part in the year of loans; the others may borrow at once, with nothing out and nothing owed. */
  readonly hasHistory: boolean
}

export interface ResidentOptions {
  readonly seed: number
  readonly today: Day
  readonly branches: readonly BranchId[]
  /** One for each; the first seven are staff and the members with logins. */
  readonly ids: readonly MemberId[]
}

type Desk = Resident['desk']

/** Who comes first: an admin, a manager and two librarians, then three members with logins. */
const desks = (branches: readonly BranchId[]): readonly Desk[] => {
  const [central, other] = branches
  if (central === undefined) return []
  return [
    { role: 'admin', branchId: central },
    { role: 'branch_manager', branchId: central },
    { role: 'librarian', branchId: central },
    { role: 'librarian', branchId: other ?? central },
  ]
}

const membersWithLogin = 3
const kinds = ['standard', 'standard', 'standard', 'premium', 'student', 'senior', 'child'] as const

export const residents = ({ seed, today, branches, ids }: ResidentOptions): readonly Resident[] => {
  const { pick, integer, happens } = chance(seed)
  const staff = desks(branches)
  return ids.map((id, index): Resident => {
    const desk = staff[index] ?? null
    const hasLogin = index < staff.length + membersWithLogin
    const kind = desk !== null || hasLogin ? 'standard' : pick(kinds)
    const [firstName, lastName] = [pick(firstNames), pick(lastNames)]
    const username = usernameOf(firstName, lastName, index)
    // Longer ago than the year of loans, and for two years: nobody borrowed before he was a member, or after.
    const joined = plusDays(today, -integer(370, 690))
    const guardian = kind === 'child' ? (ids[staff.length] ?? null) : null
    return {
      desk,
      hasLogin,
      hasHistory: desk === null && !hasLogin,
      member: {
        id,
        username,
        email: `${username}@alderhaven.example.org`,
        firstName,
        lastName,
        phone: happens(0.6) ? `+1202555${String(integer(100, 199)).padStart(4, '0')}` : null,
        address: `${String(integer(1, 240))} ${pick(streets)}`,
        city: 'Alderhaven',
        state: 'NY',
        zipCode: '12999',
        dateOfBirth: bornBefore(today, kind, integer(0, 8), integer(0, 364)),
        emergencyContact: null,
        preferences: {},
        homeBranchId: pick(branches),
        guardianId: guardian,
        status: 'active',
        membershipType: kind,
        membershipDate: joined,
        membershipExpiresOn: plusMonths(joined, 24),
        cardNumber: cardNumber(id),
      },
    }
  })
}

const youngest: Readonly<Record<(typeof kinds)[number], number>> = {
  child: 8,
  student: 19,
  standard: 25,
  premium: 32,
  senior: 66,
}

const bornBefore = (today: Day, kind: (typeof kinds)[number], years: number, days: number): Day =>
  plusDays(plusMonths(today, -12 * (youngest[kind] + years)), -days)

const usernameOf = (firstName: string, lastName: string, index: number): string =>
  `${fold(firstName)}.${fold(lastName)}${String(index + 1)}`.replace(/[^a-z0-9.]/g, '').slice(-32)
