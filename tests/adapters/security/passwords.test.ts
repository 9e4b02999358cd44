import bcrypt from 'bcryptjs'
import { expect } from 'chai'
import sinon from 'sinon'
import runTask from '../../../adapters/security/bcrypt-worker.ts'
import { passwords } from '../../../adapters/security/passwords.ts'
import { E } from '../../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../../core/shared/fp.ts'
import type { StoreFailure } from '../../../core/shared/unit-of-work.ts'
import { right } from '../../support/world.ts'

const pepper = 'a pepper of some length for tests'
const cost = 4

describe('passwords', () => {
  const hashing = passwords({ pepper, cost })
  after(() => hashing.close())

  const hash = (password: string): Promise<string> => right(hashing.hash(password))
  const verify = (password: string, of: string | null): Promise<boolean> =>
    right(hashing.verify(password, of))

  it('are known again by a bcrypt hash of the cost in use', async () => {
    const hashed = await hash('correct horse')
    expect(hashed).to.match(/^[\w-]{8}:\$2b\$04\$[./A-Za-z0-9]{53}$/)
    expect(await verify('correct horse', hashed)).to.be.true
    expect(await verify('correct Horse', hashed)).to.be.false
  })

  it('are salted: the same one has another hash each time', async () => {
    expect(await hash('correct horse')).not.to.equal(await hash('correct horse'))
  })

  const long = 'x'.repeat(72)
  const pairs: readonly (readonly [what: string, one: string, other: string])[] = [
    ['that differ after 72 bytes, where bcrypt cuts', `${long}one`, `${long}other`],
    ['of which one ends at the 72nd byte', long, `${long}more`],
    ['that differ after a NUL, where bcrypt stops', 'before\0one', 'before\0other'],
    ['of which one ends before a NUL', 'before', 'before\0'],
    ['that begin with a NUL', '\0one', '\0other'],
    ['that look alike and are composed differently', 'caf\u00e9', 'cafe\u0301'],
    ['in capitals and not', 'password', 'PASSWORD'],
    ['with a space at the end and without', 'password', 'password '],
    ['of other scripts', 'пароль', 'пароли'],
    ['of characters beyond the first plane', '😀😀', '😀😁'],
    ['that are nothing and a space', '', ' '],
  ]
  for (const [what, one, other] of pairs) {
    it(`are told apart: two ${what}`, async () => {
      const hashed = await hash(one)
      expect(await verify(one, hashed)).to.be.true
      expect(await verify(other, hashed)).to.be.false
    })
  }

  it('of a thousand characters count to the last', async () => {
    const hashed = await hash(`${'y'.repeat(1000)}1`)
    expect(await verify(`${'y'.repeat(1000)}1`, hashed)).to.be.true
    expect(await verify(`${'y'.repeat(1000)}2`, hashed)).to.be.false
  })

  it('are not known without the pepper they were hashed with', async () => {
    const others = passwords({ pepper: `${pepper}!`, cost })
    try {
      expect(await right(others.verify('correct horse', await hash('correct horse')))).to.be.false
    } finally {
      await others.close()
    }
  })

  it('are not what bcrypt is given: a hash without the pepper is good for nothing', async () => {
    expect(await verify('correct horse', await bcrypt.hash('correct horse', cost))).to.be.false
    expect(await bcrypt.compare('correct horse', (await hash('correct horse')).split(':')[1]!)).to.be.false
  })

  it('hashed at another cost are known all the same', async () => {
    const dearer = passwords({ pepper, cost: cost + 1 })
    try {
      const hashed = await right(dearer.hash('correct horse'))
      expect(hashed).to.match(/:\$2b\$05\$/)
      expect(await verify('correct horse', hashed)).to.be.true
    } finally {
      await dearer.close()
    }
  })

  for (const broken of ['', 'x', '$2b$04$short', `$9z$04$${'x'.repeat(53)}`]) {
    it(`are not known by a hash that is none: ${JSON.stringify(broken.slice(0, 12))}`, async () => {
      expect(await verify('correct horse', broken).catch(() => false)).to.be.false
    })
  }

  describe('whose key was changed', () => {
    const [first, second] = ['the first pepper, of some length ..', 'the second pepper, of some length .']
    const open: ReturnType<typeof passwords>[] = []
    const by = (now: string, ...oldPeppers: readonly string[]) => {
      const made = passwords({ pepper: now, oldPeppers, cost })
      open.push(made)
      return made
    }
    after(() => Promise.all(open.map(each => each.close())))

    it('are known by the old key as long as it is given, and are outdated', async () => {
      const hashed = await right(by(first).hash('correct horse'))
      const next = by(second, first)
      expect(await right(next.verify('correct horse', hashed))).to.be.true
      expect(await right(next.verify('wrong horse', hashed))).to.be.false
      expect(next.isOutdated(hashed)).to.be.true
      const renewed = await right(next.hash('correct horse'))
      expect(next.isOutdated(renewed)).to.be.false
      expect(await right(by(second).verify('correct horse', renewed))).to.be.true
      expect(await right(by(second).verify('correct horse', hashed))).to.be.false
    })

    it('and were hashed before hashes named their key are of the oldest', async () => {
      const unnamed = (await right(by(first).hash('correct horse'))).split(':')[1]!
      expect(await right(by(first).verify('correct horse', unnamed))).to.be.true
      expect(await right(by(pepper, second, first).verify('correct horse', unnamed))).to.be.true
      expect(await right(by(first, second).verify('correct horse', unnamed))).to.be.false
      expect(by(first).isOutdated(unnamed)).to.be.true
    })
  })

  it('hashed at another cost are outdated, and those of the present one are not', async () => {
    const hashed = await hash('correct horse')
    expect(hashing.isOutdated(hashed)).to.be.false
    expect(passwords({ pepper, cost: cost + 1 }).isOutdated(hashed)).to.be.true
  })

  it('of nobody are wrong, whatever they are', async () => {
    expect(await verify('correct horse', null)).to.be.false
    expect(await verify('nobody', null)).to.be.false
    expect(await verify('', null)).to.be.false
  })

  it('are hashed many at once, off the thread that serves requests', async () => {
    const hashed = await Promise.all(Array.from({ length: 10 }, (_, number) => hash(`password ${number}`)))
    const known = await Promise.all(hashed.map((of, number) => verify(`password ${number}`, of)))
    expect(known.every(Boolean)).to.be.true
  })
})

