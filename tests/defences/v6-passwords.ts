/** ASVS V6.1, V6.2: what is written down of logins, and what a password is. */
import type { Defence } from './defence.ts'

const policy = 'core/identity/password-policy.ts'
const policyTests = 'tests/core/identity/password-policy.test.ts'
const overHttp = 'tests/http/passwords.test.ts'
const strengthWorker = 'adapters/security/strength-worker.ts'

const documented: readonly Defence[] = [
  {
    of: ['V6.1.1'],
    what: 'five wrong guesses lock an account',
    file: 'core/identity/lockout.ts',
    text: 'const failuresToLock = 5\n',
    instead: 'const failuresToLock = 5000\n',
    test: 'tests/http/lockout.test.ts',
    words: 'begins with the fifth wrong password',
  },
  {
    of: ['V6.1.1'],
    what: 'an operator lifts a lock',
    file: 'core/identity/unlocking.ts',
    text: '        TE.tap(() => loginFailures.saveAccount(counter, null)),\n',
    instead: '',
    test: 'tests/e2e/unlock.test.ts',
    words:
      'lets in at once, beside a running server, by user name and by e-mail address, and is in the audit',
  },
  {
    of: ['V6.1.2'],
    what: 'the words of the trade are known to whoever estimates',
    file: policy,
    text: '[...wordsOfTheTrade, ...about',
    instead: '[...about',
    test: policyTests,
    words: 'is guessed by somebody who knows its owner and what a library is',
  },
  {
    of: ['V6.1.2'],
    what: 'a word of the trade is on the list',
    file: policy,
    text: "  'librarian',\n",
    instead: '',
    test: policyTests,
    words: 'is guessed by somebody who knows its owner and what a library is',
  },
  {
    of: ['V6.1.3', 'V8.1.1'],
    what: 'a way in stands in docs/permissions.md',
    file: 'docs/permissions.md',
    text: '| `POST /auth/login`              |',
    instead: '| `POST /auth/enter`              |',
    test: 'tests/http/roles.test.ts',
    words: 'is made of the routes and the permission table as they are',
  },
  {
    of: ['V6.1.3', 'V8.1.1'],
    what: 'the permission table is the one in docs/permissions.md',
    file: 'core/identity/permissions.ts',
    text: "'audit:read': adminOnly,",
    instead: "'audit:read': staff,",
    test: 'tests/http/roles.test.ts',
    words: 'is made of the routes and the permission table as they are',
  },
]

const whatItIs: readonly Defence[] = [
  {
    of: ['V6.2.1'],
    what: 'eight characters at least',
    file: policy,
    text: 'export const shortestPassword = 8\n',
    instead: 'export const shortestPassword = 7\n',
    test: policyTests,
    words: 'of 7 characters',
  },
  {
    of: ['V6.2.1'],
    what: 'characters are code points',
    file: policy,
    text: '[...password].length\n',
    instead: 'password.length\n',
    test: policyTests,
    words: 'of 7 characters that take two code units each',
  },
  {
    of: ['V6.2.5'],
    what: 'no kind of characters is asked for',
    file: policy,
    text: 'if (length < shortestPassword) {',
    instead: 'if (length < shortestPassword || !/\\d/.test(password)) {',
    test: policyTests,
    words: 'is refused for no kind of characters',
  },
  {
    of: ['V6.2.9'],
    what: 'as many as 128 characters are taken',
    file: policy,
    text: 'export const longestPassword = 128\n',
    instead: 'export const longestPassword = 63\n',
    test: policyTests,
    words: 'of 128',
  },
  {
    of: ['V6.2.8'],
    what: 'a password is not trimmed',
    file: 'adapters/http/codecs/text.ts',
    text: 'return fault === null ? E.right(value) :',
    instead: 'return fault === null ? E.right(value.trim()) :',
    test: overHttp,
    words: 'as they are sent: spaces and composed characters count',
  },
  {
    of: ['V6.2.8'],
    what: 'a password is not brought into a normal form',
    file: 'adapters/http/codecs/text.ts',
    text: 'return fault === null ? E.right(value) :',
    instead: "return fault === null ? E.right(value.normalize('NFC')) :",
    test: overHttp,
    words: 'as they are sent: spaces and composed characters count',
  },
  {
    of: ['V6.2.8'],
    what: 'bcrypt, which cuts at 72 bytes, is given a digest of all of it',
    file: 'adapters/security/bcrypt-worker.ts',
    text: "createHmac('sha256', pepper).update(password, 'utf8').digest('base64')",
    instead: 'pepper.slice(0, 4) + password',
    test: 'tests/adapters/security/passwords.test.ts',
    words: 'of a thousand characters count to the last',
  },
]

