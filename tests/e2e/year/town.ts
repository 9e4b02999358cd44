/** What the library is made of before its year begins: two branches, their rules, members, and titles with copies. */
import { expect } from 'chai'
import type { Chance } from '../../../migrations/seeds/random.ts'
import { defaultRow, defaultValues } from '../../../core/circulation/rule-table.ts'
import { weekdayOf } from '../../../core/shared/local-time.ts'
import type { Day, Zone } from '../../../core/shared/local-time.ts'
import { snaked } from '../../../core/shared/spelling.ts'
import type { Length } from './length.ts'
import type { Talk, Told } from './talk.ts'

export interface Place {
  readonly id: number
  readonly zone: Zone
}

export interface Reader {
  readonly id: number
  readonly card: string
  /** Of those who check out for themselves. */
  readonly token: string | null
}

export interface Item {
  readonly id: number
  readonly bookId: number
  readonly barcode: string
  /** Lent for hours: what is said of it depends on the minute. */
  readonly byTheHour: boolean
}

export interface Town {
  /** Where nearly everything happens. */
  readonly main: Place
  /** In another zone, where some fetch what they reserved. */
  readonly small: Place
  readonly readers: readonly Reader[]
  readonly items: readonly Item[]
}

const password = 'a year of reading, day by day'
const selfService = 12

const weekdays = [['09:00', '19:00']]
const hours = {
  monday: weekdays,
  tuesday: weekdays,
  wednesday: [['09:00', '13:00']],
  thursday: weekdays,
  friday: weekdays,
  saturday: [['10:00', '14:00']],
  sunday: [],
}

interface Closure {
  readonly from: string
  readonly to: string
  readonly yearly?: true
  readonly open?: readonly (readonly string[])[]
  readonly reason: string
}

const on = (date: string): Pick<Closure, 'from' | 'to'> => ({ from: date, to: date })

/** Those of every year, and of this one. */
const closures: readonly Closure[] = [
  { ...on('2027-05-01'), yearly: true, reason: 'Labour Day' },
  { from: '2027-12-24', to: '2027-12-26', yearly: true, reason: 'Christmas' },
  { ...on('2027-10-03'), yearly: true, reason: 'Day of German Unity' },
  { from: '2027-03-26', to: '2027-03-29', reason: 'Easter' },
  { from: '2027-08-02', to: '2027-08-14', reason: 'Summer' },
  { ...on('2027-12-12'), open: [['13:00', '18:00']], reason: 'Advent Sunday' },
]

/** Is the door of the main branch open? All yearly ones lie within a year. */
export const isOpen = (today: Day): boolean => {
  const closure = closures.find(({ from, to, yearly }) => {
    const [first, day, last] = yearly ? [from, today, to].map(date => date.slice(5)) : [from, today, to]
    return first! <= day! && day! <= last!
  })
  return closure === undefined ? hours[weekdayOf(today)].length > 0 : closure.open !== undefined
}

const types = ['standard', 'standard', 'standard', 'student', 'child', 'senior'] as const
const categories = ['book', 'book', 'book', 'book', 'media'] as const

const forAny = { ...snaked(defaultRow({ defaults: defaultValues })), values: {} }

/** The rules of the year. @param rest what the default row says otherwise */
export const rulesOfTheYear = (rest: object = {}): object => ({
  rows: [
    {
      ...forAny,
      values: {
        ...snaked(defaultValues),
        max_checkouts_per_hour: 4,
        high_demand: { reservations_over: 2, loan_period: { length: 1, unit: 'weeks' } },
        ...rest,
      },
    },
    { ...forAny, membership_type: 'student', values: { loan_period: { length: 1, unit: 'months' } } },
    { ...forAny, membership_type: 'child', values: { max_loans: 4, max_reservations: 2 } },
    { ...forAny, membership_type: 'senior', values: { auto_renew: true, reservation_priority: 1 } },
    {
      ...forAny,
      loan_category: 'media',
      values: {
        loan_period: { length: 5, unit: 'hours' },
        closed_hours: 'next_opening',
        max_renewals: 0,
        fine: { ...snaked(defaultValues.fine), amount: 10, per: 'hour' },
      },
    },
  ],
})

const idOf = ({ data }: Told): number => Number(data['id'])

export const logIn = async ({ say }: Talk, login: string, as: string = password): Promise<string> =>
  String((await say('POST', '/auth/login', { login, password: as })).data['access_token'])

/** Asked as the administrator, in order: every storage gives the same ids. */
export const foundTown = async (talk: Talk, { next, happens, pick }: Chance, size: Length): Promise<Town> => {
  const create = async (path: string, body: object): Promise<Told> => {
    const told = await talk.say('POST', path, body)
    expect(told.status, talk.lines().at(-1)).to.equal(201)
    return told
  }
  const made = async (path: string, body: object): Promise<number> => idOf(await create(path, body))
  const branch = async (name: string, time_zone: string): Promise<Place> => ({
    id: await made('/branches', { name, time_zone, hours_of_operation: hours }),
    zone: time_zone as Zone,
  })
  const [main, small] = [await branch('Main', 'Europe/Berlin'), await branch('Harbour', 'Europe/Lisbon')]
  for (const closure of closures) await made(`/branches/${main.id}/closures`, closure)
  const { rows } = rulesOfTheYear() as { readonly rows: readonly object[] }
  expect(await putRules(talk, { rows })).to.equal(200)

  const readers: Reader[] = []
  for (let index = 0; index < size.members; index += 1) {
    const username = `reader.${index}`
    const joined = await create('/users', {
      username,
      email: `${username}@example.org`,
      password,
      first_name: 'Reader',
      last_name: String(index),
      status: 'active',
      membership_type: pick(types),
      home_branch_id: happens(0.9) ? main.id : small.id,
      membership_expires_on: happens(0.05) ? '2027-07-31' : null,
    })
    readers.push({
      id: idOf(joined),
      card: String(joined.data['library_card_number']),
      token: index < selfService ? await logIn(talk, username) : null,
    })
  }

  const author = await made('/authors', { first_name: 'Year', last_name: 'Round' })
  const items: Item[] = []
  for (let index = 0; index < size.titles; index += 1) {
    const bookId = await made('/books', { title: `Title ${index}`, author_id: author })
    // Few have many copies.
    for (let copies = Math.ceil(4 * next() ** 2); copies > 0; copies -= 1) {
      const barcode = `Y-${items.length}`
      const branch_id = happens(0.93) ? main.id : small.id
      const loan_category = pick(categories)
      const price = happens(0.8) ? 1500 : null
      const id = await made(`/books/${bookId}/copies`, { branch_id, barcode, loan_category, price })
      items.push({ id, bookId, barcode, byTheHour: loan_category === 'media' })
    }
  }
  return { main, small, readers, items }
}

/** As they are now, whatever they were. @returns the status */
export const putRules = async (talk: Talk, table: object): Promise<number> =>
  (await talk.say('PUT', '/circulation-rules', table, { ifMatch: '*' })).status
