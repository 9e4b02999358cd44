/** Manual blocks of members. */
import type { MemberBlock } from '../../core/members/member-block.ts'
import type { MemberBlocks } from '../../core/members/ports.ts'
import { E, TE } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import { staleWrite } from '../../core/shared/unit-of-work.ts'
import type { BlockRow, Database } from './database.ts'

export const toBlock = ({ liftedAt: _liftedAt, ...block }: BlockRow): MemberBlock => block

export const memberBlocks = ({ tables, now, nextId }: Database): MemberBlocks => ({
  get: (memberId, id) =>
    TE.fromIOEither(() => {
      const row = tables.memberBlocks.where('member', memberId).find(block => block.id === id)
      return row === undefined ? E.left(notFound('block', id)) : E.right(toBlock(row))
    }),
  add: details =>
    TE.fromIO(() => {
      const block: MemberBlock = { ...details, id: nextId('block'), version: 1, setAt: now() }
      tables.memberBlocks.add({ ...block, liftedAt: null })
      return block
    }),
  lift: (block, at) =>
    TE.fromIOEither(() => {
      const row = tables.memberBlocks.find(block.id)
      if (row?.version !== block.version || row.liftedAt !== null) {
        return E.left(staleWrite('block', block.id))
      }
      tables.memberBlocks.put({ ...row, version: row.version + 1, liftedAt: at })
      return E.right(undefined)
    }),
})
