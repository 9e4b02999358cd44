import { expect } from 'chai'
import type { StaffDetails } from '../../core/members/staff.ts'
import { id } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import { plusMinutes } from '../../core/shared/local-time.ts'
import { aLibrary, addMember, done, left } from '../support/world.ts'

const clerk: StaffDetails = {
  role: 'librarian',
  branchId: null,
  extra: ['loan:borrowers'],
  withheld: ['fine:waive'],
}

onEveryBackend('the staff', opened => {
  it('come back as they were kept, with their versions and times', async () => {
    const { library, clock } = opened
    const { branchId, memberIds } = await aLibrary(library)
    const memberId = memberIds[0]!
    const appointed = clock.now
    const added = await done(library, ({ staff }) => staff.add(memberId, clerk))
    expect(added).to.deep.equal({
      ...clerk,
      id: memberId,
      version: 1,
      createdAt: appointed,
      updatedAt: appointed,
    })
    expect(await done(library, ({ staff }) => staff.get(memberId))).to.deep.equal(added)
    clock.now = plusMinutes(clock.now, 5)
    const plain = { ...added, role: 'branch_manager', branchId, extra: [], withheld: [] } as const
    const saved = await done(library, ({ staff }) => staff.save(plain))
    expect(saved).to.deep.equal({ ...plain, version: 2, updatedAt: clock.now })
    expect(await done(library, ({ staff }) => staff.get(memberId))).to.deep.equal(saved)
    expect(await left(library.work.run(({ staff }) => staff.save(plain)))).to.deep.equal(
      staleWrite('staff', memberId),
    )
    await done(library, ({ staff }) => staff.remove(memberId))
    expect(await left(library.work.run(({ staff }) => staff.get(memberId)))).to.deep.equal(
      notFound('staff', memberId),
    )
  })

  it('keep their permissions when a desk is given to them anew', async () => {
    const { library } = opened
    const member = await addMember(library)
    await done(library, ({ staff }) => staff.add(member.id, clerk))
    await done(library, ({ members }) => members.appoint(member.id, { role: 'admin', branchId: null }))
    const kept = await done(library, ({ staff }) => staff.get(member.id))
    expect(kept).to.deep.include({ ...clerk, role: 'admin', version: 1 })
  })

  it('are members, each once', async () => {
    const { library } = opened
    const member = await addMember(library)
    await done(library, ({ staff }) => staff.add(member.id, clerk))
    expect(await left(library.work.run(({ staff }) => staff.add(member.id, clerk)))).to.deep.equal(
      duplicateKey('user_id'),
    )
    expect(await left(library.work.run(({ staff }) => staff.get(id<'member'>(404))))).to.deep.equal(
      notFound('staff', 404),
    )
  })

  it('are administrators where they may get in, by id', async () => {
    const { library } = opened
    const [first, second, gone, other] = [
      await addMember(library),
      await addMember(library),
      await addMember(library),
      await addMember(library),
    ]
    const admin: StaffDetails = { ...clerk, role: 'admin' }
    await done(library, ({ staff }) => staff.add(second.id, admin))
    await done(library, ({ staff }) => staff.add(first.id, admin))
    await done(library, ({ staff }) => staff.add(gone.id, admin))
    await done(library, ({ staff }) => staff.add(other.id, clerk))
    await done(library, ({ members }) => members.save({ ...gone, status: 'deactivated' }))
    const found = await done(library, ({ staff }) => staff.administrators())
    expect(found.map(each => each.id)).to.deep.equal([first.id, second.id])
    expect(found[0]).to.deep.include(admin)
  })
})
