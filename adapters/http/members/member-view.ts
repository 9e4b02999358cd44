/** A member as the API shows him: all that is written down of him but the password. */
import * as t from 'io-ts'
import { roles } from '../../../core/identity/actor.ts'
import { memberStatuses } from '../../../core/members/member-status.ts'
import type { MemberRecord } from '../../../core/members/ports.ts'
import { given } from '../given.ts'
import { day, integer, orNull, stamps, stampsOf, word } from '../shapes.ts'

export const MemberView = t.strict(
  {
    id: integer,
    username: t.string,
    email: t.string,
    first_name: t.string,
    last_name: t.string,
    phone: orNull(t.string),
    address: orNull(t.string),
    city: orNull(t.string),
    state: orNull(t.string),
    zip_code: orNull(t.string),
    membership_date: day,
    membership_expires_on: orNull(day),
    membership_type: t.string,
    status: word(memberStatuses),
    date_of_birth: orNull(day),
    emergency_contact: orNull(t.string),
    library_card_number: t.string,
    preferences: t.exact(t.partial({ language: t.string, keep_history: t.boolean })),
    guardian_id: orNull(integer),
    home_branch_id: orNull(integer),
    role: word(roles),
    // Of the desk he works at.
    branch_id: orNull(integer),
    ...stamps,
  },
  'User',
)

export const memberView = ({
  member,
  staff,
  createdAt,
  updatedAt,
}: MemberRecord): t.TypeOf<typeof MemberView> => ({
  id: member.id,
  username: member.username,
  email: member.email,
  first_name: member.firstName,
  last_name: member.lastName,
  phone: member.phone,
  address: member.address,
  city: member.city,
  state: member.state,
  zip_code: member.zipCode,
  membership_date: member.membershipDate,
  membership_expires_on: member.membershipExpiresOn,
  membership_type: member.membershipType,
  status: member.status,
  date_of_birth: member.dateOfBirth,
  emergency_contact: member.emergencyContact,
  library_card_number: member.cardNumber,
  preferences: given({ language: member.preferences.language, keep_history: member.preferences.keepHistory }),
  guardian_id: member.guardianId,
  home_branch_id: member.homeBranchId,
  role: staff?.role ?? 'user',
  branch_id: staff?.branchId ?? null,
  ...stampsOf({ version: member.version, createdAt, updatedAt }),
})
