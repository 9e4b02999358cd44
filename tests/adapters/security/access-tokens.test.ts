import { expect } from 'chai'
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import sinon from 'sinon'
import { accessTokens, newSigningKey, verificationKeyOf } from '../../../adapters/security/access-tokens.ts'
import type { AccessTokenOptions } from '../../../adapters/security/access-tokens.ts'
import type { AccessTokens } from '../../../core/identity/ports.ts'
import { id } from '../../../core/shared/id.ts'
import { left, right } from '../../support/world.ts'

const claims = { memberId: id<'member'>(42), sessionId: id<'session'>(7) }

/** The key pair of the official test vectors of v4.public (paseto-standard/test-vectors, v4.json). */
const seed = 'b4cbfb43df4ce210727d953e4a713307fa19bb7d9f85041438d9e11b942a3774'
const publicHalf = '1eb9dbbbbc047c03fd70604e0071f0987e16b28b757225c11f00415d0e20b1a2'
const signingKey = `k4.secret.${Buffer.from(seed + publicHalf, 'hex').toString('base64url')}`

const verificationKey = `k4.public.${Buffer.from(publicHalf, 'hex').toString('base64url')}`

/** How a token of a key ends. */
const footerOf = (key: string): string => {
  const kid = createHash('sha256').update(key).digest().subarray(0, 16).toString('base64url')
  return `{"kid":"${kid}"}`
}

/** 4-S-1 of the test vectors. */
const vector =
  'v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDowMDowMCswMDowMCJ9bg_XBBzds8lTZShVlwwKSgeKpLT3yukTw6JUz3W4h_ExsQV-P0V54zemZDcAxFaSeef1QlXEFtkqxT1ciiQEDA'

const privateKey = createPrivateKey({
  // PKCS #8 of an Ed25519 key (RFC 8410): a fixed head, then the seed.
  key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
})

const length = (number: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(number))
  return bytes
}

/** What is signed: header, message, footer and implicit assertion, each after its length (PASETO's PAE). */
const signed = (message: Buffer, footer: string): Buffer => {
  const pieces = [Buffer.from('v4.public.'), message, Buffer.from(footer), Buffer.alloc(0)]
  return Buffer.concat([length(pieces.length), ...pieces.flatMap(piece => [length(piece.length), piece])])
}

/** A token made by the specification alone, without the library that the adapter uses. */
const handmade = (payload: object | string, footer = footerOf(verificationKey)): string => {
  const message = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const signature = sign(null, signed(message, footer), privateKey)
  const tail = footer === '' ? '' : `.${Buffer.from(footer).toString('base64url')}`
  return `v4.public.${Buffer.concat([message, signature]).toString('base64url')}${tail}`
}

const bodyOf = (token: string): { readonly message: Buffer; readonly signature: Buffer } => {
  const body = Buffer.from(token.split('.')[2] ?? '', 'base64url')
  return { message: body.subarray(0, -64), signature: body.subarray(-64) }
}

const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString()

const goodClaims = (): Record<string, unknown> => ({
  sub: '42',
  jti: '7',
  iss: 'library',
  aud: 'library',
  iat: new Date().toISOString(),
  exp: inAnHour(),
})

const without = (name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(goodClaims()).filter(([claim]) => claim !== name))

const opened = (some: Partial<AccessTokenOptions> = {}): Promise<AccessTokens> =>
  accessTokens({
    signingKey,
    verificationKeys: [],
    issuer: 'library',
    audience: 'library',
    lifetime: 3600,
    ...some,
  })

const malformed = { type: 'TokenRefused', reason: 'malformed' }
const expired = { type: 'TokenRefused', reason: 'expired' }

