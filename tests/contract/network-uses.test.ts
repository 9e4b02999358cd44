import { expect } from 'chai'
import type { NetworkUse } from '../../core/identity/network-uses.ts'
import { instant } from '../../core/shared/local-time.ts'
import { onEveryBackend } from '../support/backends.ts'
import { noon } from '../support/builders.ts'
import { right } from '../support/world.ts'

const minutes = (count: number) => instant(noon + count * 60_000)

onEveryBackend('uses from a network', opened => {
  const count = (at: number, network = '192.0.2.7', use: NetworkUse = 'register') =>
    right(opened.library.networkUses.count(use, network, { now: minutes(at), forgotten: minutes(at - 60) }))

  it('are counted from the first on, and anew when that is forgotten', async () => {
    expect(await count(0)).to.deep.include({ count: 1, since: noon })
    expect(await count(30)).to.deep.include({ count: 2, since: noon })
    expect(await count(59)).to.deep.include({ count: 3, since: noon })
    expect(await count(60)).to.deep.include({ count: 1, since: minutes(60) })
    expect(await count(61)).to.deep.include({ count: 2, since: minutes(60) })
  })

  it('are counted for each network and each use by themselves', async () => {
    await count(0)
    expect(await count(0, '192.0.2.8')).to.include({ count: 1 })
    expect(await count(0, '192.0.2.7', 'mail')).to.include({ count: 1 })
    expect(await count(0)).to.include({ count: 2 })
  })

  it('are counted one by one of many at the same moment', async () => {
    const counts = await Promise.all(Array.from({ length: 20 }, () => count(0)))
    expect(counts.map(one => one.count).sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
  })

  it('are forgotten by the purge', async () => {
    await count(0)
    await count(10, '192.0.2.8')
    const purge = (before: number, limit: number) =>
      right(opened.library.retention.loginFailures(minutes(before), limit))
    expect(await purge(0, 10)).to.equal(0)
    expect(await purge(10, 10)).to.equal(1)
    expect(await count(0)).to.include({ count: 1 })
    expect(await count(11, '192.0.2.8')).to.include({ count: 2 })
  })
})
