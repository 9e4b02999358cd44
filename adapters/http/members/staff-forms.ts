/** One of the staff, as the API takes and shows him. */
import * as t from 'io-ts'
import { roles } from '../../../core/identity/actor.ts'
import type { Role } from '../../../core/identity/actor.ts'
import { isOfStaff, permissions } from '../../../core/identity/permissions.ts'
import type { StaffRecord } from '../../../core/members/staff-ports.ts'
import type { StaffDetails } from '../../../core/members/staff.ts'
import { E } from '../../../core/shared/fp.ts'
import type { MemberId } from '../../../core/shared/id.ts'
import { described, exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { oneOf } from '../codecs/text.ts'
import { given } from '../given.ts'
import { integer, orNull, stamped, stamps, stampsOf, view, word } from '../shapes.ts'

export const staffRoles = roles.filter((role): role is Exclude<Role, 'user'> => role !== 'user')

/** Those that some role of the staff has and not every user. */
const ofStaff = permissions.filter(isOfStaff)
const some = list(oneOf(ofStaff), { min: 0, max: ofStaff.length })

const required = { role: oneOf(staffRoles) }
const optional = {
  branch_id: described('Where his desk is; a branch manager has one.', nullable(key<'branch'>())),
  extra_permissions: described('What he may beside his role.', some),
  withheld_permissions: described('What of his role he may not.', some),
}

const detailsOf = (said: Some<typeof required & typeof optional>): Partial<StaffDetails> =>
  given<StaffDetails>({
    role: said.role,
    branchId: said.branch_id,
    extra: said.extra_permissions === undefined ? undefined : [...new Set(said.extra_permissions)],
    withheld: said.withheld_permissions === undefined ? undefined : [...new Set(said.withheld_permissions)],
  })

export const NewStaff: Codec<{ readonly id: MemberId; readonly details: StaffDetails }> = fitting(
  exampled(
    { user_id: 42, role: 'librarian', branch_id: 2, extra_permissions: ['loan:borrowers'] },
    record('NewStaff', { user_id: key<'member'>(), ...required }, optional),
  ),
  said =>
    E.right({
      id: said.user_id,
      details: { branchId: null, extra: [], withheld: [], ...detailsOf(said), role: said.role },
    }),
)

export const StaffChanges: Codec<Partial<StaffDetails>> = fitting(
  exampled(
    { role: 'branch_manager', branch_id: 2, withheld_permissions: ['fine:waive'] },
    record('StaffChanges', {}, { ...required, ...optional }),
  ),
  said => E.right(detailsOf(said)),
)

export const StaffView = view(
  'Staff',
  {
    // Of the member, by which he is known among the staff too.
    id: integer,
    first_name: t.string,
    last_name: t.string,
    role: word(staffRoles),
    branch_id: orNull(integer),
    extra_permissions: t.array(t.string),
    withheld_permissions: t.array(t.string),
    ...stamps,
  },
  {
    id: 42,
    first_name: 'Ada',
    last_name: 'Reader',
    role: 'librarian',
    branch_id: 2,
    extra_permissions: ['loan:borrowers'],
    withheld_permissions: [],
    ...stamped,
  },
)

export const staffView = ({ staff, firstName, lastName }: StaffRecord): t.TypeOf<typeof StaffView> => ({
  id: staff.id,
  first_name: firstName,
  last_name: lastName,
  role: staff.role,
  branch_id: staff.branchId,
  extra_permissions: [...staff.extra],
  withheld_permissions: [...staff.withheld],
  ...stampsOf(staff),
})
