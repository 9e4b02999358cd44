import { expect } from 'chai'
import type { BranchSort } from '../../core/branches/ports.ts'
import type { Member } from '../../core/members/member.ts'
import type { MemberFilter, MemberSort } from '../../core/members/ports.ts'
import { id } from '../../core/shared/id.ts'
import type { BranchId, MemberId } from '../../core/shared/id.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import type { PageRequest, Sort } from '../../core/shared/page.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { searchWords } from '../../core/shared/text.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary, Opened } from '../support/backends.ts'
import { aBranch, day, noon } from '../support/builders.ts'
import { addMember, all, byCursors, byPages, done, left, right } from '../support/world.ts'

const asc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'asc' })
const desc = <Field extends string>(field: Field): Sort<Field> => ({ field, direction: 'desc' })

const memberOrders: Readonly<Record<MemberSort, readonly [asc: string, desc: string]>> = {
  id: ['1234', '4321'],
  username: ['2143', '3412'],
  email: ['4312', '2134'],
  first_name: ['3124', '4123'],
  last_name: ['4123', '3124'],
  library_card_number: ['3421', '1243'],
  membership_type: ['2134', '1342'],
  membership_date: ['3124', '4123'],
  membership_expires_on: ['2314', '1234'],
  status: ['1324', '4213'],
  created_at: ['4231', '1234'],
}

const fourMembers = async (
  { library, clock }: Opened,
  homeBranchId: BranchId,
): Promise<readonly MemberId[]> => {
  const rows: readonly (readonly [number, Partial<Member>])[] = [
    [
      30,
      {
        username: 'Bert',
        email: 'x@example.org',
        firstName: 'Émile',
        lastName: 'Müller',
        cardNumber: 'Z9',
        membershipDate: day('2026-02-01'),
        membershipExpiresOn: day('2027-02-01'),
        status: 'active',
      },
    ],
    [
      20,
      {
        username: 'anna_1',
        email: 'Y@example.org',
        firstName: 'emile',
        lastName: 'muller',
        cardNumber: 'A-2',
        membershipType: 'child',
        membershipDate: day('2026-02-01'),
        membershipExpiresOn: day('2026-12-31'),
        status: 'pending',
      },
    ],
    [
      20,
      {
        username: 'zoe',
        email: 'b@Example.org',
        firstName: 'Änne',
        lastName: 'Zorn',
        cardNumber: '1/0',
        membershipDate: day('2026-01-31'),
        membershipExpiresOn: day('2026-12-31'),
        status: 'active',
        homeBranchId,
      },
    ],
    [
      10,
      {
        username: 'C.C',
        email: 'a@example.org',
        firstName: 'Żaneta',
        lastName: 'MULL',
        cardNumber: '10',
        membershipDate: day('2026-03-01'),
        membershipExpiresOn: null,
        status: 'suspended',
      },
    ],
  ]
  const ids: MemberId[] = []
  for (const [minutes, some] of rows) {
    clock.now = plusMinutes(noon, minutes)
    ids.push((await addMember(library, some)).id)
  }
  return ids
}

const membersOf =
  ({ queries }: OpenLibrary, filter: MemberFilter = {}) =>
  (page: PageRequest<MemberSort>) =>
    queries.members.members(filter, page)