const changed: readonly Defence[] = [
  {
    of: ['V6.2.2'],
    what: 'the new password is the one that counts',
    file: 'core/identity/new-password.ts',
    text: 'stores.passwordHolders.setPassword(memberId, hash, [passwordChanged(memberId, by, at)], act)',
    instead: 'TE.right(undefined)',
    test: overHttp,
    words: 'by whoever knows the present one',
  },
  {
    of: ['V6.2.3'],
    what: 'the present password is looked at',
    file: 'core/identity/shown-password.ts',
    text: 'right ? TE.right(undefined) : TE.left(wrongPassword),',
    instead: "typeof right === 'boolean' ? TE.right(undefined) : TE.left(wrongPassword),",
    test: overHttp,
    words: 'by nobody else, and nothing is changed then',
  },
  {
    of: ['V6.2.10'],
    what: 'no password runs out',
    file: 'core/identity/use-cases/log-in.ts',
    text: 'locked => shown(deps, { act, credentials, password, otp: locked ? null : otp }),',
    instead:
      'locked => shown(deps, { act, credentials: deps.clock.now() < Date.UTC(2028) ? credentials : null, password, otp: locked ? null : otp }),',
    test: overHttp,
    words: 'run out at no age',
  },
]

const guessed: readonly Defence[] = [
  {
    of: ['V6.2.4', 'V6.2.12'],
    what: 'the list of leaked passwords is looked at',
    file: strengthWorker,
    text: 'common: leaked.has(password) || leaked.has(password.toLowerCase()),',
    instead: 'common: false,',
    test: 'tests/adapters/security/password-strength.test.ts',
    words: 'and common',
  },
  {
    of: ['V6.2.4'],
    what: 'what is on the list is refused',
    file: policy,
    text: '...(common\n',
    instead: '...(common && score < 0\n',
    test: policyTests,
    words: ', on the list',
  },
  {
    of: ['V6.2.4'],
    what: 'a password is judged when it is changed',
    file: 'core/identity/use-cases/change-password.ts',
    text: "fitPassword('new_password', newPassword, holder),",
    instead: "holder.username === 'nobody' ? fitPassword('', '', holder) : TE.right(undefined),",
    test: overHttp,
    words: 'to one that is hard to guess',
  },
  {
    of: ['V6.2.4'],
    what: 'a password is judged when it is set by a mail',
    file: 'core/identity/use-cases/reset-password.ts',
    text: "fitPassword('password', password, first.holder),",
    instead: "first.holder.username === 'nobody' ? fitPassword('', '', first.holder) : TE.right(undefined),",
    test: overHttp,
    words: 'are set to one that is hard to guess, and the token stays good',
  },
  {
    of: ['V6.2.4'],
    what: 'a password is judged when somebody registers',
    file: 'core/members/use-cases/register-member.ts',
    text: 'password === null\n',
    instead: "typeof password !== 'number'\n",
    test: 'tests/http/members.test.ts',
    words: 'with a password that is hard to guess, whoever registers them',
  },
  {
    of: ['V6.2.4'],
    what: 'a password is judged when the first administrator is made',
    file: 'app/first-admin.ts',
    text: 'fitPassword(strength)(',
    instead: 'fitPassword({ estimate: () => TE.right({ score: 4, common: false }) })(',
    test: 'tests/app/server.test.ts',
    words: 'makes no admin whose password is guessed',
  },
  {
    of: ['V6.2.11'],
    what: 'the estimate goes by the words it is given',
    file: strengthWorker,
    text: 'guesser.check(password, [...words])',
    instead: 'guesser.check(password, words.slice(words.length))',
    test: 'tests/adapters/security/password-strength.test.ts',
    words: 'library-2024',
  },
  {
    of: ['V6.2.11'],
    what: 'words of the trade alone are no password',
    file: policy,
    text: 'score < leastScore || isOfTheTrade(password)',
    instead: 'score < leastScore',
    test: policyTests,
    words: 'is weak when it is made of words of the trade alone',
  },
]

export const passwords: readonly Defence[] = [...documented, ...whatItIs, ...changed, ...guessed]
