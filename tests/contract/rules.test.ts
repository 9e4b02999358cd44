import { expect } from 'chai'
import { openKnex } from '../../adapters/knex/open.ts'
import { allRows, defaultValues } from '../../core/circulation/rule-table.ts'
import type { RuleRow, RuleTable, RuleValues } from '../../core/circulation/rule-table.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import { minor } from '../../core/shared/money.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { onEveryBackend } from '../support/backends.ts'
import { aBranch, noon } from '../support/builders.ts'
import { connection, freshPostgres, freshSqlite } from '../support/databases.ts'
import { done, left, right } from '../support/world.ts'
import { aRuleRow } from '../core/circulation/rule-arbitraries.ts'
import { day } from '../core/builders.ts'

const ofANewLibrary: RuleTable = { version: 1, defaults: defaultValues, rows: [] }

/** Every value another than the first one, nulls and empty lists among them. */
const others: RuleValues = {
  lendable: false,
  maxCheckoutsPerHour: null,
  loanPeriod: { length: 90, unit: 'minutes' },
  closedDays: 'count_open_days',
  closedHours: 'next_opening',
  hardDueDate: day('2027-06-30'),
  hardDueDateMode: 'floor',
  endWithMembership: true,
  highDemand: { reservationsOver: 3, loanPeriod: { length: 1, unit: 'weeks' } },
  maxLoans: 0,
  maxLoansInCategory: 2,
  maxOverdue: null,
  maxLost: 0,
  debtCeiling: null,
  maxRenewals: null,
  renewalPeriod: { length: 1, unit: 'months' },
  renewalFrom: 'now',
  renewalNotBeforeDays: 3,
  renewalIfOverdue: 'block_this',
  renewalBlackouts: [{ from: day('2026-12-24'), to: day('2026-12-26') }],
  autoRenew: true,
  maxReservations: null,
  reservationsWhenOnShelf: 'allow_if_none_at_pickup',
  reservationDays: null,
  pickupDays: null,
  reservationPriority: -2,
  fine: {
    amount: minor(10),
    per: 'hour',
    chargeAt: 'end_of_unit',
    grace: 2,
    graceMode: 'deduct',
    steps: [{ afterUnits: 14, amount: minor(50) }],
    countClosedDays: true,
    cap: null,
    capToPrice: false,
    memberCap: minor(5000),
  },
  lostProcessingFee: null,
  lostRefundDays: null,
  refundProcessingFee: true,
  defaultPrice: null,
  chargeOverdueOnLostReturn: true,
  damageFees: { minor: null, major: minor(1), beyondRepair: minor(2) },
  escalation: null,
}

const students = aRuleRow(
  {
    membershipType: 'student',
    loanCategory: 'media',
    validFrom: day('2026-01-01'),
    validTo: day('2026-12-31'),
  },
  { maxLoans: null, lendable: false },
)

