import { expect } from 'chai'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { instant } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'
import type { Claim, Claimed, KeyedRequest, Receipt } from '../../core/shared/receipts.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { anAuthor, noon } from '../support/builders.ts'
import { left, right } from '../support/world.ts'

const after = (milliseconds: number): Instant => instant(noon + milliseconds)
const lease = 60_000
const day = 86_400_000

const aRequest = (some: Partial<KeyedRequest> = {}): KeyedRequest => ({
  caller: 'member:1',
  key: 'k-1',
  fingerprint: 'f-1',
  ...some,
})

const aReceipt = (some: Partial<Receipt> = {}): Receipt => ({
  status: 201,
  headers: { Location: '/api/v1/authors/1', 'Content-Type': 'application/json; charset=utf-8' },
  body: '{"b": 1,"a":"ä 😀 \\u0000"}',
  ...some,
})

let tokens = 0
const nextToken = (): string => {
  tokens += 1
  return `token-${tokens}`
}

const claim = (
  { receipts }: OpenLibrary,
  request: KeyedRequest = aRequest(),
  now: Instant = noon,
): Promise<Claimed> =>
  right(
    receipts.claim(request, nextToken(), {
      now,
      leaseUntil: instant(now + lease),
      expiresAt: instant(now + day),
    }),
  )

const claimed = async (library: OpenLibrary, request?: KeyedRequest, now?: Instant): Promise<Claim> => {
  const found = await claim(library, request, now)
  if (found.kind !== 'ours') throw new Error(`It is ${found.kind}`)
  return found.claim
}

const authors = async ({ queries }: OpenLibrary): Promise<number> =>
  (await right(queries.catalogue.authors({}, { sort: [], limit: 1, at: { kind: 'page', page: 1 } }))).total

const addAuthor = ({ work }: OpenLibrary) => work.run(stores => stores.authors.add(anAuthor()))