describe('access tokens', () => {
  let tokens: AccessTokens
  let token: string
  before(async () => {
    tokens = await opened()
    token = await right(tokens.issue(claims))
  })
  afterEach(() => {
    sinon.restore()
  })

  it('give back the claims they were issued for', async () => {
    expect(token).to.match(/^v4\.public\.[\w-]+\.[\w-]+$/)
    expect(await right(tokens.verify(token))).to.deep.equal(claims)
  })

  it('name member, session, issuer, audience and their time, and nothing else', () => {
    const told = JSON.parse(bodyOf(token).message.toString()) as Record<string, string>
    expect(told).to.have.all.keys('sub', 'jti', 'iss', 'aud', 'iat', 'exp')
    expect(told).to.include({ sub: '42', jti: '7', iss: 'library', aud: 'library' })
    expect(Date.parse(told['exp']!) - Date.parse(told['iat']!)).to.equal(3_600_000)
  })

  it('are good in another process with the same key', async () => {
    expect(await right((await opened()).verify(token))).to.deep.equal(claims)
  })

  it('are signed as the specification says, which the official vector shows', async () => {
    const publicKey = createPublicKey(privateKey)
    for (const [text, footer] of [
      [vector, ''],
      [token, footerOf(verificationKey)],
    ] as const) {
      const { message, signature } = bodyOf(text)
      expect(verify(null, signed(message, footer), publicKey, signature)).to.be.true
    }
    expect(handmade(bodyOf(vector).message.toString(), '')).to.equal(vector)
    expect(await right(tokens.verify(handmade(goodClaims())))).to.deep.equal(claims)
  })

  it('name their key in the footer, and not the one that another made', () => {
    expect(Buffer.from(token.split('.')[3]!, 'base64url').toString()).to.equal(footerOf(verificationKey))
  })

  for (const [what, footer] of [
    ['no key', ''],
    ['an unknown key', '{"kid":"1"}'],
    ['their key in other words', `${footerOf(verificationKey)} `],
    ['their key and more', footerOf(verificationKey).replace('}', ',"x":1}')],
    ['no JSON', 'kid'],
  ] as const) {
    it(`that name ${what} are malformed, though well signed (V9.1.3)`, async () => {
      expect(await left(tokens.verify(handmade(goodClaims(), footer)))).to.deep.equal(malformed)
    })
  }

  it('whose footer was changed or cut off are malformed', async () => {
    const [head, other] = [token.split('.').slice(0, 3).join('.'), await newSigningKey()]
    const both = await opened({ verificationKeys: [await verificationKeyOf(other)] })
    const foreign = Buffer.from(footerOf(await verificationKeyOf(other))).toString('base64url')
    for (const altered of [head, `${head}.${foreign}`])
      expect(await left(both.verify(altered))).to.deep.equal(malformed)
  })

  it('of the key before are good as long as it is among the verification keys, and not an instant longer', async () => {
    const next = await newSigningKey()
    const rotated = await opened({ signingKey: next, verificationKeys: [verificationKey] })
    expect(await right(rotated.verify(token))).to.deep.equal(claims)
    const fresh = await right(rotated.issue(claims))
    expect(await left(tokens.verify(fresh))).to.deep.equal(malformed)
    // Before a rotation every process learns the key to come.
    const prepared = await opened({ verificationKeys: [await verificationKeyOf(next)] })
    expect(await right(prepared.verify(fresh))).to.deep.equal(claims)
    // What was found good under the old set of keys is not remembered under the new one.
    const removed = await opened({ signingKey: next })
    expect(await left(removed.verify(token))).to.deep.equal(malformed)
    expect(await right(removed.verify(fresh))).to.deep.equal(claims)
  })

  it('end after their lifetime', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const short = await opened({ lifetime: 60 })
    const issued = await right(short.issue(claims))
    clock.tick(59_000)
    expect(await right(short.verify(issued))).to.deep.equal(claims)
    clock.tick(7000)
    expect(await left(short.verify(issued))).to.deep.equal(expired)
  })

  it('are good at once on a machine whose clock is some seconds behind', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const issued = await right(tokens.issue(claims))
    clock.setSystemTime(Date.now() - 4000)
    expect(await right(tokens.verify(issued))).to.deep.equal(claims)
    clock.setSystemTime(Date.now() - 4000)
    expect(await left(tokens.verify(issued))).to.deep.equal(malformed)
  })

  it('that ended and were altered are malformed, not expired', async () => {
    const old = handmade({ ...goodClaims(), exp: '2022-01-01T00:00:00+00:00' })
    expect(await left(tokens.verify(old))).to.deep.equal(expired)
    const altered = `${old.slice(0, -3)}${old.at(-3) === 'A' ? 'B' : 'A'}${old.slice(-2)}`
    expect(await left(tokens.verify(altered))).to.deep.equal(malformed)
  })

  const others: readonly (readonly [what: string, options: Partial<AccessTokenOptions>])[] = [
    ['issuer', { issuer: 'elsewhere' }],
    ['audience', { audience: 'elsewhere' }],
  ]
  for (const [what, options] of others) {
    it(`of another ${what} are malformed`, async () => {
      const foreign = await right((await opened(options)).issue(claims))
      expect(await left(tokens.verify(foreign))).to.deep.equal(malformed)
    })
  }

  it('of another key are malformed', async () => {
    const foreign = await right((await opened({ signingKey: await newSigningKey() })).issue(claims))
    expect(await left(tokens.verify(foreign))).to.deep.equal(malformed)
  })

  for (const [what, end] of [
    ['no end', {}],
    ['an end that is no time', { exp: 'tomorrow' }],
    ['an end in seconds', { exp: 4_102_444_800 }],
  ] as const) {
    it(`that hold ${what} are refused, though well signed`, async () => {
      const endless = handmade({ ...without('exp'), ...end })
      expect((await left(tokens.verify(endless))).type).to.equal('TokenRefused')
    })
  }

  for (const [what, payload] of [
    ['no member', () => without('sub')],
    ['a member that is no number', () => ({ ...goodClaims(), sub: 'root' })],
    ['a member that is no whole number', () => ({ ...goodClaims(), sub: '4.2' })],
    ['no session', () => without('jti')],
    ['a session that is no number', () => ({ ...goodClaims(), jti: 'x' })],
    ['no issuer', () => without('iss')],
    ['no audience', () => without('aud')],
    ['a time from which it is good to come', () => ({ ...goodClaims(), nbf: inAnHour() })],
    ['no object', () => '[]'],
    ['no JSON', () => 'sub=42'],
    ['nothing', () => ''],
  ] as const) {
    it(`that hold ${what} are malformed, though well signed`, async () => {
      expect(await left(tokens.verify(handmade(payload())))).to.deep.equal(malformed)
    })
  }

  const spoilt: readonly (readonly [what: string, of: (token: string) => string])[] = [
    ['empty', () => ''],
    ['a space', () => ' '],
    ['a word', () => 'garbage'],
    ['dots', () => '...'],
    ['the header alone', () => 'v4.public.'],
    ['without a body', () => 'v4.public'],
    ['of v4.local', given => given.replace('public', 'local')],
    ['of v4.local through and through', () => `v4.local.${Buffer.alloc(200, 7).toString('base64url')}`],
    ['of v1', given => given.replace('v4', 'v1')],
    ['of v2', given => given.replace('v4', 'v2')],
    ['of v3', given => given.replace('v4', 'v3')],
    ['in capitals', given => given.replace('v4.public', 'V4.PUBLIC')],
    ['a JWT', () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.'],
    ['after a space', given => ` ${given}`],
    ['before a line break', given => `${given}\n`],
    ['padded', given => `${given}=`],
    ['padded twice', given => `${given}==`],
    ['with an empty footer', given => `${given}.`],
    ['with a footer it was not signed with', given => `${given}.e30`],
    ['with a fifth part', given => `${given}.e30.e30`],
    ['of the other alphabet', given => `${given.slice(0, -2)}+/`],
    ['twice', given => given + given],
    ['with a NUL', given => `${given}\0`],
    ['not ASCII', given => `${given.slice(0, -1)}é`],
    ['very long', given => given + 'A'.repeat(1_000_000)],
    ['short of its signature', given => `v4.public.${bodyOf(given).message.toString('base64url')}`],
    ['a signature alone', given => `v4.public.${bodyOf(given).signature.toString('base64url')}`],
    ['the key itself', () => signingKey],
  ]
  for (const [what, of] of spoilt) {
    it(`that are ${what} are malformed`, async () => {
      expect(await left(tokens.verify(of(token)))).to.deep.equal(malformed)
    })
  }

  it('cut off anywhere are malformed', async () => {
    for (let end = 0; end < token.length; end += 1)
      expect(await left(tokens.verify(token.slice(0, end))), String(end)).to.deep.equal(malformed)
  })

  it('with any one character altered are malformed', async () => {
    for (let at = 0; at < token.length; at += 1) {
      const altered = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
      expect(await left(tokens.verify(altered)), String(at)).to.deep.equal(malformed)
    }
  })

  it('with any other last character of their footer are malformed: nothing but itself names a key', async () => {
    for (const last of alphabet.filter(character => character !== token.at(-1)))
      expect(await left(tokens.verify(token.slice(0, -1) + last)), last).to.deep.equal(malformed)
  })

  it('with any other last character are malformed: bits that decode to nothing count too', async () => {
    for (const length of [10, 11, 12]) {
      const whole = handmade({ ...goodClaims(), pad: 'x'.repeat(length) })
      expect(await right(tokens.verify(whole))).to.deep.equal(claims)
      const end = whole.lastIndexOf('.')
      const altered = (last: string) => `${whole.slice(0, end - 1)}${last}${whole.slice(end)}`
      expect(altered(whole[end - 1]!)).to.equal(whole)
      for (const last of alphabet.filter(character => character !== whole[end - 1]))
        expect(await left(tokens.verify(altered(last))), last).to.deep.equal(malformed)
      for (const padding of ['=', '=='])
        expect(await left(tokens.verify(altered(whole[end - 1]! + padding))), padding).to.deep.equal(
          malformed,
        )
    }
  })

  it('carry ids as large as there are', async () => {
    const large = { memberId: id<'member'>(Number.MAX_SAFE_INTEGER), sessionId: id<'session'>(1) }
    expect(await right(tokens.verify(await right(tokens.issue(large))))).to.deep.equal(large)
  })
})

