/** What the mails of accounts are made from. */
import type { AccountToken } from '../../core/identity/account-token.ts'
import type { AccountTokens } from '../../core/identity/password-ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'
import { publish } from './outbox.ts'

export const accountTokens = (on: Database): AccountTokens => {
  const { accountTokens: tokens } = on.tables
  return {
    get: id => TE.fromIO(() => tokens.find(id) ?? null),
    add: (token, events, act) =>
      TE.fromIO(() => {
        tokens.add(token)
        publish(on, events, act)
      }),
    save: token => TE.fromIO(() => tokens.put(token)),
    spend: (id, at) =>
      TE.fromIO(() => {
        const token = tokens.get(id)
        if (token.spentAt !== null) return false
        tokens.put({ ...token, spentAt: at })
        return true
      }),
    spendAll: (memberId, purpose, at) =>
      TE.fromIO(() => {
        for (const token of tokens.where('member', memberId))
          if (token.purpose === purpose && token.spentAt === null) tokens.put({ ...token, spentAt: at })
      }),
    open: (memberId, purpose, now) =>
      TE.fromIO(
        () =>
          tokens
            .where('member', memberId)
            .filter(one => one.purpose === purpose && one.spentAt === null && one.expiresAt > now)
            .toSorted((one, other) => (isBefore(one, other) ? 1 : -1))[0] ?? null,
      ),
    countOpen: ({ memberId, purpose, byStranger, before }, now) =>
      TE.fromIO(
        () =>
          tokens
            .where('member', memberId)
            .filter(
              one =>
                one.purpose === purpose &&
                one.byStranger === byStranger &&
                one.spentAt === null &&
                one.expiresAt > now &&
                (before === null || isBefore(one, before)),
            ).length,
      ),
  }
}

/** Ids come in blocks, another for each process: they tell no order. */
const isBefore = (one: Made, other: Made): boolean =>
  one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.id < other.id)

type Made = Pick<AccountToken, 'id' | 'createdAt'>