onEveryBackend('receipts', opened => {
  it('give a key to the first who claims it, and to nobody else while he is at it', async () => {
    const { library } = opened
    const all = await Promise.all(Array.from({ length: 12 }, () => claim(library)))
    expect(all.map(({ kind }) => kind).sort()).to.deep.equal(['ours', ...Array<string>(11).fill('running')])
  })

  it('tell one caller’s keys from another’s, and one key from another', async () => {
    const { library } = opened
    await claimed(library)
    await claimed(library, aRequest({ caller: 'member:2' }))
    await claimed(library, aRequest({ caller: 'anonymous' }))
    await claimed(library, aRequest({ key: 'K-1' }))
    await claimed(library, aRequest({ key: 'k-1 ' }))
  })

  it('know a key that was given to another request, under way or answered', async () => {
    const { library } = opened
    const other = aRequest({ fingerprint: 'f-2' })
    const mine = await claimed(library)
    expect(await claim(library, other)).to.deep.equal({ kind: 'reused' })
    await right(library.receipts.keep(mine, aReceipt()))
    expect(await claim(library, other)).to.deep.equal({ kind: 'reused' })
  })

  it('give back what was kept, byte for byte', async () => {
    const { library } = opened
    const mine = await claimed(library)
    expect(await right(library.receipts.keep(mine, aReceipt()))).to.equal(true)
    expect(await claim(library)).to.deep.equal({ kind: 'answered', receipt: aReceipt() })
    const long = aReceipt({ status: 404, headers: {}, body: 'x'.repeat(300_000) })
    const other = aRequest({ key: 'long' })
    await right(library.receipts.keep(await claimed(library, other), long))
    expect(await claim(library, other)).to.deep.equal({ kind: 'answered', receipt: long })
  })

  it('are kept once: a second answer changes nothing', async () => {
    const { library } = opened
    const mine = await claimed(library)
    await right(library.receipts.keep(mine, aReceipt()))
    expect(await right(library.receipts.keep(mine, aReceipt({ status: 404 })))).to.equal(false)
    expect(await claim(library)).to.deep.equal({ kind: 'answered', receipt: aReceipt() })
  })

  it('leave a released key to whoever comes next, but never one with its answer', async () => {
    const { library } = opened
    await right(library.receipts.release(await claimed(library)))
    const mine = await claimed(library, aRequest({ fingerprint: 'f-2' }))
    await right(library.receipts.keep(mine, aReceipt()))
    await right(library.receipts.release(mine))
    expect((await claim(library, aRequest({ fingerprint: 'f-2' }))).kind).to.equal('answered')
  })

  it('let a key be taken over when the lease is over, by one alone, and not before', async () => {
    const { library } = opened
    const crashed = await claimed(library)
    expect((await claim(library, aRequest(), after(lease - 1))).kind).to.equal('running')
    const heirs = await Promise.all(Array.from({ length: 8 }, () => claim(library, aRequest(), after(lease))))
    expect(heirs.map(({ kind }) => kind).sort()).to.deep.equal(['ours', ...Array<string>(7).fill('running')])
    expect(await right(library.receipts.keep(crashed, aReceipt()))).to.equal(false)
    await right(library.receipts.release(crashed))
    expect((await claim(library, aRequest(), after(lease))).kind).to.equal('running')
    expect((await claim(library, aRequest({ fingerprint: 'f-2' }), after(3 * lease))).kind).to.equal('reused')
  })

  it('are forgotten after their day: the key is as good as new, for whatever request', async () => {
    const { library } = opened
    await right(library.receipts.keep(await claimed(library), aReceipt()))
    expect((await claim(library, aRequest(), after(day - 1))).kind).to.equal('answered')
    const other = aRequest({ fingerprint: 'f-2' })
    const heirs = await Promise.all(Array.from({ length: 4 }, () => claim(library, other, after(day))))
    expect(heirs.map(({ kind }) => kind).sort()).to.deep.equal(['ours', 'running', 'running', 'running'])
  })

  it('are purged when they expired, as many at a time as is said', async () => {
    const { library } = opened
    for (const key of ['a', 'b', 'c']) await claimed(library, aRequest({ key }))
    const fresh = await claimed(library, aRequest({ key: 'd' }), after(1))
    expect(await right(library.receipts.purge(after(day - 1), 10))).to.equal(0)
    expect(await right(library.receipts.purge(after(day), 2))).to.equal(2)
    expect(await right(library.receipts.purge(after(day), 2))).to.equal(1)
    expect(await right(library.receipts.purge(after(day), 2))).to.equal(0)
    expect(await right(library.receipts.keep(fresh, aReceipt()))).to.equal(true)
  })

  it('are written with what a task commits, of its very result', async () => {
    const { library } = opened
    const mine = await claimed(library)
    const seen: unknown[] = []
    const added = await right(
      library.receipts.accompany(
        mine,
        result => {
          seen.push(result)
          return aReceipt({ body: String((result as { readonly id: number }).id) })
        },
        addAuthor(library),
      ),
    )
    expect(seen).to.deep.equal([added])
    expect(await claim(library)).to.deep.equal({
      kind: 'answered',
      receipt: aReceipt({ body: String(added.id) }),
    })
    expect(await authors(library)).to.equal(1)
  })

  it('stand already when the commit is known to nobody: what a crash then loses is but the sending', async () => {
    const { library } = opened
    const mine = await claimed(library)
    const crash = new Error('kill -9')
    const result = await library.receipts
      .accompany(
        mine,
        () => aReceipt(),
        pipe(
          addAuthor(library),
          TE.map(() => {
            throw crash
          }),
        ),
      )()
      .catch((error: unknown) => error)
    expect(result).to.equal(crash)
    expect(await claim(library)).to.deep.equal({ kind: 'answered', receipt: aReceipt() })
    expect(await authors(library)).to.equal(1)
  })

  it('are not written when the task is undone, by a Left or by a throw, of the task or of the receipt', async () => {
    const { library } = opened
    const bug = new Error('a bug')
    const fails = () => {
      throw bug
    }
    const undone = [
      library.work.run(({ authors: store }) =>
        pipe(
          store.add(anAuthor()),
          TE.flatMap(() => TE.left('no')),
        ),
      ),
      library.work.run(({ authors: store }) => pipe(store.add(anAuthor()), TE.map(fails))),
    ]
    const mine = await claimed(library)
    for (const task of undone) {
      const accompanied = library.receipts.accompany<unknown, unknown>(mine, () => aReceipt(), task)
      const result = await accompanied().catch((error: unknown) => error)
      expect(result === bug || E.isLeft(result as E.Either<unknown, unknown>)).to.equal(true)
      expect((await claim(library)).kind).to.equal('running')
    }
    const unshown = library.receipts.accompany(mine, fails, addAuthor(library))
    expect(await unshown().catch((error: unknown) => error)).to.equal(bug)
    expect((await claim(library)).kind).to.equal('running')
    expect(await authors(library)).to.equal(0)
  })

  it('undo the whole task when its claim was taken over', async () => {
    const { library } = opened
    const slow = await claimed(library)
    const heir = await claimed(library, aRequest(), after(lease))
    const failure = await left(library.receipts.accompany(slow, () => aReceipt(), addAuthor(library)))
    expect(failure).to.include({ type: 'StoreFailure', reason: 'overtaken' })
    expect(await authors(library)).to.equal(0)
    await right(library.receipts.accompany(heir, () => aReceipt(), addAuthor(library)))
    expect(await authors(library)).to.equal(1)
  })

  it('let a task commit one unit of work: a second one is undone', async () => {
    const { library } = opened
    const mine = await claimed(library)
    const failure = await left(
      library.receipts.accompany(
        mine,
        () => aReceipt(),
        pipe(
          addAuthor(library),
          TE.flatMap(() => addAuthor(library)),
        ),
      ),
    )
    expect(failure).to.deep.include({
      ...storeFailure('overtaken', ''),
      detail: (failure as { detail: string }).detail,
    })
    expect(await authors(library)).to.equal(1)
  })

  it('follow the task alone: what runs beside it has none of its receipt', async () => {
    const { library } = opened
    const mine = await claimed(library)
    const other = await claimed(library, aRequest({ key: 'k-2' }))
    await Promise.all([
      right(library.receipts.accompany(mine, () => aReceipt({ body: 'mine' }), addAuthor(library))),
      right(addAuthor(library)),
      right(library.receipts.accompany(other, () => aReceipt({ body: 'other' }), addAuthor(library))),
      right(addAuthor(library)),
    ])
    const bodyOf = async (key: string) => {
      const found = await claim(library, aRequest({ key }))
      return found.kind === 'answered' ? found.receipt.body : found.kind
    }
    expect([await bodyOf('k-1'), await bodyOf('k-2'), await authors(library)]).to.deep.equal([
      'mine',
      'other',
      4,
    ])
  })

  it('write nothing of a task that changes nothing', async () => {
    const { library } = opened
    const mine = await claimed(library)
    await right(library.receipts.accompany(mine, () => aReceipt(), TE.right('nothing')))
    await right(
      library.receipts.accompany(
        mine,
        () => aReceipt(),
        library.look.run(stores => stores.authors.known([])),
      ),
    )
    expect((await claim(library)).kind).to.equal('running')
  })
})
