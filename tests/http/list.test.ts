/** Lists: what may be asked, cursors, and where the links lead. */
import { expect } from 'chai'
import * as t from 'io-ts'
import { queryKey } from '../../adapters/http/codecs/numbers.ts'
import { decodeCursor, encodeCursor } from '../../adapters/http/cursor.ts'
import type { Sorts } from '../../adapters/http/cursor.ts'
import { decodeQuery } from '../../adapters/http/decode.ts'
import { listed, listQuery } from '../../adapters/http/list.ts'
import { E, pipe } from '../../core/shared/fp.ts'
import type { Keyset } from '../../core/shared/page.ts'

const sorts: Sorts<'id' | 'title' | 'year' | 'added_on' | 'added_at'> = {
  id: 'id',
  title: 'text',
  year: 'number',
  added_on: 'day',
  added_at: 'instant',
}
const query = listQuery({
  sorts,
  standard: { field: 'title', direction: 'asc' },
  shape: t.strict({ id: t.number, title: t.string, year: t.number }),
  filters: { genre_id: queryKey<'genre'>() },
})

const ask = (text: string) => decodeQuery(query, new URLSearchParams(text))
const asked = (text: string) =>
  pipe(
    ask(text),
    E.getOrElseW((error): never => {
      throw new Error(JSON.stringify(error))
    }),
  )
const faultsOf = (text: string): readonly string[] => {
  const read = ask(text)
  if (E.isRight(read)) return []
  const { type, faults } = read.left as { type: string; faults: { field: string; code: string }[] }
  return [type, ...faults.map(({ field, code }) => `${field} ${code}`)]
}

const title = { field: 'title', direction: 'asc' } as const
const keyset: Keyset = { values: ['a title'], id: 7 }
const cursor = encodeCursor([title], keyset)

describe('what a list may be asked', () => {
  it('is nothing', () =>
    expect(asked('')).to.deep.equal({
      page: { sort: [title], limit: 20, at: { kind: 'page', page: 1 } },
      picked: null,
      filters: {},
    }))

  it('is everything at once', () =>
    expect(asked('page=3&limit=100&sort=-year,title&fields=title&genre_id=9')).to.deep.equal({
      page: {
        sort: [{ field: 'year', direction: 'desc' }, title],
        limit: 100,
        at: { kind: 'page', page: 3 },
      },
      picked: ['title'],
      filters: { genre_id: 9 },
    }))

  it('is a cursor', () =>
    expect(asked(`cursor=${cursor}&limit=5`).page).to.deep.equal({
      sort: [title],
      limit: 5,
      at: { kind: 'cursor', after: keyset },
    }))

  const refused: readonly (readonly [string, ...string[]])[] = [
    ['page=0', 'InvalidInput', 'page OUT_OF_RANGE'],
    ['page=-1', 'InvalidInput', 'page OUT_OF_RANGE'],
    ['page=9007199254740991', 'InvalidInput', 'page OUT_OF_RANGE'],
    ['limit=0', 'InvalidInput', 'limit OUT_OF_RANGE'],
    ['limit=101', 'InvalidInput', 'limit OUT_OF_RANGE'],
    ['limit=all', 'InvalidInput', 'limit NOT_AN_INTEGER'],
    ['sort=colour', 'InvalidInput', 'sort UNKNOWN_SORT_FIELD'],
    ['sort=title,-title', 'InvalidInput', 'sort UNKNOWN_SORT_FIELD'],
    ['sort=--title', 'InvalidInput', 'sort UNKNOWN_SORT_FIELD'],
    ['sort=', 'InvalidInput', 'sort UNKNOWN_SORT_FIELD'],
    ['sort=constructor', 'InvalidInput', 'sort UNKNOWN_SORT_FIELD'],
    ['fields=title,secret', 'InvalidInput', 'fields UNKNOWN_FIELD'],
    ['fields=', 'InvalidInput', 'fields UNKNOWN_FIELD'],
    ['genre_id=x', 'InvalidInput', 'genre_id NOT_AN_INTEGER'],
    ['genre_id=1&genre_id=2', 'InvalidInput', 'genre_id REPEATED'],
    ['colour=red', 'UnknownParameter', 'colour UNKNOWN_PARAMETER'],
    ['Page=1', 'UnknownParameter', 'Page UNKNOWN_PARAMETER'],
    ['__proto__=1', 'UnknownParameter', '__proto__ UNKNOWN_PARAMETER'],
    ['toString=1&limit=0', 'UnknownParameter', 'toString UNKNOWN_PARAMETER', 'limit OUT_OF_RANGE'],
    [`cursor=${cursor}&page=1`, 'InvalidInput', 'cursor INVALID_CURSOR'],
    [`cursor=${cursor}&sort=-title`, 'InvalidInput', 'cursor INVALID_CURSOR'],
    [`cursor=${cursor}&sort=year`, 'InvalidInput', 'cursor INVALID_CURSOR'],
    ['cursor=garbage', 'InvalidInput', 'cursor INVALID_CURSOR'],
    ['cursor=', 'InvalidInput', 'cursor REQUIRED'],
    ['cursor=%00', 'InvalidInput', 'cursor INVALID_CHARACTERS'],
  ]
  for (const [text, ...faults] of refused) {
    it(`is not ${text.slice(0, 60)}`, () => expect(faultsOf(text)).to.deep.equal(faults))
  }
})

