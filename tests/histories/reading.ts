/** All that the API tells of the small world, page after page. */
import { canonical } from './canonical.ts'
import type { SmallWorld } from './world.ts'

const read = ({ call, tokens }: SmallWorld, path: string) => call('GET', path, { token: tokens['admin'] })

/** Every page of a list; the query of the path goes on. */
const listOf = async (world: SmallWorld, path: string): Promise<string> => {
  const pages: string[] = []
  let pagesInAll = 1
  while (pages.length < pagesInAll) {
    const sign = path.includes('?') ? '&' : '?'
    const { text, meta } = await read(world, `${path}${sign}limit=100&page=${pages.length + 1}`)
    pages.push(canonical(text))
    pagesInAll = (meta as { readonly total_pages: number }).total_pages
  }
  return pages.join('\n')
}

const listsOf = ({ branches, members, books, copies }: SmallWorld): readonly string[] => [
  '/borrowings?sort=-borrow_date',
  '/borrowings/overdue',
  '/reservations?sort=status,-reservation_date',
  '/fines?sort=-amount',
  '/books?available=true',
  '/users',
  '/audit',
  '/admin/books/borrowers',
  '/circulation-rules/history',
  ...books.map(book => `/books/${book}/copies?sort=status`),
  ...copies.map(({ id }) => `/copies/${id}/in-house-uses`),
  ...members.flatMap(member => [
    `/users/${member}/ledger?sort=type,-amount`,
    `/users/${member}/reservations`,
    `/users/${member}/borrowings?is_returned=false`,
    `/users/${member}/blocks`,
  ]),
  ...branches.flatMap(branch => [
    `/branches/${branch}/pull-list`,
    `/branches/${branch}/hold-shelf`,
    `/branches/${branch}/hold-shelf?to_clear=true`,
    `/branches/${branch}/closures`,
    `/branches/${branch}/transfers`,
    `/branches/${branch}/transfers?overdue=true&direction=to`,
  ]),
]

const eligibilityOf = ({ members, books, copies }: SmallWorld): readonly string[] =>
  members.flatMap((member, place) => [
    `/users/${member}/eligibility?barcode=${copies[place]!.barcode}`,
    `/users/${member}/eligibility?action=reserve&book_id=${books[place % books.length]!}`,
  ])

/** By its address, what each answers. */
export const readAll = async (world: SmallWorld): Promise<Readonly<Record<string, string>>> => {
  const found: Record<string, string> = {}
  for (const path of listsOf(world)) found[path] = await listOf(world, path)
  for (const path of eligibilityOf(world)) found[path] = canonical((await read(world, path)).text)
  return found
}