onEveryBackend('the rule table', opened => {
  const current = () => done(opened.library, ({ rules }) => rules.current())
  const save = (table: RuleTable) => done(opened.library, ({ rules }) => rules.save(table))

  it('of a new library has the default row alone', async () => {
    expect(await current()).to.deep.equal(ofANewLibrary)
  })

  it('is the same for those who only look, and asked again', async () => {
    const { look } = opened.library
    const [first, second] = [
      await right(look.run(({ rules }) => rules.current())),
      await right(look.run(({ rules }) => rules.current())),
    ]
    expect(first).to.deep.equal(ofANewLibrary)
    expect(second).to.deep.equal(first)
  })

  it('is kept as it was put, every value of it, in its order, with a version that grows', async () => {
    const branch = await done(opened.library, ({ branches }) => branches.add(aBranch()))
    const rows: readonly RuleRow[] = [
      students,
      aRuleRow({ branchId: branch.id }, others),
      aRuleRow({ loanCategory: 'book' }, {}),
    ]
    const saved = await save({ version: 1, defaults: others, rows })
    expect(saved).to.deep.equal({ version: 2, defaults: others, rows })
    expect(await current()).to.deep.equal(saved)
    expect(await right(opened.library.look.run(({ rules: store }) => store.current()))).to.deep.equal(saved)
    expect(await done(opened.library, ({ rules: store }) => store.get())).to.deep.equal(saved)
    await save({ ...saved, defaults: defaultValues, rows: [students] })
    expect(await current()).to.deep.equal({ version: 3, defaults: defaultValues, rows: [students] })
  })

  it('says the same to whoever wrote it and to whoever reads it, to the letter', async () => {
    const saved = await save({ ...ofANewLibrary, defaults: others })
    expect(JSON.stringify(allRows(saved))).to.equal(JSON.stringify(allRows(await current())))
  })

  it('counts at once for those in the same unit of work, and for nobody when it is undone', async () => {
    const seen = await left(
      opened.library.work.run(({ rules: store }) =>
        pipe(
          store.save({ ...ofANewLibrary, rows: [students] }),
          TE.flatMap(() => store.current()),
          TE.flatMap(found => TE.left(found)),
        ),
      ),
    )
    expect(seen).to.deep.equal({ ...ofANewLibrary, version: 2, rows: [students] })
    expect(await current()).to.deep.equal(ofANewLibrary)
  })

  it('that was undone is not taken for the next one of its version', async () => {
    await left(
      opened.library.work.run(({ rules: store }) =>
        pipe(
          store.save({ ...ofANewLibrary, rows: [students] }),
          TE.flatMap(() => store.current()),
          TE.flatMap(() => TE.left('undone')),
        ),
      ),
    )
    await save({ ...ofANewLibrary, defaults: others })
    expect(await current()).to.deep.equal({ version: 2, defaults: others, rows: [] })
  })

  it('is not written over a version that was not read', async () => {
    await save({ ...ofANewLibrary, rows: [students] })
    const stale = await left(opened.library.work.run(({ rules: store }) => store.save(ofANewLibrary)))
    expect(stale).to.deep.equal(staleWrite('circulation_rules', 1))
    expect((await current()).rows).to.deep.equal([students])
  })

  it('loses no change of several who change it at once', async () => {
    const raise = opened.library.work.run(({ rules: store }) =>
      pipe(
        store.get(),
        TE.tapTask(() => () => new Promise<void>(resolve => setTimeout(resolve, 20))),
        TE.flatMap(found =>
          store.save({
            ...found,
            defaults: { ...found.defaults, maxLoans: (found.defaults.maxLoans ?? 0) + 1 },
          }),
        ),
      ),
    )
    const results = await Promise.all([raise(), raise(), raise()])
    expect(results.filter(E.isLeft)).to.deep.equal([])
    const { version, defaults } = await current()
    expect({ version, maxLoans: defaults.maxLoans }).to.deep.equal({ version: 4, maxLoans: 13 })
  })

  it('keeps its branch from being deleted', async () => {
    const branch = await done(opened.library, ({ branches }) => branches.add(aBranch()))
    await save({ ...ofANewLibrary, rows: [aRuleRow({ branchId: branch.id }, { maxRenewals: 1 })] })
    expect(await done(opened.library, ({ branches }) => branches.dependents(branch.id))).to.deep.equal({
      rules: 1,
    })
  })
})

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`the rule table of two processes on one ${name}`, () => {
    it('is the same: what one changes counts for the other in its next unit of work', async () => {
      const { storage, drop } = await fresh()
      const [one, other] = [0, 1].map(() => openKnex({ ...connection, storage, now: () => noon }))
      try {
        expect(await done(other!, ({ rules }) => rules.current())).to.deep.equal(ofANewLibrary)
        const saved = await done(one!, ({ rules }) => rules.save({ ...ofANewLibrary, rows: [students] }))
        expect(await done(other!, ({ rules }) => rules.current())).to.deep.equal(saved)
        expect(await right(other!.look.run(({ rules }) => rules.current()))).to.deep.equal(saved)
      } finally {
        await one!.close()
        await other!.close()
        await drop()
      }
    })
  })
}