describe('a cursor', () => {
  const sort = [
    { field: 'title', direction: 'asc' },
    { field: 'year', direction: 'desc' },
    { field: 'added_on', direction: 'asc' },
    { field: 'added_at', direction: 'asc' },
  ] as const
  const made = (...parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const order = 'title,-year,added_on,added_at'

  it('gives back what it was made of', () => {
    for (const values of [
      ['title', -44, '2026-11-21', 1_700_000_000_000],
      [null, null, null, null],
      ['ÿ\u009c', 0, '0001-01-01', '2026-11-21T10:00:00.000Z'],
    ]) {
      const place = { values, id: 3 }
      expect(decodeCursor(sorts, sort, encodeCursor(sort, place))).to.deep.equal(E.right(place))
    }
  })

  it('of which a store could not make sense is refused', () => {
    const good = ['title', 1, '2026-11-21', 1]
    const forged: readonly string[] = [
      made(order, good, 0),
      made(order, good, '3'),
      made(order, good, 1.5),
      made(order, good.slice(1), 3),
      made(order, [...good, 1], 3),
      made(order, 'title', 3),
      made(order, [1, 1, '2026-11-21', 1], 3),
      made(order, ['a\u0000', 1, '2026-11-21', 1], 3),
      made(order, ['\ud800', 1, '2026-11-21', 1], 3),
      made(order, ['title', '1', '2026-11-21', 1], 3),
      made(order, ['title', 1e300, '2026-11-21', 1], 3),
      made(order, ['title', 2 ** 31, '2026-11-21', 1], 3),
      made(order, ['title', 1, '2026-02-30', 1], 3),
      made(order, ['title', 1, '0000-01-01', 1], 3),
      made(order, ['title', 1, '2026-11-21', '2026-11-21T10:00:00+01:00'], 3),
      made(order, ['title', 1, '2026-11-21', '0000-01-01T00:00:00.000Z'], 3),
      made(order, ['title', 1, '2026-11-21', 1e18], 3),
      made(order, ['title', 1, '2026-11-21', 'now'], 3),
      made(order, ['title', 1, '2026-11-21', true], 3),
      made(order, [{}, 1, '2026-11-21', 1], 3),
      made(order, good),
      made('title', good, 3),
      Buffer.from('{"values": []}').toString('base64url'),
      Buffer.from('null').toString('base64url'),
      '!!!!',
    ]
    for (const cursorText of forged)
      expect(E.isLeft(decodeCursor(sorts, sort, cursorText)), cursorText).to.equal(true)
  })
})

describe('a page of a list', () => {
  const address = { path: '/api/v1/things', query: new URLSearchParams('genre_id=9&page=2&limit=10') }
  const rows = [{ id: 1, title: 'a', year: 1999 }]
  const show = (text: string, total: number, next: Keyset | null = null, path = text) =>
    listed(
      'Things',
      { ...address, query: new URLSearchParams(path) },
      asked(text),
      { rows, total, next },
      row => row,
    )
  const links = (answer: { headers: Readonly<Record<string, string>> }): Readonly<Record<string, string>> =>
    Object.fromEntries(
      (answer.headers['Link'] ?? '').split(', ').map((link): [string, string] => {
        const [, target, relation] = /^<(.*)>; rel="(.*)"$/.exec(link)!
        return [relation!, target!]
      }),
    )

  it('tells where it lies', () => {
    const answer = show('limit=10&page=2&genre_id=9', 35, keyset)
    expect(answer.meta).to.deep.equal({ page: 2, limit: 10, total: 35, total_pages: 4, next_cursor: cursor })
    expect(answer.headers['X-Total-Count']).to.equal('35')
    expect(links(answer)).to.deep.equal({
      first: '/api/v1/things?limit=10&genre_id=9&page=1',
      prev: '/api/v1/things?limit=10&genre_id=9&page=1',
      next: '/api/v1/things?limit=10&genre_id=9&page=3',
      last: '/api/v1/things?limit=10&genre_id=9&page=4',
    })
  })

  it('has no page before the first and none after the last', () => {
    expect(links(show('limit=10', 5))).to.have.keys('first', 'last')
    expect(links(show('limit=10&page=4', 35))).to.have.keys('first', 'prev', 'last')
  })

  it('leads back from beyond the end', () => {
    const answer = show('limit=10&page=99', 35)
    expect(links(answer)['prev']).to.equal('/api/v1/things?limit=10&page=4')
    expect(links(answer)).to.have.keys('first', 'prev', 'last')
  })

  it('is one page when there is nothing', () => {
    const answer = show('', 0)
    expect(answer.meta).to.include({ page: 1, total: 0, total_pages: 0, next_cursor: null })
    expect(links(answer)['last']).to.equal('/api/v1/things?page=1')
  })

  it('has no number when it is read by cursor', () => {
    const answer = show(`cursor=${cursor}`, 35, { values: ['b'], id: 9 })
    expect(answer.meta).to.deep.equal({
      page: null,
      limit: 20,
      total: 35,
      total_pages: null,
      next_cursor: encodeCursor([title], { values: ['b'], id: 9 }),
    })
    expect(links(answer)).to.have.keys('first', 'next')
    expect(links(answer)['first']).to.equal('/api/v1/things')
  })

  it('ends where no cursor is left', () => expect(links(show(`cursor=${cursor}`, 35))).to.have.keys('first'))

  it('shows the fields asked for, and the id', () =>
    expect(show('fields=year', 1).data).to.deep.equal([{ id: 1, year: 1999 }]))

  it('cannot be made to say anything else by what it was asked', () => {
    const answer = show('', 50, null, 'q=%22%3E%0D%0AX-Evil%3A%20yes%2C%20%3Cevil%3E')
    expect(answer.headers['Link']).not.to.match(/[\r\n]|<evil>/)
  })
})
