/** AUT-7: the staff unlock an account. */
import * as t from 'io-ts'
import { id } from '../../../core/shared/id.ts'
import type { HttpDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { ok } from '../success.ts'

export const unlockRoutes = ({ identity }: Pick<HttpDeps, 'identity'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/users/{id}/unlock',
    names: 'user',
    permission: 'member:unlock',
    summary:
      'Unlock an account that too many wrong passwords have locked; one of the staff is unlocked by an administrator',
    data: t.null,
    status: 200,
    act: ({ act, id: memberId }) => identity.unlockAccount({ act, memberId: id(memberId) }),
    show: () => ok('Account unlocked', null),
  }),
]
