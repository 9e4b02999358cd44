/** All that a library holds, as its administrator sees it: what two storages must agree on at the end. */
import { expect } from 'chai'
import { written } from './talk.ts'
import type { Talk } from './talk.ts'
import type { Town } from './town.ts'

const lists = ['/borrowings', '/reservations', '/fines', '/users', '/books']

const wholeList = async ({ say }: Talk, path: string): Promise<readonly string[]> => {
  const rows: string[] = []
  for (let query = '?limit=100&sort=id'; ;) {
    const { status, data, meta } = await say('GET', `${path}${query}`)
    expect(status, path).to.equal(200)
    for (const row of data as unknown as readonly object[]) rows.push(`${path} ${written(row)}`)
    if (typeof meta['next_cursor'] !== 'string') return rows
    query = `?limit=100&sort=id&cursor=${encodeURIComponent(meta['next_cursor'])}`
  }
}

/** A line for each thing. */
export const wholeState = async (talk: Talk, { items, main, small }: Town): Promise<readonly string[]> => {
  const lines: string[] = []
  for (const path of lists) lines.push(...(await wholeList(talk, path)))
  for (const bookId of new Set(items.map(item => item.bookId))) {
    lines.push(...(await wholeList(talk, `/books/${bookId}/copies`)))
  }
  for (const { id } of [main, small]) {
    lines.push(...(await wholeList(talk, `/branches/${id}/hold-shelf`)))
    lines.push(...(await wholeList(talk, `/branches/${id}/closures`)))
    lines.push(...(await wholeList(talk, `/branches/${id}/transfers`)))
  }
  return lines
}