onEveryBackend('the list of members', opened => {
  const placesOf = (
    rows: readonly { readonly member: { readonly id: MemberId } }[],
    ids: readonly MemberId[],
  ): string => rows.map(({ member }) => ids.indexOf(member.id) + 1).join('')

  const addBranch = async () => (await done(opened.library, ({ branches }) => branches.add(aBranch()))).id

  it('is sorted by every field, up and down, by pages and by cursors', async () => {
    const ids = await fourMembers(opened, await addBranch())
    const list = membersOf(opened.library)
    const [paged, walked]: Record<string, readonly string[]>[] = [{}, {}]
    for (const field of Object.keys(memberOrders) as MemberSort[]) {
      paged![field] = [
        placesOf((await byPages(list, 3, asc(field))).flat(), ids),
        placesOf((await byPages(list, 3, desc(field))).flat(), ids),
      ]
      walked![field] = [
        placesOf((await byCursors(list, 1, [asc(field)])).flat(), ids),
        placesOf((await byCursors(list, 1, [desc(field)])).flat(), ids),
      ]
    }
    expect(paged).to.deep.equal(memberOrders)
    expect(walked).to.deep.equal(memberOrders)
  })

  it('is sorted by several fields, and by id without any', async () => {
    const ids = await fourMembers(opened, await addBranch())
    const list = membersOf(opened.library)
    expect(placesOf(await all(list, desc('first_name'), desc('last_name')), ids)).to.equal('4123')
    expect(placesOf(await all(list, asc('membership_expires_on'), desc('username')), ids)).to.equal('3214')
    expect(placesOf(await all(list), ids)).to.equal('1234')
  })

  it('is filtered by status, type, home branch and card', async () => {
    const branchId = await addBranch()
    const ids = await fourMembers(opened, branchId)
    const cases: readonly (readonly [MemberFilter, string])[] = [
      [{}, '1234'],
      [{ status: 'active' }, '13'],
      [{ status: 'deactivated' }, ''],
      [{ membershipType: 'child' }, '2'],
      [{ membershipType: 'standard' }, '134'],
      [{ homeBranchId: branchId }, '3'],
      [{ homeBranchId: id(404) }, ''],
      [{ cardNumber: 'A-2' }, '2'],
      [{ cardNumber: 'A' }, ''],
      [{ status: 'active', membershipType: 'standard', cardNumber: 'Z9' }, '1'],
      [{ status: 'pending', homeBranchId: branchId }, ''],
    ]
    const found: string[] = []
    for (const [filter] of cases)
      found.push(placesOf(await all(membersOf(opened.library, filter), asc('id')), ids))
    expect(found).to.deep.equal(cases.map(([, expected]) => expected))
  })

  it('is searched by words of the names, the user name and the e-mail address', async () => {
    const ids = await fourMembers(opened, await addBranch())
    const cases: readonly (readonly [string, string])[] = [
      ['emile', '12'],
      ['ÉMILE Müller', '12'],
      ['muller bert', '1'],
      ['zaneta', '4'],
      ['anna_1', '2'],
      ['anna%1', ''],
      ['A@EXAMPLE.ORG', '4'],
      ['zorn emile', ''],
      ['zorn zoe b@example.org anne', '3'],
      ['Z9', ''],
      ['', '1234'],
    ]
    const found: string[] = []
    for (const [text] of cases) {
      found.push(placesOf(await all(membersOf(opened.library, { words: searchWords(text) }), asc('id')), ids))
    }
    expect(found).to.deep.equal(cases.map(([, expected]) => expected))
  })

  it('counts all that match, whatever the page', async () => {
    await fourMembers(opened, await addBranch())
    const list = membersOf(opened.library, { membershipType: 'standard' })
    const page = await right(list({ sort: [], limit: 2, at: { kind: 'page', page: 1 } }))
    expect([page.rows.length, page.total]).to.deep.equal([2, 3])
    const rest = await right(list({ sort: [], limit: 2, at: { kind: 'cursor', after: page.next! } }))
    expect([rest.rows.length, rest.total, rest.next]).to.deep.equal([1, 3, null])
  })

  it('shows a member with his desk and his stamps', async () => {
    const { library } = opened
    const branchId = await addBranch()
    const [first, second] = [await addMember(library), await addMember(library)]
    await done(library, ({ members }) => members.appoint(second.id, { role: 'librarian', branchId }))
    const stamps = { createdAt: noon, updatedAt: noon }
    expect(await all(membersOf(library), asc('id'))).to.deep.equal([
      { member: first, staff: null, ...stamps },
      { member: second, staff: { role: 'librarian', branchId }, ...stamps },
    ])
  })
})

onEveryBackend('the list of branches', opened => {
  const branchOrders: Readonly<Record<BranchSort, readonly [asc: string, desc: string]>> = {
    id: ['1234', '4321'],
    name: ['3412', '2143'],
    city: ['1432', '3412'],
    created_at: ['4231', '1234'],
  }

  it('is sorted by every field, up and down, by pages and by cursors', async () => {
    const { library, clock } = opened
    const ids: BranchId[] = []
    for (const [minutes, name, city] of [
      [30, 'süd', 'Berlin'],
      [20, 'Zentrum', null],
      [20, 'Änger', 'Köln'],
      [10, 'Nord', 'berlin-mitte'],
    ] as const) {
      clock.now = plusMinutes(noon, minutes)
      ids.push((await done(library, ({ branches }) => branches.add(aBranch({ name, city })))).id)
    }
    const list = (page: PageRequest<BranchSort>) => library.queries.branches.branches(page)
    const placesOf = (pages: readonly (readonly { readonly id: BranchId }[])[]) =>
      pages
        .flat()
        .map(branch => ids.indexOf(branch.id) + 1)
        .join('')
    const [paged, walked]: Record<string, readonly string[]>[] = [{}, {}]
    for (const field of Object.keys(branchOrders) as BranchSort[]) {
      paged![field] = [
        placesOf(await byPages(list, 3, asc(field))),
        placesOf(await byPages(list, 3, desc(field))),
      ]
      walked![field] = [
        placesOf(await byCursors(list, 1, [asc(field)])),
        placesOf(await byCursors(list, 1, [desc(field)])),
      ]
    }
    expect(paged).to.deep.equal(branchOrders)
    expect(walked).to.deep.equal(branchOrders)
  })

  it('shows each branch as it is, and one by its id', async () => {
    const { library } = opened
    const branch = await done(library, ({ branches }) => branches.add(aBranch({ servicesOffered: ['café'] })))
    const page = await right(
      library.queries.branches.branches({ sort: [], limit: 1, at: { kind: 'page', page: 1 } }),
    )
    expect(page).to.deep.equal({ rows: [branch], total: 1, next: null })
    expect(await right(library.queries.branches.branch(branch.id))).to.deep.equal(branch)
    expect(await left(library.queries.branches.branch(id(404)))).to.deep.equal(notFound('branch', 404))
  })
})
