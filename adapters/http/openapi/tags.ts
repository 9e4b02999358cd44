/** How the routes are grouped for a reader: by what their permission is about. */
import type { Permission } from '../../../core/identity/permissions.ts'

type Subject = Permission extends `${infer Of}:${string}` ? Of : never

const tagBySubject: Readonly<Record<Subject, string>> = {
  session: 'Sessions',
  mfa: 'Sessions',
  catalogue: 'Catalogue',
  copy: 'Catalogue',
  branch: 'Branches',
  member: 'Members',
  staff: 'Members',
  loan: 'Circulation',
  transfer: 'Circulation',
  eligibility: 'Circulation',
  rule: 'Circulation',
  reservation: 'Reservations',
  fine: 'Fines',
  audit: 'Administration',
  'api-key': 'Administration',
  settings: 'Administration',
  clock: 'Administration',
  job: 'Administration',
  consistency: 'Administration',
}

export const tagOf = (permission: Permission): string => tagBySubject[permission.split(':')[0] as Subject]

export const operationsTag = 'Operations'

const descriptions: Readonly<Record<string, string>> = {
  Sessions: 'Logging in, with a second factor; staying in, logging out.',
  Catalogue: 'Books, their copies, authors, publishers and genres.',
  Branches: 'Where the library is, and when it is open.',
  Members: 'Those who borrow, and those who lend.',
  Circulation: 'Copies are lent, renewed and brought back, by the rules.',
  Reservations: 'Titles are waited for, kept and fetched.',
  Fines: 'What members owe, pay, and are let off; every movement in the ledger.',
  Administration: 'What the administrator reads, sets and runs.',
  [operationsTag]: 'For whoever runs the library, and for tools.',
}

export const tags = Object.entries(descriptions).map(([name, description]) => ({ name, description }))
