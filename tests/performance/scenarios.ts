/** What is asked of the product, over and over, by each connection. */
import type { Library, Slot } from './library.ts'
import type { Ask } from './load.ts'

/** What a scenario needs: the library, and the loans that were made for the renewals. */
export interface Stage {
  readonly library: Library
  readonly loanIds: readonly number[]
  readonly connections: number
  /** What each connection may still have on loan where its last run was cut short. */
  readonly out: Map<number, Slot>
}

export interface Scenario {
  readonly name: ScenarioName
  /** Requests that make one operation. */
  readonly requestsPerOperation: number
  /** As the librarian, or as anybody. */
  readonly login: boolean
  /** The requests of one connection; each call of one is its next turn. Connections never meet on a row. */
  readonly cycleOf: (stage: Stage, connection: number) => readonly (() => Ask)[]
}

export const scenarioNames = [
  'checkout-and-return',
  'renewal',
  'book-detail',
  'me',
  'eligibility',
  'list-page',
] as const
export type ScenarioName = (typeof scenarioNames)[number]

/** Every so-manieth of the things is a connection's own; it takes them in turn, for ever. */
const inTurn = <Thing>(
  things: readonly Thing[],
  { connections }: Stage,
  connection: number,
): (() => Thing) => {
  const own = things.filter((_, index) => index % connections === connection)
  // Where the last run stopped is forgotten; where one begins is left to chance, so that no rows become hot.
  let turn = Math.floor(Math.random() * own.length)
  return () => {
    turn += 1
    const thing = own[turn % own.length]
    if (thing === undefined) throw new Error('The library is too small for so many connections')
    return thing
  }
}

export const checkOut = ({ card, barcode }: Slot): Ask => ({
  method: 'POST',
  path: '/api/v1/borrowings',
  body: { library_card_number: card, barcode },
  expect: '"Checked out"',
})

export const bringBack = ({ barcode }: Pick<Slot, 'barcode'>): Ask => ({
  method: 'POST',
  path: '/api/v1/returns',
  body: { barcode },
  expect: '"Returned"',
})

const pages = ['title', '-publication_year', 'created_at', 'language'].flatMap(sort =>
  Array.from({ length: 16 }, (_, page) => `/api/v1/books?limit=20&sort=${sort}&page=${String(page + 1)}`),
)

const get = (path: string): Ask => ({ method: 'GET', path })

const reading = (
  name: ScenarioName,
  login: boolean,
  pathsOf: (stage: Stage, connection: number) => () => string,
): Scenario => ({
  name,
  requestsPerOperation: 1,
  login,
  cycleOf: (stage, connection) => {
    const next = pathsOf(stage, connection)
    return [() => get(next())]
  },
})

export const scenarios: readonly Scenario[] = [
  {
    name: 'checkout-and-return',
    requestsPerOperation: 2,
    login: true,
    cycleOf: (stage, connection) => {
      const next = inTurn(stage.library.slots, stage, connection)
      let slot = next()
      const lend = (): Ask => {
        slot = next()
        stage.out.set(connection, slot)
        return checkOut(slot)
      }
      return [lend, () => bringBack(slot)]
    },
  },
  {
    name: 'renewal',
    requestsPerOperation: 1,
    login: true,
    cycleOf: (stage, connection) => {
      const next = inTurn(stage.loanIds, stage, connection)
      return [
        () => ({ method: 'PUT', path: `/api/v1/borrowings/${String(next())}/renew`, expect: '"Renewed"' }),
      ]
    },
  },
  reading('book-detail', false, (stage, connection) => {
    const next = inTurn(stage.library.bookIds, stage, connection)
    return () => `/api/v1/books/${String(next())}`
  }),
  reading('me', true, () => () => '/api/v1/auth/me'),
  reading('eligibility', true, (stage, connection) => {
    const next = inTurn(stage.library.slots, stage, connection)
    return () => {
      const { memberId, barcode } = next()
      return `/api/v1/users/${String(memberId)}/eligibility?barcode=${barcode}`
    }
  }),
  reading('list-page', false, (stage, connection) => inTurn(pages, stage, connection)),
]
