import { expect } from 'chai'
import { connect } from '../../adapters/knex/connect.ts'
import { openKnex } from '../../adapters/knex/open.ts'
import type { Settings } from '../../core/settings/settings.ts'
import { firstSettings } from '../../core/settings/settings.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import { noon } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import { done, left, right } from '../support/world.ts'

const others: Omit<Settings, 'version'> = {
  controllingBranch: 'member',
  selfReturn: false,
  historyDays: 365,
  transferDays: 3,
  dueReminderDays: null,
}

onEveryBackend('the settings', opened => {
  const shown = () => right(opened.library.queries.settings.settings())
  const current = () => done(opened.library, ({ settings }) => settings.current())

  it('of a new library are the first ones', async () => {
    expect(await shown()).to.deep.equal(firstSettings)
    expect(await current()).to.deep.equal(firstSettings)
    expect(await right(opened.library.look.run(({ settings }) => settings.current()))).to.deep.equal(
      firstSettings,
    )
  })

  it('are kept as they were changed, with a version that grows', async () => {
    const saved = await done(opened.library, ({ settings }) => settings.save({ ...firstSettings, ...others }))
    expect(saved).to.deep.equal({ version: 2, ...others })
    expect(await shown()).to.deep.equal(saved)
    expect(await current()).to.deep.equal(saved)
    const back = await done(opened.library, ({ settings }) => settings.save({ ...saved, historyDays: null }))
    expect(await current()).to.deep.equal({ ...others, version: 3, historyDays: null })
    expect(back.version).to.equal(3)
  })

  it('count at once for those in the same unit of work, and for nobody when it is undone', async () => {
    const seen = await left(
      opened.library.work.run(({ settings }) =>
        pipe(
          settings.save({ ...firstSettings, ...others }),
          TE.flatMap(() => settings.current()),
          TE.flatMap(found => TE.left(found.controllingBranch)),
        ),
      ),
    )
    expect(seen).to.equal('member')
    expect(await current()).to.deep.equal(firstSettings)
  })

  it('are not written over a version that was not read', async () => {
    await done(opened.library, ({ settings }) => settings.save({ ...firstSettings, transferDays: 9 }))
    const stale = await left(
      opened.library.work.run(({ settings }) => settings.save({ ...firstSettings, ...others })),
    )
    expect(stale).to.deep.equal(staleWrite('settings', 1))
    expect((await current()).transferDays).to.equal(9)
  })

  it('lose no change of two who change them at once', async () => {
    const raise = opened.library.work.run(({ settings }) =>
      pipe(
        settings.get(),
        TE.tapTask(() => () => new Promise<void>(resolve => setTimeout(resolve, 20))),
        TE.flatMap(found => settings.save({ ...found, transferDays: found.transferDays + 1 })),
      ),
    )
    const results = await Promise.all([raise(), raise(), raise()])
    expect(results.filter(E.isLeft)).to.deep.equal([])
    expect(await current()).to.include({ transferDays: firstSettings.transferDays + 3, version: 4 })
  })
})

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`settings of two processes on one ${name}`, () => {
    it('are the same: what one changes counts for the other in its next unit of work', async () => {
      const { storage, drop } = await fresh()
      const [one, other] = [0, 1].map(() => openKnex({ ...connection, storage, now: () => noon }))
      try {
        expect(await done(other!, ({ settings }) => settings.current())).to.deep.equal(firstSettings)
        await done(one!, ({ settings }) => settings.save({ ...firstSettings, ...others }))
        expect(await done(other!, ({ settings }) => settings.current())).to.deep.equal({
          version: 2,
          ...others,
        })
      } finally {
        await one!.close()
        await other!.close()
        await drop()
      }
    })

    it('that were damaged by hand are thrown, not guessed', async () => {
      const { storage, drop } = await fresh()
      const db = connect({ ...connection, storage })
      await db
        .write('settings')
        .where({ name: 'library' })
        .update({ value: '{"controlling_branch": "mine"}' })
      await db.close()
      const library = openKnex({ ...connection, storage, now: () => noon })
      const thrown = await library.work
        .run(({ settings }) => settings.current())()
        .catch(String)
      expect(thrown).to.include('A stored set of settings cannot be read at ')
      await library.close()
      await drop()
    })
  })
}
