/** A library so small that everybody gets in everybody's way, made through the API itself. */
import { expect } from 'chai'
import type { Persistence } from '../../app/persistence.ts'
import type { BranchId } from '../../core/shared/id.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { enrolled } from '../support/second-factor.ts'
import { done } from '../support/world.ts'
import { aBranch as branchDetails, zone } from '../support/builders.ts'
import { clientOf, idOf } from '../http/support/client.ts'
import type { Client, Reply } from '../http/support/client.ts'
import { startApi } from '../http/support/start-api.ts'
import { lowLimits } from './rule-changes.ts'

/** Real time, at which everything stands still; library time is set by the clock route. Spring begins a month later. */
export const start = instant(Date.parse('2026-03-02T08:30:00Z'))

const weekdays = (opens: string, closes: string) =>
  Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map(day => [day, [[opens, closes]]]),
  )

/** One of weekdays, one that is open on Saturday and changes its clock at midnight, one that never opens and serves no pickups. */
const branches = [
  { name: 'Mitte', time_zone: 'Europe/Berlin', hours_of_operation: weekdays('09:00', '18:00') },
  {
    name: 'Norte',
    time_zone: 'America/Santiago',
    hours_of_operation: { ...weekdays('10:00', '14:00'), monday: [], saturday: [['10:00', '24:00']] },
  },
  { name: 'Depot', time_zone: 'Asia/Kathmandu', pickup: false },
]

const members = [
  { username: 'ada', home: 0 },
  { username: 'bea', home: 1 },
  { username: 'cem', home: 0, membership_type: 'student' },
  { username: 'dan', home: null, membership_type: 'child', date_of_birth: '2016-05-04' },
  { username: 'eve', home: 2, membership_type: 'premium' },
  { username: 'fay', home: 1, membership_type: 'senior', membership_expires_on: '2026-05-16' },
]

/** A copy by the place of its branch. */
const titles = [
  { title: 'A Wizard of Earthsea', category: 'book', copies: [0, 0, 1] },
  { title: 'The Dispossessed', category: 'media', copies: [0, 1] },
  { title: 'Kindred', category: 'book', copies: [0] },
  { title: 'Blindness', category: 'book', copies: [1], min_age: 16 },
  { title: 'Solaris', category: 'media', copies: [2, 0] },
]

export const branchCount = branches.length
export const memberCount = members.length
export const titleCount = titles.length
export const copyCount = titles.flatMap(({ copies }) => copies).length

export interface Item {
  readonly id: number
  readonly barcode: string
  /** Where it lived at first. */
  readonly home: number
}

export interface SmallWorld {
  readonly call: Client
  readonly tokens: Readonly<Record<string, string>>
  readonly branches: readonly number[]
  readonly members: readonly number[]
  /** Library card numbers, by the places of their members. */
  readonly cards: readonly string[]
  readonly books: readonly number[]
  readonly copies: readonly Item[]
  /** The default row as it stood at first, with low limits. */
  readonly defaults: Readonly<Record<string, unknown>>
  /** What the API took for a fault of its own. */
  readonly bugs: readonly { readonly error: unknown }[]
  readonly close: () => Promise<void>
}

const password = 'correct horse battery'

export const barcodeOf = (number: number): string => `C-${number}`

const made = (reply: Reply): Reply => {
  expect(reply.status, reply.text).to.be.within(200, 201)
  return reply
}

/** Somebody must be there first who may make all the rest. */
const appoint = async (
  persistence: Persistence,
  call: Client,
  username: string,
  position: { readonly role: 'admin' | 'librarian' | 'branch_manager'; readonly branchId: BranchId },
): Promise<string> => {
  const reply = made(
    await call('POST', '/users', {
      body: {
        username,
        email: `${username}@example.org`,
        password,
        first_name: username,
        last_name: 'Staff',
      },
    }),
  )
  const token = await tokenOf(call, username)
  await done(persistence, stores =>
    pipe(
      stores.members.get(id(idOf(reply))),
      TE.flatMap(member => stores.members.save({ ...member, status: 'active' })),
      TE.flatMap(({ id: memberId }) => stores.members.appoint(memberId, position)),
    ),
  )
  await enrolled(persistence, id(idOf(reply)))
  return token
}

const tokenOf = async (call: Client, login: string): Promise<string> =>
  (
    made(await call('POST', '/auth/login', { body: { login, password } })).data as {
      readonly access_token: string
    }
  ).access_token

export const aSmallWorld = async (persistence: Persistence): Promise<SmallWorld> => {
  const api = await startApi(persistence, { clock: { now: () => start } })
  const call = clientOf(api)
  const first = await done(persistence, stores =>
    stores.branches.add(branchDetails({ name: 'Office', timeZone: zone('UTC') })),
  )
  const admin = await appoint(persistence, call, 'admin', { role: 'admin', branchId: first.id })
  const tokens: Record<string, string> = { admin }
  const create = async (path: string, body: object): Promise<Reply> =>
    made(await call('POST', path, { token: admin, body }))
  const post = async (path: string, body: object): Promise<number> => idOf(await create(path, body))

  const branchIds: number[] = []
  for (const branch of branches) branchIds.push(await post('/branches', branch))
  tokens['librarian'] = await appoint(persistence, call, 'librarian', {
    role: 'librarian',
    branchId: id(branchIds[0]!),
  })
  tokens['manager'] = await appoint(persistence, call, 'manager', {
    role: 'branch_manager',
    branchId: id(branchIds[1]!),
  })

  const memberIds: number[] = []
  const cards: string[] = []
  for (const { home, username, ...rest } of members) {
    const names = { username, email: `${username}@example.org`, first_name: username, last_name: 'Reader' }
    const member = await create('/users', {
      ...names,
      password,
      date_of_birth: '1980-02-29',
      membership_expires_on: null,
      home_branch_id: home === null ? null : branchIds[home],
      ...(rest.date_of_birth === undefined ? {} : { guardian_id: memberIds[0] }),
      ...rest,
    })
    memberIds.push(idOf(member))
    cards.push((member.data as { readonly library_card_number: string }).library_card_number)
    tokens[username] = await tokenOf(call, username)
  }

  const author = await post('/authors', { name: 'Ursula K. Le Guin' })
  const books: number[] = []
  const copies: Item[] = []
  for (const { category, copies: at, ...rest } of titles) {
    const book = await post('/books', { author_id: author, ...rest })
    books.push(book)
    for (const branch of at) {
      const barcode = barcodeOf(copies.length)
      const body = {
        branch_id: branchIds[branch],
        barcode,
        loan_category: category,
        ...(copies.length % 3 === 0 ? {} : { price: 450 * copies.length }),
      }
      copies.push({ id: await post(`/books/${book}/copies`, body), barcode, home: branchIds[branch]! })
    }
  }

  const { data } = made(await call('GET', '/circulation-rules', { token: admin }))
  const [standing] = (data as { readonly rows: readonly { readonly values: object }[] }).rows
  const defaults = { ...standing!.values, ...lowLimits }
  made(
    await call('PUT', '/circulation-rules', {
      token: admin,
      headers: { 'If-Match': '*' },
      body: { rows: [{ values: defaults }] },
    }),
  )
  return {
    call,
    tokens,
    branches: branchIds,
    members: memberIds,
    cards,
    books,
    copies,
    defaults,
    bugs: api.log.bugs,
    close: api.close,
  }
}

/** Whose token the member at this place has. */
export const usernameOf = (member: number): string => members[member]!.username
