/** Manual blocks: the staff keep a member from borrowing, renewing or reserving. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { HttpDeps } from '../deps.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { created, ofVersion, ok } from '../success.ts'
import { blockList, BlockView, blockView, NewBlock } from './block-forms.ts'

export const blockRoutes = ({ members }: Pick<HttpDeps, 'members'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/users/{id}/blocks',
    names: 'user',
    permission: 'member:block',
    summary: 'List the manual blocks of a member that were not lifted',
    query: blockList,
    data: t.array(BlockView),
    handle: ({ act, id: memberId, query, address }) =>
      pipe(
        members.listBlocks({ act, memberId: id(memberId), page: query.page }),
        TE.map(found => listed('Blocks', address, query, found, blockView)),
      ),
  }),
  route({
    method: 'POST',
    path: '/users/{id}/blocks',
    names: 'user',
    permission: 'member:block',
    summary: 'Block a member; several blocks may stand at once',
    body: { codec: NewBlock, required: true },
    data: BlockView,
    act: ({ act, id: memberId, body }) => members.setBlock({ act, memberId: id(memberId), details: body }),
    show: block =>
      ofVersion(
        block.version,
        created('User blocked', `/api/v1/users/${block.memberId}/blocks/${block.id}`, blockView(block)),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/users/{id}/blocks/{block_id}',
    names: 'user',
    part: 'block',
    permission: 'member:block',
    summary: 'Lift one manual block of a member',
    data: t.null,
    errors: ['StaleWrite'],
    act: ({ act, id: memberId, partId }) =>
      members.liftBlock({ act, memberId: id(memberId), blockId: id(partId) }),
    show: () => ok('Block lifted', null),
  }),
]
