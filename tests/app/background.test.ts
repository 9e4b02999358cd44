import 'reflect-metadata'
import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Container } from 'inversify'
import { startBackground } from '../../app/background.ts'
import type { Background } from '../../app/background.ts'
import { readConfig } from '../../app/config.ts'
import type { Config } from '../../app/config.ts'
import { buildContainer } from '../../app/container.ts'
import type { Persistence } from '../../app/persistence.ts'
import { PASSWORDS, PERSISTENCE } from '../../app/tokens.ts'
import { register } from '../../core/members/member.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import { instant } from '../../core/shared/local-time.ts'
import { aMember, bySystem, daysAfter, noon } from '../support/builders.ts'
import { aLibrary, addMember, done, right } from '../support/world.ts'
import type { World } from '../support/world.ts'

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

describe('what a process does besides answering', () => {
  let folder: string
  let container: Container
  let library: Persistence
  let world: World
  let background: Background

  const start = async (jobs: 'on' | 'off'): Promise<void> => {
    const config = readConfig({
      DATA_DIR: folder,
      STORAGE: 'memory',
      LOG_LEVEL: 'silent',
      OUTBOX_INTERVAL_MS: '10',
      JOBS: jobs,
    }) as Config
    container = await buildContainer(config)
    library = container.get(PERSISTENCE)
    world = await aLibrary(library, { copies: 2, members: 0 })
    background = startBackground(config, container)
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'library-background-'))
  })
  afterEach(async () => {
    await background.stop()
    await container.get(PASSWORDS).close()
    rmSync(folder, { recursive: true })
  })

  const total = async (): Promise<number> =>
    (await done(library, ({ titles }) => titles.get(world.bookId))).holdings.total

  /** The book says that it has seven copies, and somebody asks for a recount. */
  const miscounted = async (): Promise<void> => {
    await done(library, ({ titles }) =>
      pipe(
        titles.get(world.bookId),
        TE.flatMap(title =>
          titles.saveHoldings({ ...title, holdings: { total: 7, available: 7, circulating: 0 } }),
        ),
      ),
    )
    await right(library.jobs.ask('recount', 'recount now', instant(Date.now())))
  }

  const registeredBefore = async ({ ids }: Persistence): Promise<void> => {
    const id = await right(ids.next('member'))
    await done(library, ({ members }) =>
      members.add(register(aMember({ id }), daysAfter(noon, -1)), null, bySystem),
    )
  }

  /** The events nobody handed on yet, as whoever comes in a year finds them. */
  const waiting = async (): Promise<number> => {
    const later = instant(Date.now() + 365 * 86_400_000)
    return (await right(library.outbox.claim(10, later, later))).length
  }

  it('is running the jobs that are due, and handing on the outbox', async () => {
    await start('on')
    await miscounted()
    while ((await total()) !== 2) await pause(5)
    await addMember(library)
    // What was handed on is the first to go; the latest thing that happened stays.
    await registeredBefore(library)
    const future = instant(Date.now() + 86_400_000)
    while ((await right(library.retention.doneEvents(future, 10))) === 0) await pause(5)
  })

  it('is nothing with JOBS=off', async () => {
    await start('off')
    await miscounted()
    await addMember(library)
    await pause(100)
    expect(await total()).to.equal(7)
    expect(await waiting()).to.equal(1)
    const now = instant(Date.now())
    expect(await right(library.jobs.claim(['recount'], now, now))).to.include({ attempts: 1 })
  })

  it('is over once it was stopped', async () => {
    await start('on')
    await background.stop()
    await miscounted()
    await pause(100)
    expect(await total()).to.equal(7)
  })
})
