/** ASVS V6.4, V6.5: how a password comes to somebody, and what is asked for beside it. */
import type { Change, Defence } from './defence.ts'

const overHttp = 'tests/http/passwords.test.ts'
const contract = 'tests/contract/second-factors.test.ts'
const recovery = 'adapters/security/recovery-codes.ts'
const recoveryTests = 'tests/adapters/security/recovery-codes.test.ts'
const oneTime = 'adapters/security/one-time-codes.ts'
const oneTimeTests = 'tests/adapters/security/one-time-codes.test.ts'

const spentIsSeen: Change = {
  file: 'core/identity/shown-token.ts',
  text: "if (token.spentAt !== null || holder.status === 'deactivated')",
  instead: "if (holder.status === 'deactivated')",
}

const spentIsFirst: Change = {
  file: 'core/identity/shown-token.ts',
  text: 'first ? TE.right(undefined)',
  instead: "typeof first === 'boolean' ? TE.right(undefined)",
}

const given: readonly Defence[] = [
  {
    of: ['V6.4.1'],
    what: 'passwords of the sample are long enough',
    file: 'app/sample-library.ts',
    text: "const password = randomBytes(12).toString('base64url')",
    instead: "const password = randomBytes(3).toString('base64url')",
    test: 'tests/e2e/sample.test.ts',
    words: 'are such as anybody may choose',
  },
  {
    of: ['V6.4.1', 'V6.5.5'],
    what: 'a mail that sets a password is good for 30 minutes',
    file: 'core/identity/account-token.ts',
    text: 'reset_password: 30 * minute,',
    instead: 'reset_password: 30_000 * minute,',
    test: overHttp,
    words: 'are set within 30 minutes',
  },
  {
    of: ['V6.4.1'],
    what: 'a mail that sets a password is good once',
    ...spentIsSeen,
    also: spentIsFirst,
    test: overHttp,
    words: 'are set anew with the token of a mail, once',
  },
  {
    of: ['V6.4.3'],
    what: 'a second factor is asked for',
    file: 'core/identity/pass-second-factor.ts',
    text: 'if (otp === null) return TE.left(mfaRequired)',
    instead: 'if (otp === null) return TE.right(null)',
    also: {
      file: 'core/identity/open-session.ts',
      text: ' &&\n  one.secondFactorSince === other.secondFactorSince',
      instead: '',
    },
    test: 'tests/http/mfa.test.ts',
    words: 'is asked for after a password was set by a mail',
  },
]

const asked: readonly Defence[] = [
  {
    of: ['V6.3.3'],
    what: 'staff without a second factor may enrol one, and nothing else',
    file: 'core/identity/permissions.ts',
    text: "actor.kind === 'member' && actor.mustEnrol === true &&",
    instead: "actor.kind === 'anonymous' &&",
    test: 'tests/http/mfa.test.ts',
    words: 'is needed by staff for everything but enrolling and their sessions',
  },
  {
    of: ['V6.4.4'],
    what: 'whose second factor an administrator takes off is out',
    file: 'core/identity/use-cases/keep-second-factor.ts',
    text: "            TE.tap(() => endSessions(stores, act, { memberId, only: null }, 'mfa_changed', now)),\n",
    instead: '',
    test: 'tests/http/mfa.test.ts',
    words: 'is taken off by an admin for somebody who has lost it',
  },
  {
    of: ['V6.5.5'],
    what: 'a code is good for its step and one on either side',
    file: oneTime,
    text: 'epochTolerance: seconds,',
    instead: 'epochTolerance: 20 * seconds,',
    test: oneTimeTests,
    words: 'and tell whose step they are',
  },
]

const spentOnce: readonly Defence[] = [
  {
    of: ['V6.5.1'],
    what: 'a code is good once',
    file: 'core/identity/second-factor.ts',
    text: 'lastStep === null || step > lastStep',
    instead: 'lastStep === null || step > 0',
    test: contract,
    words: 'take one code once, of eight who show it at the same moment',
  },
  {
    of: ['V6.5.1'],
    what: 'a code is spent under the lock of its member, on Postgres',
    file: 'adapters/knex/second-factors.ts',
    text: "        await locking(transaction, knex('users').where({ id: memberId })).select('id')\n",
    instead: '',
    test: contract,
    words: 'take one code once, of eight who show it at the same moment',
  },
  {
    of: ['V6.5.1'],
    what: 'a recovery code that is spent is gone, in memory',
    file: 'adapters/memory/second-factors.ts',
    text: 'table.put({ ...row, recoveryHashes: left })',
    instead: 'table.put(row)',
    test: contract,
    words: 'take one recovery code once, of eight who show it at the same moment',
  },
  {
    of: ['V6.5.1'],
    what: 'a recovery code that is spent is gone, on SQLite and Postgres',
    file: 'adapters/knex/second-factors.ts',
    text: "(await codesOf(memberId).whereIn('code_hash', hashes).delete()) > 0",
    instead: "(await codesOf(memberId).whereIn('code_hash', hashes).select('code_hash')).length > 0",
    test: contract,
    words: 'take one recovery code once, of eight who show it at the same moment',
  },
  {
    of: ['V6.5.1'],
    what: 'of two who show the token of a mail at once one is too late',
    ...spentIsFirst,
    also: spentIsSeen,
    test: overHttp,
    words: 'are set by one of two who show the token at once',
  },
]

const guessed: readonly Defence[] = [
  {
    of: ['V6.5.2', 'V6.5.4'],
    what: 'recovery codes of 120 bits',
    file: recovery,
    text: 'const length = 24\n',
    instead: 'const length = 12\n',
    test: recoveryTests,
    words: 'are ten, of 120 bits each, in groups',
  },
  {
    of: ['V6.5.2'],
    what: 'their hash is keyed',
    file: recovery,
    text: "createHmac('sha256', by)",
    instead: "createHmac('sha256', by.subarray(by.length))",
    test: recoveryTests,
    words: 'are of no use to another, nor in another installation',
  },
  {
    of: ['V6.5.3'],
    what: 'recovery codes come from the generator of the system',
    file: recovery,
    text: 'letters.charAt(randomInt(letters.length))',
    instead: 'letters.charAt(Math.floor(Math.random() * letters.length))',
    test: recoveryTests,
    words: 'come from the generator of the system',
  },
  {
    of: ['V6.5.3'],
    what: 'secrets of apps come from the generator of the system',
    file: oneTime,
    text: 'generateSecret({ length: 20 })',
    instead:
      "Array.from({ length: 32 }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Math.floor(Math.random() * 32))).join('')",
    test: oneTimeTests,
    words: 'come from the generator of the system',
  },
  {
    of: ['V6.5.3'],
    what: 'secrets of apps have 160 bits',
    file: oneTime,
    text: 'generateSecret({ length: 20 })',
    instead: 'generateSecret({ length: 10 })',
    test: oneTimeTests,
    words: 'come from 160 random bits, in base32',
  },
  {
    of: ['V6.5.4', 'V6.6.3'],
    what: 'the tokens of mails have a MAC of 256 bits',
    file: 'adapters/security/account-token-texts.ts',
    text: ".digest('base64url')\n",
    instead: ".digest('base64url')\n        .slice(0, 8)\n",
    test: 'tests/adapters/security/account-token-texts.test.ts',
    words: 'is the same each time, names its token and has a MAC of 256 bits',
  },
]

export const secondFactors: readonly Defence[] = [...given, ...asked, ...spentOnce, ...guessed]
