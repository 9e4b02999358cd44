/** ASVS V6.3: who guesses, who finds an account that nobody made, and who looks for another way in. */
import type { Defence } from './defence.ts'

const counted = 'core/identity/counted-guess.ts'

export const guessing: readonly Defence[] = [
  {
    of: ['V6.3.1'],
    what: 'a hundred wrong guesses slow an address down',
    file: 'core/identity/lockout.ts',
    text: 'export const failuresOfAddress = 100\n',
    instead: 'export const failuresOfAddress = 100_000\n',
    test: 'tests/http/lockout.test.ts',
    words: 'slows an address down after a hundred failures',
  },
  {
    of: ['V6.3.1'],
    what: 'a guess is counted before it is looked at',
    file: counted,
    text: 'loginFailures.saveAccount(counter, counted ?? known),',
    instead: 'loginFailures.saveAccount(counter, known),',
    test: 'tests/e2e/lockout.test.ts',
    words: 'all count that come at once, and no more than five of them are looked at in earnest',
  },
  {
    of: ['V6.3.1'],
    what: 'what is right is refused while the account is locked',
    file: counted,
    text: 'const until = guessed.counted === null ? lockOf(known, now) : null',
    instead: 'const until = guessed.counted === null ? lockOf(null, now) : null',
    test: 'tests/core/identity/counted-guess.test.ts',
    words: 'of many that come at once no more than five are looked at in earnest',
  },
  {
    of: ['V6.3.1'],
    what: 'strangers of one network are counted',
    file: 'core/identity/network-uses.ts',
    text: 'const mostFromNetwork = 20\n',
    instead: 'const mostFromNetwork = 20_000\n',
    test: 'tests/http/network-limits.test.ts',
    words: 'register twenty times an hour, in vain too, and then are told when they may again',
  },
  {
    of: ['V6.3.2'],
    what: 'an administrator is made where somebody says so, and with no name of ours',
    file: 'app/config.ts',
    text: '        : null,\n    tokenSigningKey:',
    instead:
      "        : { username: 'admin', email: 'admin@example.org', password: 'correct horse battery' },\n    tokenSigningKey:",
    test: 'tests/app/server.test.ts',
    words: 'has no account but those that it was told to make',
  },
  {
    of: ['V6.3.2'],
    what: 'passwords of the sample are made at random',
    file: 'app/sample-library.ts',
    text: "const password = randomBytes(12).toString('base64url')",
    instead: 'const password = `the same for ever ${id}`',
    test: 'tests/e2e/sample.test.ts',
    words: 'are others at each load',
  },
  {
    of: ['V6.3.4'],
    what: 'a route without a permission does not start',
    file: 'adapters/http/routes.ts',
    text: 'if (!permissions.includes(permission)) throw',
    instead: 'if (!permissions.includes(permission) && seen.has(name)) throw',
    test: 'tests/http/routes.test.ts',
    words: 'without a permission is not mounted',
  },
]
