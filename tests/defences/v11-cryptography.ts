/** ASVS V11: keys, how texts are sealed, hashes, and where chance comes from. */
import type { Change, Defence } from './defence.ts'

const secrets = 'tests/app/secrets.test.ts'
const tokenTests = 'tests/adapters/security/access-tokens.test.ts'
const sealedFields = 'adapters/security/field-encryption.ts'
const fieldTests = 'tests/adapters/security/field-encryption.test.ts'
const opaque = 'adapters/security/secrets.ts'
const opaqueTests = 'tests/adapters/security/secrets.test.ts'
const sealTests = 'tests/contract/audit-seals.test.ts'
const mailTexts = 'adapters/security/account-token-texts.ts'
const mailTests = 'tests/adapters/security/account-token-texts.test.ts'

const keys: readonly Defence[] = [
  {
    of: ['V11.1.1'],
    what: 'the secrets of production are an operator’s, and never made by the product',
    file: 'app/secrets.ts',
    text: "  if (config.production) throw new Error('Secrets are missing')\n",
    instead: '',
    test: secrets,
    words: 'are never made in production',
  },
  {
    of: ['V11.1.2'],
    what: 'the file of the secrets is for the operator alone',
    file: 'app/secrets.ts',
    text: '{ mode: 0o600, flush: true }',
    instead: '{ mode: 0o644, flush: true }',
    test: secrets,
    words: 'are made once, in a file for the operator alone, and read from it afterwards',
  },
  {
    of: ['V11.2.1'],
    what: 'codes are those of RFC 6238',
    file: 'adapters/security/one-time-codes.ts',
    text: "algorithm: 'sha1'",
    instead: "algorithm: 'sha256'",
    test: 'tests/adapters/security/one-time-codes.test.ts',
    words: 'are those of RFC 6238',
  },
  {
    of: ['V11.6.1'],
    what: 'a signing key whose halves do not belong together is refused',
    file: 'adapters/security/access-tokens.ts',
    text: `.catch(() => {
    throw new Error('TOKEN_SIGNING_KEY is no`,
    instead: `.catch(async () => {
    if (signingKey !== '') return (await protocol.GenerateKeyPair({ extractable: true })).secretKey
    throw new Error('TOKEN_SIGNING_KEY is no`,
    test: tokenTests,
    words: 'is refused at the start, and not quoted',
  },
  {
    of: ['V11.6.1'],
    what: 'a signing key is not quoted',
    file: 'adapters/security/access-tokens.ts',
    text: "throw new Error('TOKEN_SIGNING_KEY is no",
    instead: "throw new Error(signingKey + ' is no",
    test: tokenTests,
    words: 'is refused at the start, and not quoted',
  },
]

const changed: readonly Defence[] = [
  {
    of: ['V11.2.2'],
    what: 'a login makes an outdated hash anew',
    file: 'core/identity/renew-hash.ts',
    text: 'hash === null || !passwords.isOutdated(hash)',
    instead: "hash === null || typeof passwords.isOutdated(hash) === 'boolean'",
    test: 'tests/http/passwords.test.ts',
    words: 'is made anew at the next login, and at no wrong one',
  },
  {
    of: ['V11.2.2'],
    what: 'a recovery code is tried under the old peppers',
    file: 'app/second-factor.ts',
    text: 'recovery: recoveryCodes(passwordPepper, passwordOldPeppers),',
    instead: 'recovery: recoveryCodes(passwordPepper),',
    test: 'tests/e2e/pepper.test.ts',
    words: 'and lets in who has a code of his app or a recovery code, which is good once',
  },
  {
    of: ['V11.2.2'],
    what: 'what an old pepper’s key sealed is read with it',
    file: 'adapters/security/pepper-keys.ts',
    text: ', ...old.map(derived)]',
    instead: ', ...old.slice(old.length).map(derived)]',
    test: 'tests/e2e/pepper.test.ts',
    words: 'and lets in who has a code of his app or a recovery code, which is good once',
  },
  {
    of: ['V11.2.2'],
    what: 'a sealed text is read with the key that it names',
    file: sealedFields,
    text: 'new Map([...options.old.map(keyOf), current]',
    instead: 'new Map([current]',
    test: fieldTests,
    words: 'is read with an old key, sealed with the new one alone, and refused once the old key is gone',
  },
]

const cipher: Change = {
  file: sealedFields,
  text: "const cipher = 'aes-256-gcm'",
  instead: "const cipher = 'aes-256-ocb'",
}

/** The tag is not asked. */
const unasked: Change = {
  file: sealedFields,
  text: ', opening.final()])',
  instead: '])',
}

