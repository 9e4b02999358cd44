/** Members, their credentials and their desks. */
import type { Member } from '../../core/members/member.ts'
import type { MembershipType, MemberStores } from '../../core/members/ports.ts'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { MemberId } from '../../core/shared/id.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { NotFound } from '../../core/shared/refusal.ts'
import { duplicateKey, staleWrite } from '../../core/shared/unit-of-work.ts'
import type { DuplicateKey } from '../../core/shared/unit-of-work.ts'
import type { Database, MemberRow, Tables } from './database.ts'
import { publish } from './outbox.ts'

/** Of a new library. */
export const membershipTypes: ReadonlyMap<string, MembershipType> = new Map(
  ['standard', 'premium', 'student', 'child', 'senior'].map(name => [name, { name, durationMonths: 12 }]),
)

export const members = (on: Database): Omit<MemberStores, 'memberBlocks'> => {
  const { tables, now } = on
  return {
    members: {
      get: id =>
        TE.fromIOEither(() =>
          pipe(
            findMember(tables, id),
            E.map(({ member }) => member),
          ),
        ),
      add: ({ state, events }, passwordHash, act) =>
        TE.fromIOEither(() => {
          const at = now()
          const member: Member = { ...state, version: state.version + 1 }
          const row: MemberRow = { member, passwordHash, createdAt: at, updatedAt: at }
          const clash = clashOf(tables, row)
          if (clash !== null) return E.left(clash)
          tables.members.add(row)
          publish(on, events, act)
          return E.right(member)
        }),
      save: member =>
        TE.fromIOEither(() => {
          const row = tables.members.find(member.id)
          if (row?.member.version !== member.version) return E.left(staleWrite('user', member.id))
          const saved: Member = { ...member, version: member.version + 1 }
          const changed: MemberRow = { ...row, member: saved, updatedAt: now() }
          const clash = clashOf(tables, changed)
          if (clash !== null) return E.left(clash)
          tables.members.put(changed)
          return E.right(saved)
        }),
      tell: (event, act) => TE.fromIO(() => publish(on, [event], act)),
      appoint: (memberId, position) =>
        TE.fromIO(() => {
          const at = now()
          const before = tables.staff.find(memberId)?.position ?? {
            id: memberId,
            version: 1,
            extra: [],
            withheld: [],
            createdAt: at,
          }
          tables.staff.put({ memberId, position: { ...before, ...position, updatedAt: at } })
        }),
    },
    membershipTypes: { named: name => TE.fromIO(() => membershipTypes.get(name) ?? null) },
    memberReferences: {
      branchKnown: id => TE.fromIO(() => tables.branches.find(id) !== undefined),
      birthOf: id =>
        TE.fromIO(() => {
          const row = tables.members.find(id)
          return row === undefined ? null : { dateOfBirth: row.member.dateOfBirth }
        }),
      roleOf: id => TE.fromIO(() => tables.staff.find(id)?.position.role ?? 'user'),
    },
  }
}

export const findMember = ({ members }: Tables, id: MemberId): Either<NotFound, MemberRow> => {
  const row = members.find(id)
  return row === undefined ? E.left(notFound('user', id)) : E.right(row)
}

const clashOf = ({ members }: Tables, row: MemberRow): DuplicateKey | null => {
  if (members.clashes('username', row)) return duplicateKey('username')
  if (members.clashes('email', row)) return duplicateKey('email')
  return members.clashes('cardNumber', row) ? duplicateKey('library_card_number') : null
}
