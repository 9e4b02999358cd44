import { expect } from 'chai'
import { resetMfa } from '../../app/reset-mfa.ts'
import type { AuditRecord, AuditSort } from '../../core/identity/audit.ts'
import { onEveryBackend } from '../support/backends.ts'
import { noon } from '../support/builders.ts'
import { enrolled } from '../support/second-factor.ts'
import { addMember, all, right } from '../support/world.ts'

onEveryBackend('library reset-mfa', opened => {
  const reset = (login: string): Promise<string> =>
    resetMfa({ persistence: opened.library, clock: { now: () => noon } }, login).then(() => 'done', String)

  it('takes a second factor off, by user name or e-mail address, and says so in the audit', async () => {
    const { library } = opened
    for (const login of ['Root', 'ROOT@example.org']) {
      const known = await right(library.queries.identity.credentials('root'))
      const id =
        known?.memberId ?? (await addMember(library, { username: 'root', email: 'root@example.org' })).id
      await enrolled(library, id)
      expect(await reset(login)).to.equal('done')
      expect((await right(library.queries.identity.account(id))).secondFactor).to.be.false
    }
    const rows = await all<AuditRecord, AuditSort>(page =>
      library.queries.audit.records({ action: 'user.mfa_removed' }, page),
    )
    expect(rows.map(({ actorRole }) => actorRole)).to.deep.equal(['system', 'system'])
  })

  it('says who is not there, and who has none', async () => {
    await addMember(opened.library, { username: 'root', email: 'root@example.org' })
    expect(await reset('nobody')).to.contain('There is no member nobody')
    expect(await reset('root')).to.contain('No second factor is in force')
  })
})
