/** After a crash every keyed operation is sent again: answers are repeated, what was not answered is done now. */
import { expect } from 'chai'
import type { Database } from '../../../adapters/knex/database.ts'
import type { MeasuredServer } from '../../support/measured-server.ts'
import type { Answer } from './ask.ts'
import { patiently } from './patiently.ts'
import { inTurns, insist, isUnderWay } from './sending.ts'
import type { Outcome } from './sending.ts'
import type { Operation } from './traffic.ts'

/** How each operation ended at last; those without a key, of which nothing was heard, are left out. */
export type Ends = ReadonlyMap<Operation, Answer>

const isKnown = (answer: Answer | null): answer is Answer => answer !== null && answer.status !== 503

/** Sends every keyed operation again. */
export const askedAgain = async (
  server: MeasuredServer,
  token: string,
  tables: Database,
  outcomes: readonly Outcome[],
): Promise<{ readonly ends: Ends; readonly retries: number }> => {
  const ends = new Map<Operation, Answer>()
  const waiting: Operation[] = []
  let retries = 0
  await inTurns(outcomes, async ({ operation, answer }) => {
    if (operation.key === null) {
      if (isKnown(answer)) ends.set(operation, answer)
      return
    }
    retries += 1
    const again = await insist(server, token, operation)
    if (isKnown(answer)) {
      expect(
        { status: again.status, text: again.text, replayed: again.replayed },
        operation.path,
      ).to.deep.equal({ status: answer.status, text: answer.text, replayed: true })
    }
    if (isUnderWay(again)) waiting.push(operation)
    else ends.set(operation, again)
  })
  // The leases of those who died end: a minute goes by.
  await patiently(() =>
    tables.write('idempotency_keys').whereNull('status').update({ lease_until: '2001-01-01T00:00:00.000Z' }),
  )
  await inTurns(waiting, async operation => {
    retries += 1
    ends.set(operation, await insist(server, token, operation))
  })
  for (const [{ path }, { status, text }] of ends) {
    expect(status, `${path}: ${text}`).to.be.oneOf([200, 201, 404, 409, 422])
  }
  return { ends, retries }
}