describe('a signing key', () => {
  it('is new each time, and such as tokens are signed with', async () => {
    const [one, other] = [await newSigningKey(), await newSigningKey()]
    expect(one).to.match(/^k4\.secret\.[\w-]{86}$/)
    expect(other).not.to.equal(one)
    const tokens = await opened({ signingKey: one })
    expect(await right(tokens.verify(await right(tokens.issue(claims))))).to.deep.equal(claims)
  })

  for (const [what, key] of [
    ['of zeros, whose halves do not belong together', `k4.secret.${'A'.repeat(86)}`],
    ['of another version', signingKey.replace('k4', 'k2')],
    ['that is public', verificationKey],
    ['cut off', signingKey.slice(0, -1)],
    ['of no form', 'hush'],
  ] as const) {
    it(`${what} is refused at the start, and not quoted`, async () => {
      const refusal = await opened({ signingKey: key }).then(
        () => 'no error',
        (error: unknown) => String(error),
      )
      expect(refusal).to.equal(
        'Error: TOKEN_SIGNING_KEY is no k4.secret of PASERK whose halves belong together',
      )
      expect(refusal).not.to.include(key.slice(-20))
      if (key !== 'hush') expect(refusal).not.to.include(key)
    })
  }
})

describe('a verification key', () => {
  it('is the public half of its signing key', async () => {
    expect(await verificationKeyOf(signingKey)).to.equal(verificationKey)
  })

  for (const [what, key] of [
    ['that is a signing key', signingKey],
    ['of another version', verificationKey.replace('k4', 'k2')],
    ['cut off', verificationKey.slice(0, -1)],
    ['with a last character that decodes to the same', verificationKey.replace(/.$/, 'B')],
    ['of no form', 'hush'],
  ] as const) {
    it(`${what} is refused at the start by its number, and not quoted`, async () => {
      const refusal = await opened({ verificationKeys: [verificationKey, key] }).then(
        () => 'no error',
        (error: unknown) => String(error),
      )
      expect(refusal).to.equal('Error: TOKEN_VERIFICATION_KEYS: number 2 is no k4.public of PASERK')
    })
  }
})
