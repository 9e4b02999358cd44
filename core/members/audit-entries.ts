/** What the audit is told of a member (AUT-9): which of his data changed, and what his standing was and is. */
import { difference } from '../identity/audit.ts'
import type { AuditEntry, Wording } from '../identity/audit.ts'
import type { Role } from '../identity/actor.ts'
import type { MemberId } from '../shared/id.ts'
import type { Instant } from '../shared/local-time.ts'
import type { MemberBlock } from './member-block.ts'
import type { Member } from './member.ts'

const wording: Wording<Omit<Member, 'id' | 'version'>> = {
  names: { cardNumber: 'library_card_number' },
  masked: [
    'username',
    'email',
    'firstName',
    'lastName',
    'phone',
    'address',
    'city',
    'state',
    'zipCode',
    'dateOfBirth',
    'emergencyContact',
    'preferences',
    'cardNumber',
  ],
}

/** What is kept of him, without what belongs to the row. */
const dataOf = ({ id: _id, version: _version, ...data }: Member): Omit<Member, 'id' | 'version'> => data

export const registered = (member: Member, at: Instant): AuditEntry => ({
  action: 'user.created',
  target: { type: 'user', id: member.id },
  at,
  ...difference(null, dataOf(member), wording),
})

export const memberChanged = (before: Member, after: Member, at: Instant): AuditEntry => ({
  action: 'user.changed',
  target: { type: 'user', id: after.id },
  at,
  ...difference(dataOf(before), dataOf(after), wording),
})

const toldOfBlock = ({ memberId, reason, actions, expiresOn }: MemberBlock) => ({
  user_id: memberId,
  reason,
  actions,
  expires_on: expiresOn,
})

export const blockSet = (block: MemberBlock, at: Instant): AuditEntry => ({
  action: 'block.created',
  target: { type: 'block', id: block.id },
  at,
  before: null,
  after: toldOfBlock(block),
})

export const blockLifted = (block: MemberBlock, at: Instant): AuditEntry => ({
  action: 'block.deleted',
  target: { type: 'block', id: block.id },
  at,
  before: toldOfBlock(block),
  after: null,
})

/** A member is given a desk, or another one. */
export const appointed = (id: MemberId, before: Role, after: Role, at: Instant): AuditEntry => ({
  action: 'user.appointed',
  target: { type: 'user', id },
  at,
  before: { role: before },
  after: { role: after },
})
