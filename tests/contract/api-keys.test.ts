import { expect } from 'chai'
import type { NewSecret } from '../../core/identity/api-key-ports.ts'
import type { ApiKey } from '../../core/identity/api-key.ts'
import type { ApiKeySort } from '../../core/identity/api-key-ports.ts'
import { actBy } from '../../core/identity/actor.ts'
import { id } from '../../core/shared/id.ts'
import { instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { daysAfter, noon } from '../support/builders.ts'
import { addMember, all, byCursors, byPages, done, left, right } from '../support/world.ts'

const aSecret = (prefix: string, some: Partial<NewSecret> = {}): NewSecret => ({
  prefix,
  hash: `hash of ${prefix}`,
  createdAt: noon,
  goodUntil: null,
  ...some,
})

const shown = ({ hash: _hash, ...secret }: NewSecret) => secret

const add = (library: OpenLibrary, prefix: string, some: Partial<ApiKey> = {}): Promise<ApiKey> =>
  done(library, ({ apiKeys }) =>
    apiKeys.add(
      {
        name: 'Sorting machine',
        scopes: ['loan:return-by-barcode', 'catalogue:read'],
        branchId: null,
        expiresAt: daysAfter(noon, 30),
        createdBy: null,
        ...some,
      },
      aSecret(prefix),
    ),
  )

const secretOf = (library: OpenLibrary, prefix: string) => right(library.queries.apiKeys.secret(prefix))
const get = (library: OpenLibrary, key: ApiKey) => done(library, ({ apiKeys }) => apiKeys.get(key.id))

onEveryBackend('API keys', opened => {
  it('are kept with what they may, and found by the prefix of their secret', async () => {
    const { library } = opened
    const { id: createdBy } = await addMember(library)
    const key = await add(library, 'aaa', { createdBy })
    await add(library, 'bbb')
    expect(key).to.deep.equal({
      id: key.id,
      version: 1,
      name: 'Sorting machine',
      scopes: ['loan:return-by-barcode', 'catalogue:read'],
      branchId: null,
      expiresAt: daysAfter(noon, 30),
      createdBy,
      createdAt: noon,
      lastUsedAt: null,
      revokedAt: null,
      secrets: [shown(aSecret('aaa'))],
    })
    expect(await get(library, key)).to.deep.equal(key)
    expect(await secretOf(library, 'aaa')).to.deep.equal({
      id: key.id,
      scopes: key.scopes,
      branchId: null,
      expiresAt: key.expiresAt,
      revokedAt: null,
      lastUsedAt: null,
      hash: 'hash of aaa',
      goodUntil: null,
    })
    expect(await secretOf(library, 'ccc')).to.equal(null)
    expect(await secretOf(library, 'hash of aaa')).to.equal(null)
  })

  it('that are not there are not found', async () => {
    const error = await left(opened.library.work.run(({ apiKeys }) => apiKeys.get(id(99))))
    expect(error).to.deep.equal({ type: 'NotFound', resource: 'api_key', id: 99 })
  })

  it('are saved with a new secret, new ends of the old ones, and without those that are gone', async () => {
    const { library } = opened
    const key = await add(library, 'aaa')
    const second = aSecret('bbb', { createdAt: instant(noon + 1) })
    const overlapping = {
      ...key,
      expiresAt: daysAfter(noon, 60),
      secrets: [shown(second), { ...shown(aSecret('aaa')), goodUntil: daysAfter(noon, 1) }],
    }
    const saved = await done(library, ({ apiKeys }) => apiKeys.save(overlapping, second))
    expect(saved).to.deep.equal({ ...overlapping, version: 2 })
    expect(await get(library, key)).to.deep.equal(saved)
    expect(await secretOf(library, 'aaa')).to.deep.include({ goodUntil: daysAfter(noon, 1), id: key.id })
    expect(await secretOf(library, 'bbb')).to.deep.include({
      goodUntil: null,
      hash: 'hash of bbb',
      expiresAt: daysAfter(noon, 60),
    })
    const third = aSecret('ccc', { createdAt: instant(noon + 2) })
    await done(library, ({ apiKeys }) => apiKeys.save({ ...saved, secrets: [shown(third)] }, third))
    expect(await secretOf(library, 'aaa')).to.equal(null)
    expect(await secretOf(library, 'bbb')).to.equal(null)
    expect((await get(library, key)).secrets).to.deep.equal([shown(third)])
  })

  it('are revoked, and say so', async () => {
    const { library } = opened
    const key = await add(library, 'aaa')
    await done(library, ({ apiKeys }) => apiKeys.save({ ...key, revokedAt: noon }, null))
    expect(await secretOf(library, 'aaa')).to.deep.include({ revokedAt: noon })
    expect((await get(library, key)).revokedAt).to.equal(noon)
  })

  it('are not saved over a change of somebody else', async () => {
    const { library } = opened
    const key = await add(library, 'aaa')
    await done(library, ({ apiKeys }) => apiKeys.save(key, null))
    const error = await left(
      library.work.run(({ apiKeys }) => apiKeys.save({ ...key, revokedAt: noon }, aSecret('bbb'))),
    )
    expect(error).to.include({ type: 'StaleWrite', resource: 'api_key' })
    expect((await get(library, key)).revokedAt).to.equal(null)
    expect(await secretOf(library, 'bbb')).to.equal(null)
  })

  it('remember their last use, unless it was written down a moment ago; their version stays', async () => {
    const { library } = opened
    const key = await add(library, 'aaa')
    const other = await add(library, 'bbb')
    const use = (at: number) =>
      done(library, ({ apiKeys }) => apiKeys.used(key.id, instant(noon + at), instant(noon + at - 60)))
    const last = async () => (await get(library, key)).lastUsedAt
    await use(0)
    expect(await last()).to.equal(noon)
    await use(59)
    expect(await last()).to.equal(noon)
    await use(60)
    expect(await last()).to.equal(noon + 60)
    expect((await secretOf(library, 'aaa'))!.lastUsedAt).to.equal(noon + 60)
    expect((await get(library, key)).version).to.equal(1)
    expect((await get(library, other)).lastUsedAt).to.equal(null)
  })

  it('name who acted in the audit, which is searched by them', async () => {
    const { library } = opened
    const [key, other] = [await add(library, 'aaa'), await add(library, 'bbb')]
    for (const { id: keyId } of [key, other])
      await done(library, ({ audit }) =>
        audit.record(actBy({ kind: 'api_key', keyId, scopes: [], branchId: null }), {
          action: 'book.changed',
          target: { type: 'book', id: keyId },
          at: null,
          before: null,
          after: null,
        }),
      )
    const found = (page: Parameters<typeof library.queries.audit.records>[1]) =>
      library.queries.audit.records({ apiKeyId: key.id }, page)
    const rows = await all(found)
    expect(rows).to.have.length(1)
    expect(rows[0]).to.deep.include({
      apiKeyId: key.id,
      actorId: null,
      actorRole: 'api_key',
      target: { type: 'book', id: key.id },
    })
  })

  const sorts: readonly (readonly [ApiKeySort, 'asc' | 'desc', readonly string[]])[] = [
    ['id', 'desc', ['c', 'a', 'b']],
    ['name', 'asc', ['a', 'b', 'c']],
    ['created_at', 'asc', ['b', 'a', 'c']],
    ['expires_at', 'asc', ['c', 'b', 'a']],
    ['last_used_at', 'desc', ['a', 'b', 'c']],
  ]
  for (const [field, direction, expected] of sorts) {
    it(`are listed by ${field} ${direction}, with their secrets, page by page and by cursor`, async () => {
      const { library, clock } = opened
      for (const [index, [name, days]] of (
        [
          ['b', 2],
          ['a', 3],
          ['c', 1],
        ] as const
      ).entries()) {
        clock.now = instant(noon + index)
        const { id: keyId } = await add(library, `p${name}`, { name, expiresAt: daysAfter(noon, days) })
        if (name !== 'c')
          await done(library, ({ apiKeys }) => apiKeys.used(keyId, daysAfter(noon, days), noon))
      }
      const list = (page: Parameters<typeof library.queries.apiKeys.keys>[0]) =>
        library.queries.apiKeys.keys(page)
      const sort = { field, direction }
      const [pages, cursors] = [await byPages(list, 2, sort), await byCursors(list, 2, [sort])]
      expect(pages.flat().map(({ name }) => name)).to.deep.equal(expected)
      expect(pages.flat().map(({ secrets }) => secrets.map(({ prefix }) => prefix))).to.deep.equal(
        expected.map(name => [`p${name}`]),
      )
      expect(cursors).to.deep.equal(pages)
    })
  }
})
