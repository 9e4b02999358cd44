/** The ports of identity, made by hand: a session store that keeps nothing of a Left, and everybody else in a few lines. */
import type { Act, Role } from '../../../core/identity/actor.ts'
import type { AuditEntry, AuditStores } from '../../../core/identity/audit.ts'
import type {
  AccessTokens,
  Account,
  Credentials,
  IdentityQueries,
  IdentityStores,
  PasswordHashing,
  Secrets,
  Standing,
} from '../../../core/identity/ports.ts'
import type { LockoutDeps } from '../../../core/identity/counted-guess.ts'
import type { IdentityEvent } from '../../../core/identity/events.ts'
import type { AccountFailures, AddressFailures } from '../../../core/identity/lockout.ts'
import type { LockoutStores } from '../../../core/identity/lockout-ports.ts'
import type { SecondFactor } from '../../../core/identity/second-factor.ts'
import type { SecondFactorStores, SecondFactorTools } from '../../../core/identity/second-factor-ports.ts'
import { isLive } from '../../../core/identity/session.ts'
import type { RefreshToken, Session, SessionPolicy } from '../../../core/identity/session.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { Ids, MemberId } from '../../../core/shared/id.ts'
import { instant } from '../../../core/shared/local-time.ts'
import type { Instant } from '../../../core/shared/local-time.ts'
import { notFound } from '../../../core/shared/refusal.ts'
import type { UnitOfWork } from '../../../core/shared/unit-of-work.ts'
import { at, memberId } from '../builders.ts'

interface Kept {
  readonly sessions: readonly Session[]
  readonly tokens: readonly RefreshToken[]
  readonly accounts: Readonly<Record<string, AccountFailures>>
  readonly addresses: Readonly<Record<string, AddressFailures>>
  readonly factors: readonly SecondFactor[]
  /** Hashes of recovery codes. */
  readonly codes: readonly string[]
  readonly events: readonly IdentityEvent[]
  readonly audit: readonly { readonly act: Act; readonly entry: AuditEntry }[]
}

export interface Person {
  readonly credentials: Credentials
  readonly role?: Role
}

/** Ada (1) has the password `right`, Bob (2) has none, Eve (3) is deactivated. */
const people: Readonly<Record<string, Person>> = {
  ada: { credentials: { memberId: memberId(1), passwordHash: 'hash of right', active: true } },
  bob: { credentials: { memberId: memberId(2), passwordHash: null, active: true } },
  eve: { credentials: { memberId: memberId(3), passwordHash: 'hash of right', active: false } },
}

const accountOf = (member: MemberId, { factors }: Kept): Account => ({
  memberId: member,
  username: `member-${member}`,
  email: `member-${member}@example.org`,
  firstName: 'Ada',
  lastName: 'Lovelace',
  cardNumber: '20000000000014',
  status: 'active',
  role: 'librarian',
  branchId: id(5),
  secondFactor: factors.some(each => each.memberId === member && each.confirmedAt !== null),
})

/** The code of a step is its number; a sealed text names whose it is; of recovery codes there are two. */
const tools: SecondFactorTools = {
  encryption: {
    seal: (text, { memberId: whose }) => `${text} of ${whose}`,
    open: (sealed, { memberId: whose }) => {
      if (!sealed.endsWith(` of ${whose}`)) throw new Error('it is another’s')
      return sealed.slice(0, -` of ${whose}`.length)
    },
  },
  codes: {
    newSecret: () => 'A SECRET',
    stepOf: (secret, code, now) => {
      const step = stepAt(now)
      return secret === 'A SECRET' && Math.abs(Number(code) - step) <= 1 ? Number(code) : null
    },
    address: (secret, username) => `address of ${secret} for ${username}`,
  },
  recovery: {
    make: () => ['CODE-1', 'CODE-2'].map(code => ({ code, hash: `#${code.replace('-', '')}` })),
    hashesOf: (_member, code) => [`#${code}`],
  },
}

/** Of six digits. */
export const stepAt = (now: Instant): number => 100_000 + (Math.floor(now / 30_000) % 900_000)

type Stores = IdentityStores & LockoutStores & SecondFactorStores & AuditStores

