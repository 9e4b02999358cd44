/** What is said of a member, by himself or by staff. */
import { memberStatuses } from '../../../core/members/member-status.ts'
import { unsaidOfMember } from '../../../core/members/member.ts'
import type { MemberDetails, Membership, Preferences } from '../../../core/members/member.ts'
import { E } from '../../../core/shared/fp.ts'
import { described, exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { email, language, phone, username, zipCode } from '../codecs/contact.ts'
import { flag, key } from '../codecs/numbers.ts'
import { fitting, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { line, newPassword, oneOf, secret } from '../codecs/text.ts'
import { day, nearDay } from '../codecs/time.ts'
import { given } from '../given.ts'

const preferences: Codec<Preferences> = fitting(
  record('Preferences', {}, { language, keep_history: flag }),
  said => E.right(given<Preferences>({ language: said.language, keepHistory: said.keep_history })),
)

const names = { username, email, first_name: line(100), last_name: line(100) }
const optional = {
  phone: nullable(phone),
  address: nullable(line(300)),
  city: nullable(line(100)),
  state: nullable(line(100)),
  zip_code: nullable(zipCode),
  date_of_birth: nullable(day),
  emergency_contact: nullable(line(300)),
  preferences,
  home_branch_id: nullable(key<'branch'>()),
  guardian_id: nullable(key<'member'>()),
}
/** For staff to say. */
const membership = {
  status: oneOf(memberStatuses),
  membership_type: line(50),
  membership_date: nearDay,
  membership_expires_on: nullable(day),
  library_card_number: code,
}
type Given = Some<typeof names & typeof optional & typeof membership>

const detailsOf = (said: Given): Partial<MemberDetails> =>
  given<MemberDetails>({
    username: said.username,
    email: said.email,
    firstName: said.first_name,
    lastName: said.last_name,
    phone: said.phone,
    address: said.address,
    city: said.city,
    state: said.state,
    zipCode: said.zip_code,
    dateOfBirth: said.date_of_birth,
    emergencyContact: said.emergency_contact,
    preferences: said.preferences,
    homeBranchId: said.home_branch_id,
    guardianId: said.guardian_id,
  })

const membershipOf = (said: Given): Partial<Membership> =>
  given<Membership>({
    status: said.status,
    membershipType: said.membership_type,
    membershipDate: said.membership_date,
    membershipExpiresOn: said.membership_expires_on,
    cardNumber: said.library_card_number,
  })

export interface Registration {
  readonly details: MemberDetails
  readonly password: string
  readonly membership: Partial<Membership>
}

export const NewMember: Codec<Registration> = fitting(
  exampled(
    {
      username: 'ada',
      email: 'ada@example.org',
      password: 'correct horse battery',
      first_name: 'Ada',
      last_name: 'Reader',
    },
    record('NewMember', { ...names, password: newPassword }, { ...optional, ...membership }),
  ),
  ({ password, ...said }) =>
    E.right({
      details: {
        ...unsaidOfMember,
        ...detailsOf(said),
        username: said.username,
        email: said.email,
        firstName: said.first_name,
        lastName: said.last_name,
      },
      password,
      membership: membershipOf(said),
    }),
)

const currentPassword = described(
  'Needed of a member who changes his own user name or e-mail address more than 15 minutes after his login.',
  secret(1, 1024),
)

export const MemberChanges: Codec<{
  readonly details: Partial<MemberDetails>
  readonly membership: Partial<Membership>
  readonly currentPassword: string | null
}> = fitting(
  exampled(
    { phone: '+493012345678', home_branch_id: 2 },
    record('MemberChanges', {}, { ...names, ...optional, ...membership, current_password: currentPassword }),
  ),
  ({ current_password: shown = null, ...said }) =>
    E.right({ details: detailsOf(said), membership: membershipOf(said), currentPassword: shown }),
)
