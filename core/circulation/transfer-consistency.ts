/**
 * What must hold of a title's copies and of the transfers they are on (CIR-11). That one takes too long is no fault of what is stored: the
 * job `transfers-overdue` tells of it.
 */
import { breach } from '../shared/consistency.ts'
import type { Invariant } from '../shared/consistency.ts'
import { repeated, single } from '../shared/grouped.ts'
import type { OpenTransferFacts, TitleFacts } from './consistency-facts.ts'

const copyOf = ({ copyId }: OpenTransferFacts) => copyId

const oneTransferPerCopy: Invariant<TitleFacts> = {
  name: 'one-transfer-per-copy',
  repair: 'Scan the copy where it is (POST /returns): all that are open end when it arrives or goes on.',
  breaches: ({ transfers }) =>
    repeated(transfers, copyOf).map(([copyId, open]) =>
      breach('copy', copyId, 'It has more than one open transfer', {
        transfer_ids: open.map(({ id }) => id),
      }),
    ),
}

const transitHasItsTransfer: Invariant<TitleFacts> = {
  name: 'in-transit-has-its-transfer',
  repair: 'Scan the copy at the branch it goes to (POST /returns): there it has arrived.',
  breaches: ({ copies, transfers }) =>
    copies
      .filter(({ id, status }) => status === 'in_transit' && !transfers.some(({ copyId }) => copyId === id))
      .map(({ id, destination }) =>
        breach('copy', id, 'It is in transit and has no open transfer', { to_branch_id: destination }),
      ),
}

/** And the reverse. Several transfers of one copy are told by `one-transfer-per-copy`. */
const transferHasItsCopy: Invariant<TitleFacts> = {
  name: 'transfer-has-its-copy',
  repair:
    'No request does it: look for the copy, and write into the row of the transfer by hand when and how it ended (ended_at, ended_as).',
  breaches: ({ copies, transfers }) =>
    single(transfers, copyOf).flatMap(({ id, copyId, to }) => {
      const copy = copies.find(one => one.id === copyId)
      return copy?.status === 'in_transit' && copy.destination === to
        ? []
        : [
            breach('transfer', id, 'It is open, but its copy is not on its way there', {
              book_copy_id: copyId,
              to_branch_id: to,
              copy_status: copy?.status ?? null,
              copy_destination: copy?.destination ?? null,
            }),
          ]
    }),
}

export const transferInvariants: readonly Invariant<TitleFacts>[] = [
  oneTransferPerCopy,
  transitHasItsTransfer,
  transferHasItsCopy,
]
