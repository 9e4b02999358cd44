/** A branch as the API takes and shows it. */
import * as t from 'io-ts'
import { noHours } from '../../../core/branches/branch.ts'
import type { BranchDetails } from '../../../core/branches/branch.ts'
import type { Branch } from '../../../core/branches/ports.ts'
import { E } from '../../../core/shared/fp.ts'
import { weekdays } from '../../../core/shared/local-time.ts'
import type { Weekday } from '../../../core/shared/local-time.ts'
import { exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { email, phone, zipCode } from '../codecs/contact.ts'
import { flag, key } from '../codecs/numbers.ts'
import { fitting, list, record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { line } from '../codecs/text.ts'
import { week, zone } from '../codecs/time.ts'
import { given } from '../given.ts'
import { integer, orNull, stamped, stamps, stampsOf, view } from '../shapes.ts'

const required = { name: line(200), time_zone: zone }
const optional = {
  address: nullable(line(300)),
  city: nullable(line(100)),
  state: nullable(line(100)),
  zip_code: nullable(zipCode),
  phone: nullable(phone),
  email: nullable(email),
  manager_id: nullable(key<'member'>()),
  hours_of_operation: week,
  services_offered: list(line(100), { min: 0, max: 50 }),
  pickup: flag,
}

const changesOf = (said: Some<typeof required & typeof optional>) =>
  given<BranchDetails>({
    name: said.name,
    timeZone: said.time_zone,
    address: said.address,
    city: said.city,
    state: said.state,
    zipCode: said.zip_code,
    phone: said.phone,
    email: said.email,
    managerId: said.manager_id,
    hoursOfOperation: said.hours_of_operation,
    servicesOffered: said.services_offered,
    pickup: said.pickup,
  })

export const BranchChanges: Codec<Partial<BranchDetails>> = fitting(
  exampled(
    { phone: '+493012345678', pickup: false },
    record('BranchChanges', {}, { ...required, ...optional }),
  ),
  said => E.right(changesOf(said)),
)

const unsaid: Omit<BranchDetails, 'name' | 'timeZone'> = {
  address: null,
  city: null,
  state: null,
  zipCode: null,
  phone: null,
  email: null,
  managerId: null,
  hoursOfOperation: noHours,
  servicesOffered: [],
  pickup: true,
}

export const NewBranch: Codec<BranchDetails> = fitting(
  exampled(
    {
      name: 'Riverside',
      time_zone: 'Europe/Berlin',
      city: 'Ourtown',
      hours_of_operation: { monday: [['09:00', '18:00']] },
    },
    record('NewBranch', required, optional),
  ),
  said => E.right({ ...unsaid, ...changesOf(said), name: said.name, timeZone: said.time_zone }),
)

export const HoursView = t.array(t.tuple([t.string, t.string]))
const WeekView = view(
  'OpeningHours',
  Object.fromEntries(weekdays.map(weekday => [weekday, HoursView])) as Record<Weekday, typeof HoursView>,
  {
    monday: [['09:00', '18:00']],
    tuesday: [['09:00', '18:00']],
    wednesday: [
      ['09:00', '12:00'],
      ['14:00', '20:00'],
    ],
    thursday: [],
    friday: [['09:00', '18:00']],
    saturday: [['10:00', '14:00']],
    sunday: [],
  },
)

export const BranchView = view(
  'Branch',
  {
    id: integer,
    name: t.string,
    address: orNull(t.string),
    city: orNull(t.string),
    state: orNull(t.string),
    zip_code: orNull(t.string),
    phone: orNull(t.string),
    email: orNull(t.string),
    manager_id: orNull(integer),
    hours_of_operation: WeekView,
    services_offered: t.array(t.string),
    time_zone: t.string,
    pickup: t.boolean,
    ...stamps,
  },
  {
    id: 2,
    name: 'Riverside',
    address: 'Quay Street 4',
    city: 'Ourtown',
    state: null,
    zip_code: '12345',
    phone: '+493012345678',
    email: 'riverside@library.example',
    manager_id: 3,
    hours_of_operation: WeekView.example,
    services_offered: ['Printing'],
    time_zone: 'Europe/Berlin',
    pickup: true,
    ...stamped,
  },
)

export const branchView = (branch: Branch): t.TypeOf<typeof BranchView> => {
  const { details } = branch
  return {
    id: branch.id,
    name: details.name,
    address: details.address,
    city: details.city,
    state: details.state,
    zip_code: details.zipCode,
    phone: details.phone,
    email: details.email,
    manager_id: details.managerId,
    hours_of_operation: weekView(details),
    services_offered: [...details.servicesOffered],
    time_zone: details.timeZone,
    pickup: details.pickup,
    ...stampsOf(branch),
  }
}

const weekView = ({ hoursOfOperation }: BranchDetails) =>
  Object.fromEntries(
    weekdays.map(weekday => [
      weekday,
      hoursOfOperation[weekday].map(([opens, closes]): [string, string] => [opens, closes]),
    ]),
  ) as t.TypeOf<typeof WeekView>
