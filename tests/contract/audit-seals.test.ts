import { expect } from 'chai'
import { auditSealing } from '../../adapters/security/audit-sealing.ts'
import { system } from '../../core/identity/actor.ts'
import type { Sealing } from '../../core/identity/audit-seal.ts'
import type { AuditSeal } from '../../core/identity/audit-seal.ts'
import { sealAudit } from '../../core/identity/use-cases/seal-audit.ts'
import { verifyAudit } from '../../core/identity/use-cases/verify-audit.ts'
import type { AuditVerdict } from '../../core/identity/use-cases/verify-audit.ts'
import type { Persistence } from '../../app/persistence.ts'
import { instant } from '../../core/shared/local-time.ts'
import { bySystem, daysAfter, noon } from '../support/builders.ts'
import { testSealing } from '../support/sealing.ts'
import { whereverOneTampers } from '../support/tampering.ts'
import type { Values } from '../support/tampering.ts'
import { done, each, right } from '../support/world.ts'

const pageOf = 'é"\\ \u2028 📚'

const write = (library: Persistence, count: number): Promise<unknown> =>
  done(library, ({ audit }) =>
    each(
      Array.from({ length: count }, (_none, index) => index),
      index =>
        audit.record(
          { ...bySystem, address: '192.0.2.7', requestId: 'desk-3-0001' },
          {
            action: 'book.changed',
            target: { type: 'book', id: index + 1 },
            at: daysAfter(noon, -1),
            before: { title: pageOf, pages: null, open: [['09:00', '18:00']], 10: 1, 9: 2 },
            after: { b: 0.25, a: -12, list: [], nothing: {}, flag: true, left_out: undefined },
          },
        ),
    ),
  )

const seal = async (library: Persistence, sealing: Sealing = testSealing): Promise<number> =>
  (
    await right(
      sealAudit({
        work: library.work,
        queries: library.queries.auditSeals,
        sealing,
        clock: { now: () => noon },
      }),
    )
  ).done

const verify = (
  library: Persistence,
  head: string | null = null,
  sealing: Sealing = testSealing,
): Promise<AuditVerdict> =>
  right(verifyAudit({ queries: library.queries.auditSeals, sealing })({ actor: system, head }))

/** As `row_changed 1/3`: the seal, and the row where it is about one. */
const told = ({ breaks }: AuditVerdict): readonly string[] =>
  breaks.map(({ kind, seal: first, lastSeal, rowId }) =>
    [
      `${kind} ${String(first)}`,
      ...(lastSeal === first ? [] : [` to ${String(lastSeal)}`]),
      ...(rowId === null ? [] : [`/${String(rowId)}`]),
    ].join(''),
  )

const sealsOf = (library: Persistence): Promise<readonly AuditSeal[]> =>
  right(library.queries.auditSeals.seals(0, 1000))

