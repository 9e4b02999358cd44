/** ASVS V7: how a session begins, how long it lasts and what ends it. */
import type { Change, Defence } from './defence.ts'

const session = 'core/identity/session.ts'
const sessionRules = 'tests/core/identity/sessions.test.ts'
const overHttp = 'tests/http/sessions.test.ts'
const contract = 'tests/contract/identity.test.ts'
const twoProcesses = 'tests/e2e/sessions.test.ts'
const heldOpen = 'tests/http/held-requests.test.ts'
const staff = 'core/members/use-cases/keep-staff.ts'
const loginNames = 'tests/http/login-names.test.ts'

/** What a session lasts, told once for both of its ends. */
const end = {
  file: session,
  text: 'instant(Math.min(createdAt + lifetime * 1000, now + idle * 1000))',
} as const
const neverIdle: Change = { ...end, instead: 'instant(createdAt + lifetime * 1000 + 0 * (now + idle))' }
const neverOver: Change = { ...end, instead: 'instant(now + idle * 1000 + 0 * (createdAt + lifetime))' }

const lasting: readonly Defence[] = [
  {
    of: ['V7.1.1'],
    what: 'a session lasts no longer than its life',
    ...neverOver,
    test: sessionRules,
    words: 'runs out, and each refresh puts that off, but not beyond its life',
  },
  {
    of: ['V7.3.2'],
    what: 'a refresh does not lengthen the life of a session',
    file: session,
    text: 'runsOut(policy, session.createdAt, now)',
    instead: 'runsOut(policy, now, now)',
    test: sessionRules,
    words: 'goes on from token to token, and does not lengthen the session',
  },
  {
    of: ['V7.3.1'],
    what: 'a session that nobody refreshes runs out',
    ...neverIdle,
    test: overHttp,
    words: 'that nobody refreshes run out before their time',
  },
  {
    of: ['V7.1.2'],
    what: 'there are no more sessions than there may be',
    file: session,
    text: 'if (most === null || oldestFirst.length < most) return []',
    instead: 'if (most === null || oldestFirst.length < most * 1000) return []',
    test: overHttp,
    words: 'end for one more, the oldest first',
  },
  {
    of: ['V7.1.2'],
    what: 'one more is refused where it is so chosen',
    file: session,
    text: "whenFull === 'refuse' ? null :",
    instead: "whenFull === 'refuse' ? [] :",
    test: overHttp,
    words: 'or refuse it, once it has the right password',
  },
]

const atOnce: readonly Defence[] = [
  {
    of: ['V7.1.2'],
    what: 'sessions are counted under the lock of their member, on Postgres',
    file: 'adapters/knex/sessions.ts',
    text: "        await locking(transaction, knex('users').where({ id: memberId })).select('id')\n",
    instead: '',
    test: contract,
    words: 'that begin at once are counted one after another',
  },
  {
    of: ['V7.2.2'],
    what: 'a refresh token is spent under the lock of its session, on Postgres',
    file: 'adapters/knex/sessions.ts',
    text: "await locking(transaction, knex('sessions').where({ id: located.session_id })).first<",
    instead: "await knex('sessions').where({ id: located.session_id }).first<",
    test: contract,
    words: 'spend a token once, however many show it at once',
  },
]

const tokens: readonly Defence[] = [
  {
    of: ['V7.2.2', 'V7.2.4'],
    what: 'a refresh gives another refresh token',
    file: 'core/identity/use-cases/refresh-session.ts',
    text: `sessions.rotate(
                goesOn,
                { ...token, spentAt: now },
                { hash, sessionId: session.id, createdAt: now, spentAt: null },
              ),`,
    instead: 'TE.right(undefined),',
    also: {
      file: 'core/identity/use-cases/refresh-session.ts',
      text: '                secret,\n',
      instead: '                secret: refreshToken,\n',
    },
    test: overHttp,
    words: 'go on with a refresh token that is good once',
  },
  {
    of: ['V7.2.2'],
    what: 'a spent refresh token ends the session',
    file: 'core/identity/use-cases/refresh-session.ts',
    text: 'if (token.spentAt !== null) {',
    instead: 'if (token.spentAt !== null && token.hash === refreshToken) {',
    test: overHttp,
    words: 'end altogether when a spent refresh token comes again',
  },
  {
    of: ['V7.2.3', 'V11.5.1'],
    what: 'refresh tokens and keys have 256 bits',
    file: 'adapters/security/secrets.ts',
    text: 'randomBytes(32)',
    instead: 'randomBytes(8)',
    test: 'tests/adapters/security/secrets.test.ts',
    words: 'are 256 random bits, kept as a hash of as many',
  },
]

