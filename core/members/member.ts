/** A member: a person who borrows. Staff are members with a desk. */
import type { Role } from '../identity/actor.ts'
import { changed } from '../shared/changed.ts'
import type { Changed } from '../shared/changed.ts'
import type { BranchId, MemberId } from '../shared/id.ts'
import { yearsBetween } from '../shared/local-time.ts'
import type { Day, Instant } from '../shared/local-time.ts'
import type { MemberEvent, MemberLoginChanged } from './events.ts'
import type { MemberStatus } from './member-status.ts'

/** What a member, or staff for him, writes down about himself. */
export interface MemberDetails {
  /** 3 to 32 ASCII letters, digits, dot, dash, underscore; unique without regard to case (MEM-4). */
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  /** E.164. */
  readonly phone: string | null
  readonly address: string | null
  readonly city: string | null
  readonly state: string | null
  readonly zipCode: string | null
  readonly dateOfBirth: Day | null
  readonly emergencyContact: string | null
  readonly preferences: Preferences
  readonly homeBranchId: BranchId | null
  readonly guardianId: MemberId | null
}

/** A member of whom nothing but his names and addresses is known. */
export const unsaidOfMember: Omit<MemberDetails, 'username' | 'email' | 'firstName' | 'lastName'> = {
  phone: null,
  address: null,
  city: null,
  state: null,
  zipCode: null,
  dateOfBirth: null,
  emergencyContact: null,
  preferences: {},
  homeBranchId: null,
  guardianId: null,
}

export interface Preferences {
  /** BCP 47. */
  readonly language?: string
  readonly keepHistory?: boolean
}

/** What only staff decide. */
export interface Membership {
  readonly status: MemberStatus
  /** Name of a membership type, as `standard`. */
  readonly membershipType: string
  readonly membershipDate: Day
  /** The last day it is valid; null is without end. */
  readonly membershipExpiresOn: Day | null
  readonly cardNumber: string
}

export interface Member extends MemberDetails, Membership {
  readonly id: MemberId
  readonly version: number
}

/** A desk of the staff: what makes a member more than a user. */
export interface StaffPosition {
  readonly role: Exclude<Role, 'user'>
  readonly branchId: BranchId | null
}

/** @returns true until the last day of the membership has ended */
export const membershipValidOn = (member: Membership, day: Day): boolean =>
  member.membershipExpiresOn === null || day <= member.membershipExpiresOn

/** In whole years, null when the date of birth is unknown. */
export const ageOn = (member: MemberDetails, day: Day): number | null =>
  member.dateOfBirth === null ? null : yearsBetween(member.dateOfBirth, day)

/** Known to be one: nobody is by a date of birth that is unknown. */
export const isMinor = ({ dateOfBirth }: Pick<MemberDetails, 'dateOfBirth'>, day: Day): boolean =>
  dateOfBirth !== null && dateOfBirth > minorsBornAfter(day)

export const isUsername = (text: string): boolean => /^[A-Za-z0-9._-]{3,32}$/.test(text)

/** The form in which e-mail addresses and user names are compared. */
export const normaliseLogin = (text: string): string => text.normalize('NFC').trim().toLowerCase()

/** A new member. */
export const register = (member: Omit<Member, 'version'>, at: Instant): Changed<Member, MemberEvent> =>
  changed<Member, MemberEvent>(
    { ...member, version: 0 },
    {
      type: 'MemberRegistered',
      version: 1,
      aggregate: 'member',
      aggregateId: member.id,
      occurredAt: at,
      payload: { memberId: member.id, status: member.status },
    },
  )

/** In whole years under which a member needs a guardian (MEM-4). */
export const ageOfMajority = 18

/** Whoever was born after this one is a minor on the day. Of a leap day there was none so many years before. */
export const minorsBornAfter = (day: Day): Day => {
  const [year, rest] = [Number(day.slice(0, 4)) - ageOfMajority, day.slice(4)]
  return `${String(year).padStart(4, '0')}${rest === '-02-29' ? '-02-28' : rest}` as Day
}

/** @param at library time */
export const loginChanged = (
  before: Member,
  after: Member,
  byHimself: boolean,
  at: Instant,
): MemberLoginChanged => ({
  type: 'MemberLoginChanged',
  version: 1,
  aggregate: 'member',
  aggregateId: after.id,
  occurredAt: at,
  payload: {
    memberId: after.id,
    username: before.username !== after.username,
    email: before.email !== after.email,
    byHimself,
  },
})
