/** MEM-1: members, the API's users. */
import * as t from 'io-ts'
import { memberStatuses } from '../../../core/members/member-status.ts'
import type { MemberFilter, MemberSort } from '../../../core/members/ports.ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { created, ofVersion, ok } from '../success.ts'
import { described } from '../codecs/codec.ts'
import { code } from '../codecs/codes.ts'
import { queryKey } from '../codecs/numbers.ts'
import { record } from '../codecs/record.ts'
import type { Some } from '../codecs/record.ts'
import { oneOf, phrase, search } from '../codecs/text.ts'
import type { Sorts } from '../cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { fieldsOf, pick } from '../fields.ts'
import { given } from '../given.ts'
import { listed, listQuery, wordsOf } from '../list.ts'
import { changing, route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { MemberChanges, NewMember } from './member-body.ts'
import { MemberView, memberView } from './member-view.ts'

const sorts: Sorts<MemberSort> = {
  id: 'id',
  username: 'text',
  email: 'text',
  first_name: 'text',
  last_name: 'text',
  library_card_number: 'text',
  membership_type: 'text',
  membership_date: 'day',
  membership_expires_on: 'day',
  status: 'text',
  created_at: 'instant',
}
const filters = {
  status: described('That stand so.', oneOf(memberStatuses)),
  membership_type: described('With this type of membership.', phrase(50)),
  home_branch_id: described('Whose branch this is.', queryKey<'branch'>()),
  library_card_number: described('Who holds this card.', code),
  q: described('Words, each of which occurs in a name, the user name or the e-mail address.', search),
}
const memberList = listQuery({
  sorts,
  standard: { field: 'last_name', direction: 'asc' },
  shape: MemberView,
  filters,
})

const filterOf = (asked: Some<typeof filters>): MemberFilter => ({
  ...given<MemberFilter>({
    status: asked.status,
    membershipType: asked.membership_type,
    homeBranchId: asked.home_branch_id,
    cardNumber: asked.library_card_number,
  }),
  ...wordsOf(asked),
})

const detailQuery = record('UserQuery', {}, { fields: fieldsOf(MemberView) }, 'UNKNOWN_PARAMETER')

export const memberRoutes = ({ members }: Pick<HttpDeps, 'members'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/users',
    permission: 'member:list',
    summary: 'List members',
    query: memberList,
    data: t.array(MemberView),
    handle: ({ act, query, address }) =>
      pipe(
        members.listMembers({ act, filter: filterOf(query.filters), page: query.page }),
        TE.map(found => listed('Users', address, query, found, memberView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/users/{id}',
    names: 'user',
    permission: 'member:read',
    summary: 'Show a member to himself or to staff',
    query: detailQuery,
    data: MemberView,
    handle: ({ act, id: memberId, query }) =>
      pipe(
        members.showMember({ act, id: id(memberId) }),
        TE.map(found => ofVersion(found.member.version, ok('User', pick(memberView(found), query.fields)))),
      ),
  }),
  route({
    method: 'POST',
    path: '/users',
    permission: 'member:register',
    summary: 'Register a member: a stranger himself, or staff for him',
    body: { codec: NewMember, required: true },
    data: MemberView,
    errors: ['PermissionDenied', 'TooManyUses', 'DuplicateKey'],
    act: ({ act, body }) => members.registerMember({ act, ...body }),
    show: added =>
      ofVersion(
        added.member.version,
        created('User created', `/api/v1/users/${added.member.id}`, memberView(added)),
      ),
  }),
  ...changing({
    path: '/users/{id}',
    names: 'user',
    permission: 'member:write',
    summary:
      'Change a member; fields left out stay, status, type and card are for staff, and who changes his user name or e-mail address shows that it is he',
    body: { codec: MemberChanges, required: true },
    data: MemberView,
    errors: [
      'InvalidCredentials',
      'LoginTooOld',
      'AccountIsLocked',
      'TooManyFailures',
      'Conflict',
      'StaleWrite',
      'DuplicateKey',
    ],
    act: ({ act, id: memberId, body, session }) =>
      pipe(
        members.changeMember({ act, id: id(memberId), sessionId: session?.sessionId ?? null, ...body }),
        TE.flatMap(changed => members.showMember({ act, id: changed.id })),
      ),
    show: found => ofVersion(found.member.version, ok('User changed', memberView(found))),
  }),
]