/** A body that was kept back is acted on by whoever he is when it is there. */
const lookedAtAgain: Change = {
  file: 'adapters/http/endpoint.ts',
  text: 'const last = kept ? await entering(ctx) : first',
  instead: 'const last = first as Entering',
}

const roleChanged = "endSessions(stores, act, { memberId: id, only: null }, 'role_changed', realClock.now())"

const endings: readonly Defence[] = [
  {
    of: ['V7.4.1'],
    what: 'the row of the session is asked whether it has ended',
    file: 'adapters/knex/identity-queries.ts',
    text: "    .whereNull('sessions.ended_at')\n",
    instead: '',
    test: twoProcesses,
    words: 'a logout in one ends it in the other, with its next request',
  },
  {
    of: ['V7.4.1'],
    what: 'it is asked again once the whole request is there',
    ...lookedAtAgain,
    test: heldOpen,
    words: 'is refused after a logout',
  },
  {
    of: ['V7.4.2'],
    what: 'a deactivation ends all sessions',
    file: 'core/members/use-cases/change-member.ts',
    text: "? endSessions(stores, act, { memberId: id, only: null }, 'deactivated', realClock.now())",
    instead: '? TE.right([])',
    test: twoProcesses,
    words: 'a deactivation in one is honoured by the other, and for good',
  },
  {
    of: ['V7.4.2'],
    what: 'who is deactivated is not let in',
    file: 'core/identity/use-cases/log-in.ts',
    text: 'credentials.passwordHash !== null && credentials.active && matches',
    instead: 'credentials.passwordHash !== null && matches',
    also: {
      file: 'adapters/knex/identity-queries.ts',
      text: "    .whereNot({ 'users.status': 'deactivated' })\n",
      instead: '',
    },
    test: twoProcesses,
    words: 'a deactivation in one is honoured by the other, and for good',
  },
  {
    of: ['V7.4.2'],
    what: 'who is given a desk logs in anew',
    file: staff,
    text: `TE.tap(() => ${roleChanged}),\n        TE.bindW('staff', () => stores.staff.add(id, details)),`,
    instead: "TE.bindW('staff', () => stores.staff.add(id, details)),",
    test: 'tests/http/staff.test.ts',
    words: 'log in anew with another role, and act by it',
  },
  {
    of: ['V7.4.2'],
    what: 'who is given another role logs in anew',
    file: staff,
    text: `: ${roleChanged},`,
    instead: ': TE.right([]),',
    test: 'tests/http/staff.test.ts',
    words: 'log in anew with another role, and act by it',
  },
  {
    of: ['V7.4.2'],
    what: 'who is dismissed logs in anew',
    file: staff,
    text: `TE.tap(() => ${roleChanged}),\n        TE.flatMap(`,
    instead: 'TE.flatMap(',
    test: 'tests/http/staff.test.ts',
    words: 'log in anew with another role, and act by it',
  },
  {
    of: ['V7.4.2'],
    what: 'who was dismissed acts no more, though his request had begun',
    ...lookedAtAgain,
    test: heldOpen,
    words: 'appoints nobody again',
  },
  {
    of: ['V7.4.3'],
    what: 'a new password ends all sessions',
    file: 'core/identity/new-password.ts',
    text: "    TE.tap(() => endSessions(stores, act, { memberId, only: null }, 'new_password', now)),\n",
    instead: '',
    test: 'tests/http/passwords.test.ts',
    words: 'by whoever knows the present one',
  },
  {
    of: ['V7.4.3'],
    what: 'a new second factor ends all other sessions',
    file: 'core/identity/use-cases/keep-second-factor.ts',
    text: `TE.tap(made => tellEnrolled(stores, act, memberId, made.length, now)),
        TE.tap(() => endOtherSessions(stores, act, { memberId, but: sessionId }, 'mfa_changed', now)),`,
    instead: 'TE.tap(made => tellEnrolled(stores, act, memberId, made.length, now)),',
    test: 'tests/core/identity/second-factor.test.ts',
    words: 'ends every other session, not the one in which it was done',
  },
  {
    of: ['V7.4.4'],
    what: 'a logout ends its session',
    file: 'core/identity/use-cases/log-out.ts',
    text: "endSessions(stores, act, { memberId, only: sessionId }, 'logout', clock.now()),",
    instead: 'TE.right([sessionId]),',
    test: overHttp,
    words: 'end with a logout: this one',
  },
  {
    of: ['V7.5.2'],
    what: 'a member ends his own sessions, and none of another’s',
    file: 'core/identity/use-cases/keep-sessions.ts',
    text: "endSessions(stores, act, { memberId, only: sessionId }, 'by_hand', clock.now()),",
    instead: 'TE.right([clock.now()]),',
    test: overHttp,
    words: 'are shown to their member with where they were last used from, and he ends one of them',
  },
  {
    of: ['V7.4.5'],
    what: 'an administrator ends the sessions of another',
    file: 'core/identity/use-cases/keep-sessions.ts',
    text: "work.run(stores => endSessions(stores, act, { memberId, only: null }, 'by_hand', clock.now())),",
    instead: 'work.run(() => TE.right([clock.now()])),',
    test: overHttp,
    words: 'of another are ended all at once by an administrator',
  },
]

