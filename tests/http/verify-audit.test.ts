import { expect } from 'chai'
import { backends } from '../support/backends.ts'
import { expectFaults } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

type Verdict = Readonly<Record<string, unknown>> & { readonly head: string | null }

for (const backend of backends) {
  describe(`the audit verified on ${backend.name} (AUT-9)`, () => {
    let world: World
    beforeEach(async () => {
      world = await aWorld({}, backend)
    })
    afterEach(closeAll)

    const ask = (method: string, path: string) => world.call(method, path, { token: world.tokens.admin })
    const verify = async (query = ''): Promise<Verdict> =>
      (await ask('GET', `/audit/verify${query}`)).data as Verdict

    it('tells what is sealed and what is not, and is intact', async () => {
      const before = await verify()
      expect(before).to.include({ intact: true, seals: 0, rows: 0, head: null })
      expect(before['unsealed']).to.be.greaterThan(0)
      expect((await ask('POST', '/admin/jobs/seal-audit/run')).data).to.deep.include({
        job: 'seal-audit',
        done: before['unsealed'],
        skipped: 0,
        failed: 0,
      })
      const after = await verify()
      // The run itself is written into the audit.
      expect(after).to.deep.include({
        intact: true,
        seals: 1,
        rows: before['unsealed'],
        unsealed: 1,
        breaks: [],
      })
      expect(after.head).to.match(/^1\.[\w-]{43}$/)
    })

    it('is broken where the head that was written down is not there', async () => {
      await ask('POST', '/admin/jobs/seal-audit/run')
      const { head } = await verify()
      await ask('POST', '/admin/jobs/seal-audit/run')
      expect(await verify(`?head=${head!}`)).to.include({ intact: true, seals: 2 })
      const other = `1.${'A'.repeat(43)}`
      const reply = await ask('GET', `/audit/verify?head=${other}`)
      expect(reply.data).to.deep.include({
        intact: false,
        breaks: [{ kind: 'head_missing', seal: 1, last_seal: 1, row_id: null }],
      })
      expectFaults(await ask('GET', '/audit/verify?head=1.short'), 'head INVALID_HEAD')
    })
  })
}