const sealing: readonly Defence[] = [
  {
    of: ['V11.2.3', 'V11.3.1', 'V11.3.2'],
    what: 'texts are sealed by AES-256-GCM, with a key of 256 bits',
    ...cipher,
    test: fieldTests,
    words: 'is AES-256-GCM by a key of HKDF, as anybody may check who has the key',
  },
  {
    of: ['V11.3.2'],
    what: 'each text has a nonce of its own',
    file: sealedFields,
    text: 'const nonce = randomBytes(nonceBytes)',
    instead: 'const nonce = randomBytes(nonceBytes).fill(0)',
    test: fieldTests,
    words: 'is another text each time, and shows nothing of what it says',
  },
  {
    of: ['V11.3.1', 'V11.3.3'],
    what: 'what was sealed is authenticated',
    ...unasked,
    test: fieldTests,
    words: 'is refused when any byte of it was changed',
  },
  {
    of: ['V11.3.3'],
    what: 'whose it is, and what for, is authenticated with it',
    file: sealedFields,
    text: 'JSON.stringify([form, keyId, purpose, memberId])',
    instead: 'JSON.stringify([form, keyId, purpose.slice(0, 0), 0 * memberId])',
    test: fieldTests,
    words: 'is refused in the row of another, and for another purpose',
  },
]

const hashes: readonly Defence[] = [
  {
    of: ['V11.4.1', 'V11.4.3'],
    what: 'opaque secrets are hashed with SHA-256',
    file: opaque,
    text: "createHash('sha256')",
    instead: "createHash('md5')",
    test: opaqueTests,
    words: 'are hashed with SHA-256',
  },
  {
    of: ['V11.4.2'],
    what: 'a password is hashed by bcrypt, at the cost in use',
    file: 'adapters/security/bcrypt-worker.ts',
    text: 'bcrypt.hash(prehash(task), task.cost)',
    instead: 'bcrypt.hash(prehash(task), task.cost + 1)',
    test: 'tests/adapters/security/passwords.test.ts',
    words: 'are known again by a bcrypt hash of the cost in use',
  },
  {
    of: ['V11.4.2'],
    what: 'the cost is 10 at least in production',
    file: 'app/config.ts',
    text: 'production && values.BCRYPT_COST < 10',
    instead: 'production && values.BCRYPT_COST < 1',
    test: 'tests/app/config.test.ts',
    words: "refuses bcrypt's cost of",
  },
  {
    of: ['V11.4.4'],
    what: 'a pepper has 32 characters at least',
    file: 'app/config-variables.ts',
    text: "codec: optional(text(/^.{32,}$/)),\n    allowed: 'at least 32 characters',",
    instead: "codec: optional(text(/^.{1,}$/)),\n    allowed: 'at least 32 characters',",
    test: 'tests/app/config.test.ts',
    words: 'for a missing one, and a bad one for one fault',
  },
  {
    of: ['V11.4.4'],
    what: 'production has a pepper of its operator’s',
    file: 'app/config.ts',
    text: "(['TOKEN_SIGNING_KEY', 'PASSWORD_PEPPER'] as const)",
    instead: "(['TOKEN_SIGNING_KEY'] as const)",
    test: 'tests/app/config.test.ts',
    words: 'needs its secrets',
  },
  {
    of: ['V11.4.3'],
    what: 'a row that is gone is missed by its seal',
    file: 'core/identity/use-cases/verify-audit.ts',
    text: "[...unmet.keys()].map(id => ({ kind: 'row_removed', ...at(seal.number, id) })),",
    instead: '[],',
    test: sealTests,
    words: 'tell that rows were removed',
  },
  {
    of: ['V11.4.3'],
    what: 'seals are HMAC of SHA-256',
    file: 'adapters/security/audit-sealing.ts',
    text: "createHmac('sha256', secret).update(text, 'utf8')",
    instead: "createHmac('md5', secret).update(text, 'utf8')",
    test: sealTests,
    words: 'are made of what was written, not of how a store keeps it',
  },
]

const chance: readonly Defence[] = [
  {
    of: ['V11.5.1'],
    what: 'refresh tokens and keys come from the generator of the system',
    file: opaque,
    text: 'randomBytes(32)',
    instead: 'Buffer.from(Array.from(randomBytes(32), () => Math.floor(Math.random() * 256)))',
    test: opaqueTests,
    words: 'come from the generator of the system',
  },
  {
    of: ['V11.5.1'],
    what: 'nonces of mails come from the generator of the system',
    file: mailTexts,
    text: 'randomBytes(16)',
    instead: 'Buffer.from(Array.from(randomBytes(16), () => Math.floor(Math.random() * 256)))',
    test: mailTests,
    words: 'has a nonce that comes from the generator of the system',
  },
  {
    of: ['V11.5.1'],
    what: 'nonces of mails have 128 bits',
    file: mailTexts,
    text: 'randomBytes(16)',
    instead: 'randomBytes(4)',
    test: mailTests,
    words: 'has a nonce of 128 random bits',
  },
]

export const cryptography: readonly Defence[] = [...keys, ...changed, ...sealing, ...hashes, ...chance]