const factor = 'tests/core/identity/second-factor.test.ts'

const shownAgain: readonly Defence[] = [
  {
    of: ['V7.5.1'],
    what: 'who changes what he logs in with shows who he is',
    file: 'core/members/use-cases/change-member.ts',
    text: '? proven(stores, { memberId: id, sessionId }, proof, realClock.now())',
    instead: '? TE.right(undefined)',
    test: loginNames,
    words: 'he changes within 15 minutes of his login, and after them with his password',
  },
  {
    of: ['V7.5.1'],
    what: 'a login is one of just now for 15 minutes',
    file: 'core/identity/second-factor.ts',
    text: 'const freshFor = 15\n',
    instead: 'const freshFor = 15_000\n',
    test: loginNames,
    words: 'he changes within 15 minutes of his login, and after them with his password',
  },
  {
    of: ['V7.5.1'],
    what: 'no guardian changes what his ward logs in with',
    file: 'core/members/use-cases/change-member.ts',
    text: "          : permitted(actor, 'member:administer'),\n",
    instead: '          : E.right(undefined),\n',
    test: loginNames,
    words: 'is changed for another by staff alone: not by his guardian, nor by a key',
  },
  {
    of: ['V7.5.1'],
    what: 'no key changes what a member logs in with',
    file: 'core/members/use-cases/change-member.ts',
    text: "? E.left(denied('member:administer'))",
    instead: '? E.right(undefined)',
    test: loginNames,
    words: 'is changed for another by staff alone: not by his guardian, nor by a key',
  },
  {
    of: ['V7.5.1'],
    what: 'a second factor is taken off with a code, or after a login of just now',
    file: 'core/identity/use-cases/keep-second-factor.ts',
    text: '? inFreshSession(stores, { memberId, sessionId }, now, mfaRequired)',
    instead: '? TE.right(undefined)',
    test: factor,
    words: 'takes a code, or a login of just now',
  },
  {
    of: ['V7.6.2'],
    what: 'a new password by a mail opens no session',
    file: 'core/identity/use-cases/reset-password.ts',
    text: "setNewPassword(stores, act, { memberId, hash, by: 'mail', at, now }),",
    instead: `setNewPassword(stores, act, { memberId, hash, by: 'mail', at, now }),
                TE.tap(() =>
                  stores.sessions.open(
                    {
                      ...{ id: 999_999 as never, memberId, createdAt: now, lastUsedAt: now, endedAt: null },
                      ...{ expiresAt: (now + 3_600_000) as never, address: act.address, userAgent: null },
                    },
                    { hash: 'of a token that the answer had', sessionId: 999_999 as never, createdAt: now, spentAt: null },
                  ),
                ),`,
    test: 'tests/http/passwords.test.ts',
    words: 'begin no session, nor does a registration or a mail',
  },
]

export const sessions: readonly Defence[] = [...lasting, ...atOnce, ...tokens, ...endings, ...shownAgain]
