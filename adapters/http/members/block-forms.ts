/** Manual blocks as the API takes and shows them. */
import * as t from 'io-ts'
import { blockedActions } from '../../../core/members/member-block.ts'
import type { BlockDetails, MemberBlock } from '../../../core/members/member-block.ts'
import type { BlockSort } from '../../../core/members/ports.ts'
import { E } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { described, exampled, nullable } from '../codecs/codec.ts'
import type { Codec } from '../codecs/codec.ts'
import { fitting, list, record } from '../codecs/record.ts'
import { line, oneOf } from '../codecs/text.ts'
import { nearDay } from '../codecs/time.ts'
import type { Sorts } from '../cursor.ts'
import { listQuery } from '../list.ts'
import { day, integer, orNull, time, view, word } from '../shapes.ts'

/** Left out it keeps the member from everything, and for good. */
export const NewBlock: Codec<BlockDetails> = fitting(
  exampled(
    { reason: 'The card was reported stolen', expires_on: '2026-12-31' },
    record(
      'NewBlock',
      { reason: line(500) },
      {
        actions: described(
          'What the member is kept from; everything where it is left out.',
          list(oneOf(blockedActions), { min: 1, max: blockedActions.length }),
        ),
        expires_on: described('The last day on which it counts.', nullable(nearDay)),
      },
    ),
  ),
  ({ reason, actions = blockedActions, expires_on = null }) =>
    E.right<never, BlockDetails>({
      reason,
      actions: blockedActions.filter(action => actions.includes(action)),
      expiresOn: expires_on,
    }),
)

export const BlockView = view(
  'Block',
  {
    id: integer,
    user_id: integer,
    reason: t.string,
    actions: t.array(word(blockedActions)),
    expires_on: orNull(day),
    created_by: orNull(integer),
    created_at: time,
    version: integer,
  },
  {
    id: 5,
    user_id: 42,
    reason: 'The card was reported stolen',
    actions: ['checkout', 'renew', 'reserve'],
    expires_on: '2026-12-31',
    created_by: 3,
    created_at: '2026-11-21T19:09:00.000Z',
    version: 1,
  },
)

export const blockView = (block: MemberBlock): t.TypeOf<typeof BlockView> => ({
  id: block.id,
  user_id: block.memberId,
  reason: block.reason,
  actions: [...block.actions],
  expires_on: block.expiresOn,
  created_by: block.setBy,
  created_at: toIso(block.setAt),
  version: block.version,
})

const sorts: Sorts<BlockSort> = { id: 'id', created_at: 'instant', expires_on: 'day' }

export const blockList = listQuery({
  sorts,
  standard: { field: 'created_at', direction: 'desc' },
  shape: BlockView,
  filters: {},
})