describe('many passwords at once', () => {
  const hashing = passwords({ pepper, cost })
  after(() => hashing.close())
  const many = <A>(count: number, task: TaskEither<StoreFailure, A>) =>
    Promise.all(Array.from({ length: count }, () => task()))
  const busy = (results: readonly Either<StoreFailure, unknown>[]) =>
    results.filter(result => E.isLeft(result) && result.left.reason === 'busy').length

  it('wait, but no more of them than may; the others are told at once', async () => {
    const hashes = many(60, hashing.hash('correct horse'))
    const verified = many(110, hashing.verify('correct horse', null))
    expect([busy(await hashes), busy(await verified)]).to.deep.equal([9, 8])
    expect(busy(await many(10, hashing.verify('correct horse', null)))).to.equal(0)
  })

  it('that are made keep nobody from being verified', async () => {
    const hashes = many(60, hashing.hash('correct horse'))
    expect(busy(await many(50, hashing.verify('correct horse', null)))).to.equal(0)
    await hashes
  })
})

describe('the worker of passwords', () => {
  afterEach(() => {
    sinon.restore()
  })

  it('compares for nobody as it does for somebody: once, at the cost in use', async () => {
    for (const inUse of [4, 5, 10]) {
      const compare = sinon.spy(bcrypt, 'compare')
      const hashings = [sinon.spy(bcrypt, 'hash'), sinon.spy(bcrypt, 'hashSync')]
      expect(await runTask({ do: 'verify', password: 'x', pepper, cost: inUse, hash: null })).to.be.false
      expect(compare.callCount).to.equal(1)
      expect(bcrypt.getRounds(compare.firstCall.args[1])).to.equal(inUse)
      expect(compare.firstCall.args[1]).to.have.length(60)
      // A hash made for the occasion would double the time.
      for (const spy of hashings) expect(spy.called).to.be.false
      sinon.restore()
    }
  })

  /** Of all that bcrypt is given to compare, in a wrong guess at this hash. */
  const roundsOfGuess = async (hash: string | null, inUse: number): Promise<number> => {
    const compare = sinon.spy(bcrypt, 'compare')
    expect(await runTask({ do: 'verify', password: 'wrong', pepper, cost: inUse, hash })).to.be.false
    const rounds = compare.args.map(([, against]) =>
      against.length === 60 ? 2 ** bcrypt.getRounds(against) : 0,
    )
    sinon.restore()
    return rounds.reduce((sum, each) => sum + each, 0)
  }

  it('does as many rounds for a wrong guess at a hash of before BCRYPT_COST was raised as for nobody', async () => {
    for (const [of, inUse] of [
      [4, 4],
      [4, 5],
      [4, 8],
      [6, 8],
    ] as const) {
      const hash = String(await runTask({ do: 'hash', password: 'right', pepper, cost: of }))
      expect(await roundsOfGuess(hash, inUse), `${of} under ${inUse}`).to.equal(2 ** inUse)
      expect(await roundsOfGuess(null, inUse)).to.equal(2 ** inUse)
    }
  })

  for (const broken of ['', 'x', '$2b$04$short', `$9z$04$${'x'.repeat(53)}`, `$2b$99$${'x'.repeat(53)}`]) {
    it(`and at a hash that is none: ${JSON.stringify(broken.slice(0, 12))}`, async () => {
      expect(await roundsOfGuess(broken, 5)).to.equal(2 ** 5)
    })
  }

  it('does no more than the hash asks for when the guess was right', async () => {
    const hash = String(await runTask({ do: 'hash', password: 'right', pepper, cost: 4 }))
    const compare = sinon.spy(bcrypt, 'compare')
    expect(await runTask({ do: 'verify', password: 'right', pepper, cost: 6, hash })).to.be.true
    expect(compare.callCount).to.equal(1)
  })

  it('knows nobody even by a hash that would match', async () => {
    sinon.stub(bcrypt, 'compare').resolves(true)
    expect(await runTask({ do: 'verify', password: 'x', pepper, cost, hash: null })).to.be.false
  })

  it('hands bcrypt no more than it reads, and no NUL', async () => {
    const hash = sinon.spy(bcrypt, 'hash')
    await runTask({ do: 'hash', password: `\0${'long '.repeat(100)}`, pepper, cost })
    expect(hash.firstCall.args[0]).to.match(/^[A-Za-z0-9+/]{43}=$/)
    expect(hash.firstCall.args[1]).to.equal(cost)
  })
})
