/** Two copies come back in the same instant for one reservation: one is trapped, one reshelved (circulation R6.4). */
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'chai'
import { dataOf } from './ask.ts'
import type { Answer } from './ask.ts'
import { atOnce } from './race.ts'
import type { Race, Track } from './race.ts'

const steps = (answers: readonly Answer[]) =>
  answers.map(answer => [
    answer.status,
    (dataOf(answer)['next_step'] as { readonly action: string } | undefined)?.action,
  ])

/** How often this member was told that something is ready for him. */
const timesTold = ({ servers }: Track, memberId: number): number =>
  servers
    .flatMap(server => server.output().split('\n'))
    .filter(line => line.includes('"reservation_ready"') && line.includes(`"member_id":${memberId},`)).length

export const twoReturns: Race = {
  title: 'two returns, one reservation: one copy is trapped, one reshelved, and he is told once',
  setUp: async track => {
    const borrowers = [await track.join('brings.one'), await track.join('brings.two')]
    let rounds = 0
    return async round => {
      rounds += 1
      const { id: waiting } = await track.join(`waits.${rounds}`)
      const { bookId, copyIds } = await track.newBook(2)
      const barcodes: unknown[] = []
      for (const [index, book_copy_id] of copyIds.entries()) {
        const user_id = borrowers[index]!.id
        const lent = await track.desk(index, 'POST', '/borrowings', { user_id, book_copy_id })
        expect(lent.status, lent.text).to.equal(201)
        barcodes.push(dataOf(lent)['barcode'])
      }
      const branch_id = track.world.branchId
      const reserved = await track.desk(0, 'POST', `/books/${bookId}/reserve`, {
        user_id: waiting,
        branch_id,
      })
      expect(reserved.status, reserved.text).to.equal(201)

      const scan = (index: number) => track.desk(index, 'POST', '/returns', { barcode: barcodes[index] })
      const row = { table: 'books', id: bookId } as const
      const answers = await atOnce(track, round, { row, waiting: 2 }, 2, scan)
      expect(steps(answers).sort()).to.deep.equal([
        [200, 'hold'],
        [200, 'reshelve'],
      ])
      // Scanned again each says the same, and nobody is told again (R3.4).
      expect(steps(await Promise.all([scan(0), scan(1)]))).to.deep.equal(steps(answers))
      // The outbox is handed on beside the requests; what was told twice would come in the same stream.
      while (timesTold(track, waiting) === 0) await wait(20)
      const events = await track.tables
        .read('outbox')
        .where({ aggregate: 'reservation', aggregate_id: dataOf(reserved)['id'] })
        .orderBy('seq')
        .select<{ type: string }[]>('type')
      expect(events.map(({ type }) => type)).to.deep.equal(['ReservationPlaced', 'ReservationReady'])
      expect(timesTold(track, waiting)).to.equal(1)
      return answers
    }
  },
}
