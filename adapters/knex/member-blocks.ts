/** The table `member_blocks`. */
import type { MemberBlock } from '../../core/members/member-block.ts'
import type { MemberBlocks } from '../../core/members/ports.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { BlockId, MemberId } from '../../core/shared/id.ts'
import type { Day } from '../../core/shared/local-time.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import { fromInstant, fromJson, toInstant } from './columns.ts'
import type { StoredInstant } from './columns.ts'
import { sql } from './failures.ts'
import { blockedActionsFromJson } from './payloads.ts'
import type { Transaction } from './unit-of-work.ts'

export interface BlockRow {
  readonly id: BlockId
  readonly version: number
  readonly user_id: MemberId
  readonly reason: string
  readonly actions: unknown
  readonly expires_on: Day | null
  readonly created_by: MemberId | null
  readonly created_at: StoredInstant
}

export const toBlock = (row: BlockRow): MemberBlock => ({
  id: row.id,
  version: row.version,
  memberId: row.user_id,
  reason: row.reason,
  actions: blockedActionsFromJson(row.actions),
  expiresOn: row.expires_on,
  setBy: row.created_by,
  setAt: toInstant(row.created_at),
})

export const memberBlocks = ({ knex, now }: Transaction): MemberBlocks => ({
  get: (memberId, id) =>
    pipe(
      sql(() =>
        knex('member_blocks')
          .where({ id, user_id: memberId })
          .whereNull('lifted_at')
          .first<BlockRow | undefined>(),
      ),
      TE.flatMap(row => (row === undefined ? TE.left(notFound('block', id)) : TE.right(toBlock(row)))),
    ),
  add: ({ memberId, reason, actions, expiresOn, setBy }) =>
    sql(async () => {
      const at = now()
      const [row] = await knex('member_blocks')
        .insert({
          user_id: memberId,
          reason,
          actions: fromJson(actions),
          expires_on: expiresOn,
          created_by: setBy,
          version: 1,
          created_at: at,
          updated_at: at,
        })
        .returning<BlockRow[]>('*')
      return toBlock(row as BlockRow)
    }),
  lift: ({ id, version }, at) =>
    pipe(
      sql(() =>
        knex('member_blocks')
          .where({ id, version })
          .whereNull('lifted_at')
          .update({ lifted_at: fromInstant(at), version: version + 1, updated_at: now() }),
      ),
      TE.flatMap(written => (written === 1 ? TE.right(undefined) : TE.left(staleWrite('block', id)))),
    ),
})
