/** ASVS V9: access tokens, whose signature, key, time, audience and kind are looked at before anything of them is believed. */
import type { Change, Defence } from './defence.ts'

const file = 'adapters/security/access-tokens.ts'
const test = 'tests/adapters/security/access-tokens.test.ts'

/** What a token says is read as though its signature were good. */
const signature: Change = {
  file,
  text: 'const { claims } = await protocol.Verify(key, token, {',
  instead: `const believed = (..._: readonly unknown[]) => ({
          claims: JSON.parse(Buffer.from(token.split('.')[2] ?? '', 'base64url').subarray(0, -64).toString()) as Readonly<Record<'sub' | 'jti' | 'exp', unknown>>,
        })
        const { claims } = believed(key, token, {`,
}

/** A token of a key that nobody here has is believed. */
const ourKey: Change = {
  file,
  text: 'if (key === undefined) return',
  instead: `if (key === undefined && token.startsWith('v4.public.')) {
        const said = JSON.parse(Buffer.from(token.split('.')[2] ?? '', 'base64url').subarray(0, -64).toString()) as Record<string, string>
        return E.right({ memberId: id<'member'>(Number(said['sub'])), sessionId: id<'session'>(Number(said['jti'])) })
      }
      if (key === undefined) return`,
}

export const tokens: readonly Defence[] = [
  {
    of: ['V7.2.1', 'V9.1.1'],
    what: 'the signature is looked at',
    ...signature,
    test,
    words: 'with any one character altered are malformed',
  },
  {
    of: ['V9.1.1'],
    what: 'the signature is looked at, to its last bit',
    ...signature,
    test,
    words: 'with any other last character are malformed',
  },
  {
    of: ['V9.1.2'],
    what: 'a token is of version 4',
    file,
    text: 'await protocol.Verify(key, token, {',
    instead: "await protocol.Verify(key, token.replace(/^v[1-4]/, 'v4'), {",
    test,
    words: 'of v3',
  },
  {
    of: ['V9.1.2'],
    what: 'the key alone decides by what a token is verified',
    file,
    text: "const key = keys.get(token.split('.', 4)[3] ?? '')",
    instead: "const key = keys.get(token.split('.', 4)[3] ?? '') ?? [...keys.values()][0]",
    test,
    words: 'are malformed, though well signed (V9.1.3)',
  },
  {
    of: ['V9.1.2', 'V11.2.1', 'V11.2.3'],
    what: 'a token is signed by Ed25519, as the specification says',
    file,
    text: `await protocol.Sign(
            secretKey,
            { sub:`,
    instead: `await protocol.Sign(
            await protocol.ImportSecretKey(await newSigningKey() as 'k4.secret.'),
            { sub:`,
    test,
    words: 'are signed as the specification says, which the official vector shows',
  },
  {
    of: ['V9.1.3'],
    what: 'a token names one of our keys',
    ...ourKey,
    test,
    words: 'of another key are malformed',
  },
  {
    of: ['V9.1.3'],
    what: 'a key that was taken out is good no more',
    ...ourKey,
    test: 'tests/e2e/sessions.test.ts',
    words: 'a key is changed under running sessions, and a token of one that was taken out is malformed',
  },
  {
    of: ['V9.2.1'],
    what: 'a token that was found good is good until it ends',
    file,
    text: 'known.from <= now && now < known.until',
    instead: 'known.from <= now',
    test,
    words: 'end after their lifetime',
  },
  {
    of: ['V9.2.1'],
    what: 'a token that has ended is refused',
    file,
    text: 'const clockTolerance = 5\n',
    instead: 'const clockTolerance = 5_000_000\n',
    test,
    words: 'end after their lifetime',
  },
  {
    of: ['V9.2.1'],
    what: 'a token has to have an end',
    file,
    text: "requiredClaims: ['sub', 'jti', 'exp'],",
    instead: "requiredClaims: ['sub', 'jti'], allowNonExpiring: true,",
    test,
    words: 'are refused, though well signed',
  },
  {
    of: ['V9.2.2'],
    what: 'a token is of a member and a session',
    file,
    text: 'if (!Number.isSafeInteger(memberId) || !Number.isSafeInteger(sessionId)) {',
    instead: 'if (Number.isNaN(memberId) && Number.isNaN(sessionId)) {',
    test,
    words: 'are malformed, though well signed',
  },
  {
    of: ['V6.6.2', 'V9.2.2'],
    what: 'the token of a mail is good for its purpose alone',
    file: 'adapters/security/account-token-texts.ts',
    text: 'JSON.stringify([token.purpose, token.id, token.nonce, normaliseLogin(email)])',
    instead: 'JSON.stringify([token.id, token.nonce, normaliseLogin(email)])',
    test: 'tests/adapters/security/account-token-texts.test.ts',
    words: 'is another for any other purpose, number, nonce, address and secret',
  },
  {
    of: ['V9.2.3'],
    what: 'the audience has to be ours',
    file,
    text: '          audience,\n',
    instead: '',
    test,
    words: 'are malformed, though well signed',
  },
  {
    of: ['V9.2.3', 'V9.2.4'],
    what: 'a token names its audience',
    file,
    text: ', aud: audience }',
    instead: ' }',
    test,
    words: 'name member, session, issuer, audience and their time, and nothing else',
  },
]