whereverOneTampers(
  'the seals of the audit (AUT-9)',
  (opened, name) => {
    /** Four seals with three rows each. */
    const sealed = async (): Promise<void> => {
      for (let count = 0; count < 4; count += 1) {
        await write(opened.library, 3)
        expect(await seal(opened.library)).to.equal(3)
      }
    }

    it('hold every row once, in one chain, and whoever verifies finds nothing broken', async () => {
      await sealed()
      const seals = await sealsOf(opened.library)
      expect(seals.map(({ number, after, last, count }) => [number, after, last, count])).to.deep.equal([
        [1, 0, 3, 3],
        [2, 3, 6, 3],
        [3, 6, 9, 3],
        [4, 9, 12, 3],
      ])
      expect(seals.map(({ previous }) => previous)).to.deep.equal([
        '',
        ...seals.slice(0, -1).map(({ mac }) => mac),
      ])
      expect(await verify(opened.library)).to.deep.equal({
        seals: 4,
        rows: 12,
        unsealed: 0,
        unsealedSince: null,
        head: `4.${seals[3]!.mac}`,
        found: 0,
        breaks: [],
      })
    })

    it('are made of what was written, not of how a store keeps it: the same rows have the same seal anywhere', async () => {
      await write(opened.library, 3)
      await seal(opened.library)
      const [only] = await sealsOf(opened.library)
      expect(only!.mac).to.equal('FON8WRLQ2aPLweAV65XA-e7_t7LJywjdwIMlp9hcV5o')
    })

    it('are not made of nothing, and tell how much has none', async () => {
      const { library, clock } = opened
      expect(await seal(library)).to.equal(0)
      expect(await verify(library)).to.include({ seals: 0, head: null, found: 0, unsealed: 0 })
      await write(library, 1)
      await seal(library)
      clock.now = instant(noon + 1)
      await write(library, 2)
      expect(await verify(library)).to.include({
        rows: 1,
        unsealed: 2,
        unsealedSince: new Date(noon + 1).toISOString(),
        found: 0,
      })
      expect(await seal(library)).to.equal(2)
      expect(await seal(library)).to.equal(0)
    })

    it('hold 500 rows each, and a run goes on until none is left', async () => {
      await write(opened.library, 1203)
      expect(await seal(opened.library)).to.equal(1203)
      expect((await sealsOf(opened.library)).map(({ count }) => count)).to.deep.equal([500, 500, 203])
      expect(await verify(opened.library)).to.include({ seals: 3, rows: 1203, found: 0 })
    })

    it('are one chain when two processes make them at once', async () => {
      await write(opened.library, 2600)
      const [one, two] = await Promise.all([seal(opened.library), seal(opened.other)])
      expect(one + two).to.equal(2600)
      expect(await verify(opened.library)).to.include({ rows: 2600, unsealed: 0, found: 0 })
    })

    it('are verified page by page, however many there are', async () => {
      for (let count = 0; count < 45; count += 1) {
        await write(opened.library, 1)
        await seal(opened.library)
      }
      const { head } = await verify(opened.library)
      expect(await verify(opened.library, head)).to.include({ seals: 45, rows: 45, found: 0 })
      await opened.change('audit_log', 41, { action: 'book.created' })
      expect(told(await verify(opened.library, head))).to.deep.equal(['row_changed 41/41'])
    })

    const otherValues: Readonly<Record<string, unknown>> = {
      actor_role: 'admin',
      action: 'book.created',
      target_type: 'copy',
      target_id: 99,
      outcome: 'denied',
      address: '192.0.2.8',
      request_id: null,
    }
    for (const [column, value] of Object.entries(otherValues)) {
      it(`tell that ${column} of a row was changed`, async () => {
        await sealed()
        await opened.change('audit_log', 5, { [column]: value })
        expect(told(await verify(opened.library))).to.deep.equal(['row_changed 2/5'])
      })
    }

    for (const column of ['recorded_at', 'occurred_at'] as const) {
      it(`tell that ${column} of a row was moved by the least there is`, async () => {
        await sealed()
        const least = {
          memory: noon + 1,
          SQLite: '2026-03-02T12:00:00.001Z',
          Postgres: '2026-03-02T12:00:00.000001Z',
        }
        await opened.change('audit_log', 5, { [column]: least[name as keyof typeof least] })
        expect(told(await verify(opened.library))).to.deep.equal(['row_changed 2/5'])
      })
    }

    it('tell that a member was named who did not act', async () => {
      await sealed()
      const { addMember } = await import('../support/world.ts')
      const { id } = await addMember(opened.library)
      await opened.change('audit_log', 5, { actor_id: id })
      expect(told(await verify(opened.library))).to.deep.equal(['row_changed 2/5'])
    })

    for (const facts of [
      { b: 0.25, a: -13, list: [], nothing: {}, flag: true },
      { b: 0.25, a: -12, list: [], nothing: {}, flag: false },
      { b: 0.25, a: -12, list: [], nothing: {}, flag: true, left_out: null },
      { b: 0.25, a: '-12', list: [], nothing: {}, flag: true },
      null,
    ]) {
      it(`tell that what was after an act became ${JSON.stringify(facts)}`, async () => {
        await sealed()
        const after = name === 'memory' || facts === null ? facts : JSON.stringify(facts)
        await opened.change('audit_log', 5, { after })
        expect(told(await verify(opened.library))).to.deep.equal(['row_changed 2/5'])
      })
    }

    if (name !== 'memory') {
      it('tell that a number was written in another way', async () => {
        await sealed()
        const text = '{"b":0.250,"a":-12,"list":[],"nothing":{},"flag":true}'
        await opened.change('audit_log', 5, { after: text })
        expect(told(await verify(opened.library))).to.deep.equal(['row_changed 2/5'])
      })
    }

    it('tell that rows were removed', async () => {
      await sealed()
      await opened.remove('audit_log', 4)
      await opened.remove('audit_log', 12)
      expect(told(await verify(opened.library))).to.deep.equal(['row_removed 2/4', 'row_removed 4/12'])
    })

    it('tell that a row was added behind them', async () => {
      await write(opened.library, 1)
      await seal(opened.library)
      await write(opened.library, 3)
      await opened.remove('audit_log', 3)
      await seal(opened.library)
      expect(await verify(opened.library)).to.include({ found: 0 })
      await opened.add('audit_log', 2, 3)
      expect(told(await verify(opened.library))).to.deep.equal(['row_added 2/3'])
      expect(await seal(opened.library)).to.equal(0)
    })

    it('tell that two rows changed places', async () => {
      await sealed()
      const [one, two] = [4, 5]
      await opened.add('audit_log', one, 100)
      await opened.remove('audit_log', one)
      await opened.add('audit_log', two, one)
      await opened.remove('audit_log', two)
      await opened.add('audit_log', 100, two)
      await opened.remove('audit_log', 100)
      expect(told(await verify(opened.library))).to.deep.equal(['row_changed 2/4', 'row_changed 2/5'])
    })

    const otherSeals: readonly (readonly [string, (seal: AuditSeal) => Values, string?])[] = [
      ['after_id', ({ after }) => ({ after_id: after + 1 })],
      ['last_id', ({ last }) => ({ last_id: last - 1 })],
      ['row_count', ({ count }) => ({ row_count: count - 1 })],
      ['rows', ({ rows }) => ({ rows: rows.replace(/.$/, last => (last === 'A' ? 'B' : 'A')) })],
      ['previous', ({ previous }) => ({ previous: previous.replace(/.$/, '_') })],
      ['key_id', () => ({ key_id: 'another' }), 'seal_key_unknown 2'],
      ['sealed', () => ({ sealed: '2026-03-02T12:00:00.001Z' })],
      ['mac', ({ mac }) => ({ mac: mac.replace(/^./, first => (first === 'A' ? 'B' : 'A')) })],
    ]
    for (const [column, change, expected = 'seal_changed 2'] of otherSeals) {
      it(`tell that ${column} of a seal was changed`, async () => {
        await sealed()
        const seals = await sealsOf(opened.library)
        await opened.change('audit_seals', 2, change(seals[1]!))
        expect(told(await verify(opened.library))).to.deep.equal([expected])
      })
    }

    it('tell that seals were removed from the beginning and from the middle', async () => {
      await sealed()
      await opened.remove('audit_seals', 2)
      await opened.remove('audit_seals', 3)
      expect(told(await verify(opened.library))).to.deep.equal(['seal_removed 2 to 3'])
      await opened.remove('audit_seals', 1)
      expect(told(await verify(opened.library))).to.deep.equal(['seal_removed 1 to 3'])
    })

    it('tell of one that was added, and of one that stands in the place of another', async () => {
      await sealed()
      await opened.add('audit_seals', 2, 6)
      expect(told(await verify(opened.library))).to.deep.equal(['seal_removed 5', 'seal_changed 6'])
      await opened.remove('audit_seals', 6)
      await opened.remove('audit_seals', 3)
      await opened.add('audit_seals', 2, 3)
      expect(told(await verify(opened.library))).to.deep.equal(['seal_changed 3'])
    })

    it('that were cut off at the end are missed by whoever wrote the head down', async () => {
      await sealed()
      const { head } = await verify(opened.library)
      await opened.remove('audit_seals', 4)
      expect(await verify(opened.library)).to.include({ found: 0, unsealed: 3 })
      expect(told(await verify(opened.library, head))).to.deep.equal(['head_missing 4'])
      for (const id of [10, 11, 12]) await opened.remove('audit_log', id)
      await write(opened.library, 1)
      await seal(opened.library)
      expect(told(await verify(opened.library))).to.deep.equal([])
      expect(told(await verify(opened.library, head))).to.deep.equal(['head_missing 4'])
    })

    it('that were made anew with another key are not believed', async () => {
      const stolen = auditSealing({ key: 'whoever has the database alone makes one up', old: [] })
      await sealed()
      for (const number of [4, 3, 2, 1]) await opened.remove('audit_seals', number)
      await opened.change('audit_log', 5, { action: 'book.created' })
      await seal(opened.library, stolen)
      expect(told(await verify(opened.library))).to.deep.equal(['seal_key_unknown 1'])
      const [forged] = await sealsOf(opened.library)
      await opened.change('audit_seals', 1, { key_id: testSealing.keyId })
      expect(forged!.keyId).not.to.equal(testSealing.keyId)
      expect(told(await verify(opened.library))).to.deep.equal(['seal_changed 1'])
    })

    it('stay good when the key is changed and the old one kept', async () => {
      const old = 'a key of the tests, of 32 characters'
      await sealed()
      const next = auditSealing({ key: 'the next key, which is as long as that', old: [old] })
      await write(opened.library, 2)
      await seal(opened.library, next)
      expect(await verify(opened.library, null, next)).to.include({ seals: 5, rows: 14, found: 0 })
      const forgotten = auditSealing({ key: 'the next key, which is as long as that', old: [] })
      expect(told(await verify(opened.library, null, forgotten))).to.deep.equal([
        'seal_key_unknown 1',
        'seal_key_unknown 2',
        'seal_key_unknown 3',
        'seal_key_unknown 4',
      ])
    })

    it('are verified by the administrator and the system alone', async () => {
      const verified = await verifyAudit({
        queries: opened.library.queries.auditSeals,
        sealing: testSealing,
      })({ actor: { kind: 'kiosk' }, head: null })()
      expect(verified).to.deep.include({ _tag: 'Left' })
    })
  },
  noon,
)
