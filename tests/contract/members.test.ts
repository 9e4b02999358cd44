import { expect } from 'chai'
import type { Member } from '../../core/members/member.ts'
import { register } from '../../core/members/member.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { id } from '../../core/shared/id.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { aMember, bySystem, day, noon } from '../support/builders.ts'
import { addMember, aLibrary, done, each, left, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

const get = (library: OpenLibrary, memberId: Member['id']) =>
  done(library, ({ members }) => members.get(memberId))

const everything = ({ branchId, memberIds }: World): Omit<Member, 'id' | 'version'> => ({
  username: 'Zoë.K_1',
  email: 'Zoë.Krüger+lib@Example.org',
  firstName: 'Zoë 🦊',
  lastName: 'O’Krüger-Ñandú',
  phone: '+4930123456',
  address: 'Straße des 17. Juni 1',
  city: 'Berlin',
  state: 'BE',
  zipCode: '10785',
  dateOfBirth: day('2012-02-29'),
  emergencyContact: 'Mutter, "abends"',
  preferences: { language: 'pt-BR', keepHistory: false },
  homeBranchId: branchId,
  guardianId: memberIds[0]!,
  status: 'suspended',
  membershipType: 'child',
  membershipDate: day('2026-02-28'),
  membershipExpiresOn: null,
  cardNumber: 'OLD-4/7.A',
})

onEveryBackend('members', opened => {
  it('come back as they were added, with nothing that may be left out', async () => {
    const { library } = opened
    const member = aMember({ id: await right(library.ids.next('member')) })
    const added = await done(library, ({ members }) => members.add(register(member, noon), null, bySystem))
    expect(added).to.deep.equal({ ...member, version: 1 })
    expect(await get(library, member.id)).to.deep.equal(added)
  })

  it('come back as they were added, with everything', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const details = everything(world)
    const added = await addMember(library, details, '$2b$12$hash')
    expect(added).to.deep.equal({ ...details, id: added.id, version: 1 })
    expect(await get(library, added.id)).to.deep.equal(added)
    expect((await right(library.queries.members.member(added.id))).member).to.deep.equal(added)
  })

  it('are not found by an id that names nobody', async () => {
    const { work, queries } = opened.library
    for (const asked of [
      work.run(({ members }) => members.get(id(404))),
      work.run(({ borrowers }) => borrowers.get(id(404))),
      work.run(({ borrowers }) => borrowers.locate({ memberId: id(404) })),
      queries.members.member(id(404)),
      queries.identity.account(id(404)),
    ]) {
      expect(await left<unknown, unknown>(asked)).to.deep.equal(notFound('user', 404))
    }
    const byCard = await left(work.run(({ borrowers }) => borrowers.locate({ cardNumber: 'NONE' })))
    expect(byCard).to.deep.equal(notFound('user', 'NONE'))
  })

  it('are saved with every field changed, and changed back', async () => {
    const { library } = opened
    const world = await aLibrary(library)
    const bare = await addMember(library)
    const full: Member = { ...everything(world), id: bare.id, version: 1 }
    opened.clock.now = plusMinutes(noon, 30)
    const saved = await done(library, ({ members }) => members.save(full))
    expect(saved).to.deep.equal({ ...full, version: 2 })
    expect(await get(library, bare.id)).to.deep.equal(saved)
    const record = await right(library.queries.members.member(bare.id))
    expect(record).to.include({ createdAt: noon, updatedAt: plusMinutes(noon, 30) })
    await done(library, ({ members }) => members.save({ ...bare, version: 2 }))
    expect(await get(library, bare.id)).to.deep.equal({ ...bare, version: 3 })
  })

  it('keep their password when they are saved', async () => {
    const { library } = opened
    const member = await addMember(library, {}, 'a hash')
    await done(library, ({ members }) => members.save({ ...member, username: 'renamed' }))
    const credentials = await right(library.queries.identity.credentials('renamed'))
    expect(credentials?.passwordHash).to.equal('a hash')
  })

  it('are saved only over the version that was read', async () => {
    const { library } = opened
    const member = await addMember(library)
    const saved = await done(library, ({ members }) => members.save({ ...member, firstName: 'First' }))
    const error = await left(
      library.work.run(({ members }) => members.save({ ...member, firstName: 'Second' })),
    )
    expect(error).to.deep.equal(staleWrite('user', member.id))
    expect(await get(library, member.id)).to.deep.equal(saved)
  })

  const taken: readonly (readonly [field: string, theirs: Partial<Member>, same: Partial<Member>])[] = [
    ['username', { username: 'Ada.L' }, { username: 'ada.l' }],
    ['email', { email: 'ada@example.org' }, { email: 'ADA@Example.org' }],
    ['library_card_number', { cardNumber: 'CARD-1' }, { cardNumber: 'CARD-1' }],
  ]
  for (const [field, theirs, same] of taken) {
    it(`share no ${field}, whether added or saved`, async () => {
      const { library } = opened
      const first = await addMember(library, theirs)
      const memberId = await right(library.ids.next('member'))
      const adding = library.work.run(({ members }) =>
        members.add(register(aMember({ ...same, id: memberId }), noon), null, bySystem),
      )
      expect(await left(adding)).to.deep.equal(duplicateKey(field))
      const other = await addMember(library)
      const saving = library.work.run(({ members }) => members.save({ ...other, ...same }))
      expect(await left(saving)).to.deep.equal(duplicateKey(field))
      const own = await done(library, ({ members }) => members.save({ ...first, ...same }))
      expect(own).to.include(same)
      await done(library, ({ members }) =>
        members.save({ ...own, username: 'moved', email: 'moved@example.org', cardNumber: 'MOVED' }),
      )
      expect((await right(adding)).id).to.equal(memberId)
    })
  }

  it('borrow under the same details', async () => {
    const { library } = opened
    const member = await addMember(library, { cardNumber: 'CARD-1' })
    const seen = await done(library, ({ borrowers }) =>
      pipe(
        TE.Do,
        TE.bindW('byId', () => borrowers.locate({ memberId: member.id })),
        TE.bindW('byCard', () => borrowers.locate({ cardNumber: 'CARD-1' })),
        TE.bindW('member', () => borrowers.get(member.id)),
      ),
    )
    expect(seen).to.deep.equal({ byId: member.id, byCard: member.id, member })
  })

  it('take a desk, and another', async () => {
    const { library } = opened
    const { branchId, memberIds } = await aLibrary(library)
    const memberId = memberIds[0]!
    const desk = async () => (await right(library.queries.members.member(memberId))).staff
    expect(await desk()).to.be.null
    await done(library, ({ members }) => members.appoint(memberId, { role: 'branch_manager', branchId }))
    expect(await desk()).to.deep.equal({ role: 'branch_manager', branchId })
    await done(library, ({ members }) => members.appoint(memberId, { role: 'admin', branchId: null }))
    expect(await desk()).to.deep.equal({ role: 'admin', branchId: null })
    expect((await get(library, memberId)).version).to.equal(1)
  })

  it('refer to branches and members that are there', async () => {
    const { library } = opened
    const { branchId, memberIds } = await aLibrary(library)
    const child = await addMember(library, { dateOfBirth: day('2015-06-01'), guardianId: memberIds[0]! })
    const known = await done(library, ({ memberReferences }) =>
      pipe(
        TE.Do,
        TE.bindW('branches', () =>
          each([branchId, id<'branch'>(404)], branch => memberReferences.branchKnown(branch)),
        ),
        TE.bindW('births', () =>
          each([memberIds[0]!, child.id, id<'member'>(404)], member => memberReferences.birthOf(member)),
        ),
      ),
    )
    expect(known).to.deep.equal({
      branches: [true, false],
      births: [{ dateOfBirth: null }, { dateOfBirth: '2015-06-01' }, null],
    })
  })
})

onEveryBackend('membership types', opened => {
  it('of a new library last twelve months', async () => {
    const names = ['standard', 'premium', 'student', 'child', 'senior']
    const types = await done(opened.library, ({ membershipTypes }) =>
      each(names, name => membershipTypes.named(name)),
    )
    expect(types).to.deep.equal(names.map(name => ({ name, durationMonths: 12 })))
  })

  it('are null for a name that is none', async () => {
    const types = await done(opened.library, ({ membershipTypes }) =>
      each(['gold', 'Standard', ''], name => membershipTypes.named(name)),
    )
    expect(types).to.deep.equal([null, null, null])
  })
})