/** An identity at 10 o'clock, where time and membership can be moved. */
export const anIdentity = (some: Partial<SessionPolicy> = {}) => {
  const policy: SessionPolicy = { lifetime: 1000, idle: 1000, most: null, whenFull: 'end_oldest', ...some }
  let kept: Kept = {
    sessions: [],
    tokens: [],
    accounts: {},
    addresses: {},
    factors: [],
    codes: [],
    events: [],
    audit: [],
  }
  let now: Instant = at('2026-03-10T10:00:00Z')
  let made = 0
  const inactive = new Set<MemberId>()
  /** What was verified against what: all of it, unknown accounts too. */
  const verified: (readonly [string, string | null])[] = []

  /** Of those who have another than at first. */
  const hashes = new Map<MemberId, string>()
  const credentialsOf = (login: string): Credentials | null => {
    const found = people[login]?.credentials ?? null
    return found === null
      ? null
      : {
          ...found,
          passwordHash: hashes.get(found.memberId) ?? found.passwordHash,
          active: found.active && !inactive.has(found.memberId),
        }
  }
  const standingOf = (member: MemberId): Standing => {
    const [login] = Object.keys(people).filter(each => people[each]?.credentials.memberId === member)
    const known = credentialsOf(login ?? '')
    const factor = kept.factors.find(each => each.memberId === member)
    return {
      passwordHash: known?.passwordHash ?? null,
      active: known?.active ?? false,
      secondFactorSince: factor?.confirmedAt ?? null,
    }
  }

  /** One after another, as in a store. */
  let last: Promise<unknown> = Promise.resolve()
  const work: UnitOfWork<Stores> = {
    run: doing => () => {
      const running = last.then(() => allOrNothing(doing))
      last = running
      return running
    },
  }
  const allOrNothing = async <E1, A>(
    doing: (stores: Stores) => TE.TaskEither<E1, A>,
  ): Promise<E.Either<E1, A>> => {
    let draft = kept
    const result = await doing({
      sessions: {
        byRefreshToken: hash => {
          const token = draft.tokens.find(each => each.hash === hash)
          const session = draft.sessions.find(each => each.id === token?.sessionId)
          return TE.right(token === undefined || session === undefined ? null : { session, token })
        },
        open: (session, token) => {
          draft = {
            ...draft,
            sessions: [...draft.sessions, session],
            tokens: [...draft.tokens, token],
          }
          return TE.right(undefined)
        },
        standing: member => TE.fromIO(() => standingOf(member)),
        going: (member, moment) =>
          TE.right(draft.sessions.filter(each => each.memberId === member && isLive(each, moment))),
        rotate: (session, spent, successor) => {
          const others = draft.tokens.filter(({ hash }) => hash !== spent.hash)
          draft = {
            ...draft,
            sessions: draft.sessions.map(each => (each.id === session.id ? session : each)),
            tokens: [...others, spent, successor],
          }
          return TE.right(undefined)
        },
        end: ({ memberId: member, only }, moment) => {
          const meant = draft.sessions.filter(
            each => each.memberId === member && (only === null || each.id === only) && isLive(each, moment),
          )
          draft = {
            ...draft,
            sessions: draft.sessions.map(each =>
              meant.includes(each) ? { ...each, endedAt: moment } : each,
            ),
          }
          return TE.right(meant.map(({ id: ended }) => ended))
        },
      },
      loginFailures: {
        ofAddress: network => TE.fromIO(() => draft.addresses[network] ?? []),
        saveAddress: (network, failures) =>
          TE.fromIO(() => {
            draft = { ...draft, addresses: { ...draft.addresses, [network]: failures } }
          }),
        ofAccount: counter => TE.fromIO(() => draft.accounts[counter] ?? null),
        saveAccount: (counter, failures) =>
          TE.fromIO(() => {
            const { [counter]: _old, ...others } = draft.accounts
            draft = {
              ...draft,
              accounts: failures === null ? others : { ...others, [counter]: failures },
            }
          }),
        tell: event =>
          TE.fromIO(() => {
            if (event !== null) draft = { ...draft, events: [...draft.events, event] }
          }),
      },
      secondFactors: {
        get: member => TE.right(draft.factors.find(each => each.memberId === member) ?? null),
        save: factor => {
          const others = draft.factors.filter(each => each.memberId !== factor.memberId)
          draft = { ...draft, factors: [...others, factor] }
          return TE.right(undefined)
        },
        remove: member => {
          draft = {
            ...draft,
            factors: draft.factors.filter(each => each.memberId !== member),
            codes: [],
          }
          return TE.right(undefined)
        },
        giveCodes: (_member, codes) => {
          draft = { ...draft, codes }
          return TE.right(undefined)
        },
        spendCode: (_member, hashes) => {
          const spent = draft.codes.some(each => hashes.includes(each))
          draft = { ...draft, codes: draft.codes.filter(each => !hashes.includes(each)) }
          return TE.right(spent)
        },
        codesLeft: () => TE.right(draft.codes.length),
        tell: event => {
          draft = { ...draft, events: [...draft.events, event] }
          return TE.right(undefined)
        },
      },
      audit: {
        record: (act, entry) => {
          draft = { ...draft, audit: [...draft.audit, { act, entry }] }
          return TE.right(undefined)
        },
      },
    })()
    if (E.isRight(result)) kept = draft
    return result
  }

  const queries: Pick<IdentityQueries, 'credentials' | 'sessionAccount' | 'account'> = {
    credentials: login => TE.right(credentialsOf(login)),
    sessionAccount: (sessionId, moment) => {
      const session = kept.sessions.find(each => each.id === sessionId)
      return TE.right(
        session === undefined || !isLive(session, moment) || inactive.has(session.memberId)
          ? null
          : accountOf(session.memberId, kept),
      )
    },
    account: member =>
      inactive.has(member) ? TE.left(notFound('user', member)) : TE.right(accountOf(member, kept)),
  }

  const passwords: PasswordHashing = {
    hash: password => TE.right(`hash of ${password}`),
    verify: (password, hash) => {
      verified.push([password, hash])
      return TE.right(hash === `hash of ${password}`)
    },
  }

  const tokens: AccessTokens = {
    lifetime: 3600,
    issue: ({ memberId: member, sessionId }) => TE.right(`token ${member} ${sessionId}`),
    verify: token => {
      const [, member, session] = /^token (\d+) (\d+)$/.exec(token) ?? []
      return member === undefined || session === undefined
        ? TE.left({ type: 'TokenRefused', reason: token === 'old token' ? 'expired' : 'malformed' })
        : TE.right({ memberId: id(Number(member)), sessionId: id(Number(session)) })
    },
  }

  const hashOf = (secret: string) => `#${secret}`
  const secrets: Secrets = {
    make: () => {
      made += 1
      const secret = `secret ${made}`
      return { secret, hash: hashOf(secret) }
    },
    hashOf,
  }

  let numbered = 100
  const ids: Ids = {
    next: () => {
      numbered += 1
      return TE.right(id(numbered))
    },
  }

  const clock = { now: () => now }
  const lockout: LockoutDeps = { work, countSentAway: () => 1, clock, libraryClock: clock }
  return {
    deps: {
      work,
      queries,
      renewHash: () => TE.right(undefined),
      passwords,
      secondFactor: tools,
      tokens,
      secrets,
      ids,
      clock,
      policy,
      lockout,
    },
    verified,
    sessions: () => kept.sessions,
    tokens: () => kept.tokens,
    audit: () => kept.audit,
    accounts: () => kept.accounts,
    addresses: () => kept.addresses,
    factors: () => kept.factors,
    recoveryHashes: () => kept.codes,
    events: () => kept.events,
    account: (member: MemberId) => accountOf(member, kept),
    now: () => now,
    passes: (seconds: number) => {
      now = instant(now + seconds * 1000)
    },
    /** Behind the back of every unit of work. */
    enrolledMeanwhile: (member: MemberId) => {
      const sealedSecret = `A SECRET of ${member}`
      const factor = { memberId: member, sealedSecret, createdAt: now, confirmedAt: now, lastStep: null }
      kept = { ...kept, factors: [...kept.factors, factor] }
    },
    hashIs: (member: MemberId, hash: string) => hashes.set(member, hash),
    deactivate: (member: MemberId) => inactive.add(member),
  }
}
