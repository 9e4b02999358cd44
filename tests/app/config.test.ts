import { expect } from 'chai'
import { parse } from 'dotenv'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment } from '../../app/config-files.ts'
import type { Source } from '../../app/config-files.ts'
import { variables } from '../../app/config-variables.ts'
import type { Name } from '../../app/config-variables.ts'
import { readConfig } from '../../app/config.ts'
import type { Config } from '../../app/config.ts'

const signingKey = `k4.secret.${'aB3_-'.repeat(17)}x`
const publicKeys = [`k4.public.${'A'.repeat(43)}`, `k4.public.${'B'.repeat(43)}`] as const
const pepper = 'p'.repeat(32)

const configOf = (source: Source): Config => {
  const config = readConfig(source)
  if ('faults' in config) throw new Error(config.faults.join('\n'))
  return config
}

const faultsOf = (source: Source): readonly string[] => {
  const config = readConfig(source)
  return 'faults' in config ? config.faults : []
}

interface Setting {
  readonly name: Name
  readonly of: keyof Config
  readonly fallback: unknown
  /** Texts, and what they are read as. */
  readonly good: readonly (readonly [text: string, value: unknown])[]
  readonly bad: readonly string[]
  /** What it takes to have any meaning. */
  readonly beside?: Source
}

const asItIs = (...texts: readonly string[]) => texts.map(text => [text, text] as const)
const numbers = (...given: readonly number[]) => given.map(number => [String(number), number] as const)
const whole = ['-1', '1.5', '1e3', '0x10', ' 10', '10 ', 'ten', 'NaN', 'Infinity']

const admin = { ADMIN_USERNAME: 'root', ADMIN_EMAIL: 'root@example.org', ADMIN_PASSWORD: 'long enough' }

const settings: readonly Setting[] = [
  {
    name: 'NODE_ENV',
    of: 'production',
    fallback: false,
    good: [
      ['development', false],
      ['test', false],
      ['production', true],
    ],
    bad: ['prod', 'Production', 'staging', ' production'],
    beside: { TOKEN_SIGNING_KEY: signingKey, PASSWORD_PEPPER: pepper },
  },
  {
    name: 'HOST',
    of: 'host',
    fallback: '127.0.0.1',
    good: asItIs('0.0.0.0', '::', '::1', 'localhost', 'library.example.org'),
    bad: ['http://localhost', 'a b', 'host/path', '[::1]'],
  },
  {
    name: 'PORT',
    of: 'port',
    fallback: 3000,
    good: numbers(0, 1, 8080, 65_535),
    bad: [...whole, '65536', '99999999999999999999'],
  },
  {
    name: 'STORAGE',
    of: 'storage',
    fallback: `sqlite:${join('data', 'library.sqlite')}`,
    good: asItIs(
      'memory',
      'sqlite:/var/lib/library.sqlite',
      'sqlite:./here.sqlite',
      'postgres://u:p@db:5432/library',
      'postgres://db/library',
      'postgresql://db/library',
    ),
    bad: [
      'Memory',
      'sqlite:',
      'sqlite',
      'mysql://db/library',
      'postgres:',
      'postgres://',
      '/var/lib/library.sqlite',
    ],
  },
  { name: 'DATA_DIR', of: 'dataDir', fallback: './data', good: asItIs('/var/lib/library', 'here'), bad: [] },
  ...(
    [
      ['TRUSTED_PROXIES', 'trustedProxies', []],
      ['ADMIN_ALLOWED_ADDRESSES', 'adminAddresses', null],
    ] as const
  ).map(([name, of, fallback]): Setting => ({
    name,
    of,
    fallback,
    good: [
      ['192.0.2.7', ['192.0.2.7']],
      ['10.0.0.0/8, 2001:db8::/32,::1', ['10.0.0.0/8', '2001:db8::/32', '::1']],
      ['0.0.0.0/0', ['0.0.0.0/0']],
    ],
    bad: [
      ...['10.0.0.0/33', '2001:db8::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0', 'proxy', '::ffff:10.0.0.1'],
      ...['10.0.0.0/8,', 'fe80::1%eth0', '10.0.0.0/-1', '10.0.0.0/8 10.1.0.0/16'],
    ],
  })),
  {
    name: 'LOG_LEVEL',
    of: 'logLevel',
    fallback: 'info',
    good: asItIs('error', 'warn', 'info', 'debug', 'silent'),
    bad: ['verbose', 'INFO', '3'],
  },
  {
    name: 'SAMPLE_DATA',
    of: 'sampleData',
    fallback: true,
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['true', 'false', '1', '0', 'yes', 'ON'],
  },
  {
    name: 'SIMPLE_API',
    of: 'simpleApi',
    fallback: false,
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['true', 'false', '1', '0', 'yes', 'ON'],
  },
  {
    name: 'CURRENCY',
    of: 'currency',
    fallback: 'EUR',
    good: asItIs('USD', 'JPY', 'CHF'),
    bad: ['eur', 'EURO', 'EU', '€'],
  },
  {
    name: 'CLOCK_CONTROL',
    of: 'clockControl',
    fallback: false,
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['true', '1', 'yes', 'ON'],
  },
  {
    name: 'CREATE_ADMIN',
    of: 'firstAdmin',
    fallback: null,
    good: [
      ['on', { username: 'root', email: 'root@example.org', password: 'long enough' }],
      ['off', null],
    ],
    bad: ['true', '1', 'yes'],
    beside: admin,
  },
  {
    name: 'ADMIN_USERNAME',
    of: 'firstAdmin',
    fallback: null,
    good: ['abc', 'A.b-c_9', 'x'.repeat(32)].map(username => [
      username,
      { username, email: 'root@example.org', password: 'long enough' },
    ]),
    bad: ['ab', 'x'.repeat(33), 'with space', 'ümlaut', 'a@b'],
    beside: { ...admin, CREATE_ADMIN: 'on' },
  },
  {
    name: 'ADMIN_EMAIL',
    of: 'firstAdmin',
    fallback: null,
    good: ['a@b', 'first.last+tag@example.org'].map(email => [
      email,
      { username: 'root', email, password: 'long enough' },
    ]),
    bad: ['a', 'a@', '@b', 'a@b@c', 'a b@c'],
    beside: { ...admin, CREATE_ADMIN: 'on' },
  },
  {
    name: 'ADMIN_PASSWORD',
    of: 'firstAdmin',
    fallback: null,
    good: ['12345678', 'with spaces in it', 'пароль тоже', '😀'.repeat(128)].map(password => [
      password,
      { username: 'root', email: 'root@example.org', password },
    ]),
    bad: ['1234567', '😀'.repeat(7), 'x'.repeat(129)],
    beside: { ...admin, CREATE_ADMIN: 'on' },
  },
  {
    name: 'TOKEN_SIGNING_KEY',
    of: 'tokenSigningKey',
    fallback: null,
    good: asItIs(signingKey),
    bad: [
      signingKey.slice(0, -1),
      `${signingKey}x`,
      signingKey.replace('k4', 'k3'),
      signingKey.replace('B', '+'),
    ],
  },
  {
    name: 'TOKEN_VERIFICATION_KEYS',
    of: 'tokenVerificationKeys',
    fallback: [],
    good: [
      [publicKeys[0], [publicKeys[0]]],
      [publicKeys.join(','), publicKeys],
      [publicKeys.join(' , '), publicKeys],
    ],
    bad: [
      publicKeys[0].slice(0, -1),
      `${publicKeys[0]},`,
      `${publicKeys[0]},${publicKeys[0]}`,
      publicKeys.join(' '),
      signingKey,
    ],
  },
  {
    name: 'PASSWORD_PEPPER',
    of: 'passwordPepper',
    fallback: null,
    good: asItIs(pepper, `${pepper} and spaces`),
    bad: [pepper.slice(1), 'x'],
  },
  {
    name: 'PASSWORD_OLD_PEPPERS',
    of: 'passwordOldPeppers',
    fallback: [],
    good: [
      ['p'.repeat(32), ['p'.repeat(32)]],
      [`${'p'.repeat(32)},${'q'.repeat(40)}`, ['p'.repeat(32), 'q'.repeat(40)]],
    ],
    bad: ['p'.repeat(31), `${'p'.repeat(32)},`, `${'p'.repeat(32)} `],
  },
  {
    name: 'AUDIT_SEAL_KEY',
    of: 'auditSealKey',
    fallback: null,
    good: asItIs(pepper),
    bad: [pepper.slice(1), `${pepper} and spaces`, `${pepper},${pepper}`],
  },
  {
    name: 'AUDIT_SEAL_OLD_KEYS',
    of: 'auditSealOldKeys',
    fallback: [],
    good: [
      [pepper, [pepper]],
      [`${pepper},${pepper}2`, [pepper, `${pepper}2`]],
    ],
    bad: [pepper.slice(1), `${pepper},x`, `${pepper} ${pepper}`, `${pepper},`],
  },
  {
    name: 'DATA_ENCRYPTION_KEY',
    of: 'dataEncryptionKey',
    fallback: null,
    good: asItIs(pepper),
    bad: [pepper.slice(1), `${pepper} and spaces`, `${pepper},${pepper}`],
  },
  {
    name: 'DATA_ENCRYPTION_OLD_KEYS',
    of: 'dataEncryptionOldKeys',
    fallback: [],
    good: [
      [pepper, [pepper]],
      [`${pepper},${pepper}2`, [pepper, `${pepper}2`]],
    ],
    bad: [pepper.slice(1), `${pepper},x`, `${pepper} ${pepper}`, `${pepper},`],
  },
  {
    name: 'TOKEN_ISSUER',
    of: 'tokenIssuer',
    fallback: 'library',
    good: asItIs('https://library.example.org', 'x'.repeat(200)),
    bad: ['two words', 'x'.repeat(201), ' '],
  },
  {
    name: 'ACCESS_TOKEN_SECONDS',
    of: 'accessTokenLifetime',
    fallback: 3600,
    good: numbers(60, 86_400),
    bad: [...whole, '59', '86401'],
  },
  {
    name: 'REFRESH_TOKEN_SECONDS',
    of: 'refreshTokenLifetime',
    fallback: 2_592_000,
    good: numbers(300, 31_536_000),
    bad: [...whole, '299', '31536001'],
  },
  {
    name: 'SESSION_IDLE_SECONDS',
    of: 'sessionIdleTime',
    fallback: 604_800,
    good: numbers(60, 31_536_000),
    bad: [...whole, '59', '31536001'],
    beside: { ACCESS_TOKEN_SECONDS: '60' },
  },
  {
    name: 'MAX_SESSIONS',
    of: 'maxSessions',
    fallback: 20,
    good: [['0', null], ...numbers(1, 1000)],
    bad: [...whole, '1001'],
  },
  {
    name: 'SESSIONS_FULL',
    of: 'sessionsFull',
    fallback: 'end_oldest',
    good: asItIs('end_oldest', 'refuse'),
    bad: ['end', 'REFUSE'],
  },
  { name: 'BCRYPT_COST', of: 'bcryptCost', fallback: 12, good: numbers(4, 16), bad: [...whole, '3', '17'] },
  {
    name: 'RATE_LIMITS',
    of: 'rateLimits',
    fallback: true,
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['true', '1', 'ON'],
  },
  { name: 'POOL_SIZE', of: 'poolSize', fallback: 10, good: numbers(1, 1000), bad: [...whole, '0', '1001'] },
  {
    name: 'ACQUIRE_TIMEOUT_MS',
    of: 'acquireTimeout',
    fallback: 5000,
    good: numbers(100, 60_000),
    bad: [...whole, '99', '60001'],
  },
  {
    name: 'SQLITE_SYNCHRONOUS',
    of: 'sqliteSynchronous',
    fallback: 'NORMAL',
    good: asItIs('NORMAL', 'FULL'),
    bad: ['full', 'OFF', 'EXTRA'],
  },
  {
    name: 'JOBS',
    of: 'jobs',
    fallback: true,
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['true', '0', 'no', 'Off'],
  },
  {
    name: 'OUTBOX_INTERVAL_MS',
    of: 'outboxInterval',
    fallback: 1000,
    good: numbers(10, 60_000),
    bad: [...whole, '9', '60001'],
  },
  {
    name: 'SHUTDOWN_TIMEOUT_MS',
    of: 'shutdownTimeout',
    fallback: 10_000,
    good: numbers(0, 300_000),
    bad: [...whole, '300001'],
  },
]

const isSecret = (name: Name): boolean => 'secret' in variables[name]

describe('the configuration', () => {
  it('has a line below for each of its variables', () => {
    expect(settings.map(({ name }) => name)).to.deep.equal(Object.keys(variables))
  })

  for (const { name, of, fallback, good, bad, beside = {} } of settings) {
    describe(name, () => {
      it(`is ${JSON.stringify(fallback)} when it is left out, or empty`, () => {
        expect(configOf({})[of]).to.deep.equal(fallback)
        expect(configOf({ [name]: '' })[of]).to.deep.equal(fallback)
        expect(configOf({ [name]: undefined })[of]).to.deep.equal(fallback)
      })

      for (const [text, value] of good) {
        it(`takes ${text.slice(0, 50)}`, () => {
          expect(configOf({ ...beside, [name]: text })[of]).to.deep.equal(value)
        })
      }

      for (const text of bad) {
        it(`refuses ${JSON.stringify(text.slice(0, 50))} with what was found and what is allowed`, () => {
          const found = isSecret(name) ? 'a value that does not fit' : JSON.stringify(text)
          expect(faultsOf({ ...beside, [name]: text })).to.deep.equal([
            `${name}: found ${found}, allowed is ${variables[name].allowed}`,
          ])
        })
      }
    })
  }

  it('lets no session run out under an access token that is still good', () => {
    expect(faultsOf({ ACCESS_TOKEN_SECONDS: '3600', SESSION_IDLE_SECONDS: '3599' })).to.deep.equal([
      `SESSION_IDLE_SECONDS: found 3599, allowed is ${variables.SESSION_IDLE_SECONDS.allowed}`,
    ])
    expect(configOf({ ACCESS_TOKEN_SECONDS: '3600', SESSION_IDLE_SECONDS: '3600' }).sessionIdleTime).to.equal(
      3600,
    )
  })

  it('tells every fault at once', () => {
    const wrong = Object.fromEntries(
      settings.flatMap(({ name, bad: [first] }) => (first === undefined ? [] : [[name, first]])),
    )
    expect(faultsOf(wrong).map(fault => fault.slice(0, fault.indexOf(':')))).to.deep.equal(Object.keys(wrong))
  })

  it('echoes no secret', () => {
    const wrong = Object.fromEntries(
      settings.filter(({ name }) => isSecret(name)).map(({ name, bad: [first] }) => [name, first ?? '']),
    )
    expect(Object.keys(wrong)).to.deep.equal([
      'STORAGE',
      'ADMIN_PASSWORD',
      'TOKEN_SIGNING_KEY',
      'TOKEN_VERIFICATION_KEYS',
      'PASSWORD_PEPPER',
      'PASSWORD_OLD_PEPPERS',
      'AUDIT_SEAL_KEY',
      'AUDIT_SEAL_OLD_KEYS',
      'DATA_ENCRYPTION_KEY',
      'DATA_ENCRYPTION_OLD_KEYS',
    ])
    const told = faultsOf(wrong).join('\n')
    for (const value of Object.values(wrong)) expect(told).not.to.include(value)
    expect(faultsOf({ STORAGE: 'mysql://u:hush@db/library' }).join()).not.to.include('hush')
  })

  it('lets the default database follow DATA_DIR', () => {
    expect(configOf({ DATA_DIR: '/srv' }).storage).to.equal('sqlite:/srv/library.sqlite')
    expect(configOf({ DATA_DIR: '/srv', STORAGE: 'memory' }).storage).to.equal('memory')
  })

  it('loads no sample into the memory of a classroom, unless it is told to', () => {
    const sample = (source: Source): boolean => configOf(source).sampleData
    expect(sample({ STORAGE: 'memory', SIMPLE_API: 'on' })).to.be.false
    expect(sample({ STORAGE: 'memory', SIMPLE_API: 'on', SAMPLE_DATA: 'on' })).to.be.true
    expect(sample({ STORAGE: 'memory', SIMPLE_API: 'off' })).to.be.true
    expect(sample({ STORAGE: 'sqlite:x', SIMPLE_API: 'on' })).to.be.true
    expect(sample({ SIMPLE_API: 'on' })).to.be.true
  })

  it('passes over variables it does not know: the environment is full of them', () => {
    expect(configOf({ PATH: '/usr/bin', LIBRARY: '1' })).to.deep.equal(configOf({}))
  })
})

describe('the configuration in production', () => {
  const production = { NODE_ENV: 'production', TOKEN_SIGNING_KEY: signingKey, PASSWORD_PEPPER: pepper }

  it('listens on every address and loads no sample, unless it is told to', () => {
    expect(configOf(production)).to.include({ production: true, host: '0.0.0.0', sampleData: false })
    expect(configOf({ ...production, HOST: '127.0.0.1', SAMPLE_DATA: 'on' })).to.include({
      host: '127.0.0.1',
      sampleData: true,
    })
  })

  it('needs its secrets', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).to.deep.equal([
      `TOKEN_SIGNING_KEY: found nothing, production needs ${variables.TOKEN_SIGNING_KEY.allowed}`,
      `PASSWORD_PEPPER: found nothing, production needs ${variables.PASSWORD_PEPPER.allowed}`,
    ])
  })

  for (const name of ['TOKEN_SIGNING_KEY', 'PASSWORD_PEPPER'] as const) {
    it(`takes an empty ${name} for a missing one, and a bad one for one fault`, () => {
      expect(faultsOf({ ...production, [name]: '' })).to.deep.equal([
        `${name}: found nothing, production needs ${variables[name].allowed}`,
      ])
      expect(faultsOf({ ...production, [name]: 'x' })).to.deep.equal([
        `${name}: found a value that does not fit, allowed is ${variables[name].allowed}`,
      ])
    })
  }

  it('refuses to let strangers do as much as they like', () => {
    expect(faultsOf({ ...production, RATE_LIMITS: 'off' })).to.deep.equal([
      'RATE_LIMITS: found "off", allowed is on or off, and on in production',
    ])
    expect(configOf({ ...production, RATE_LIMITS: 'on' }).rateLimits).to.be.true
  })

  it('refuses a clock that may be set', () => {
    expect(faultsOf({ ...production, CLOCK_CONTROL: 'on' })).to.deep.equal([
      'CLOCK_CONTROL: found "on", allowed is on or off, and off in production',
    ])
    expect(configOf({ ...production, CLOCK_CONTROL: 'off' }).clockControl).to.be.false
  })

  for (const cost of [4, 9]) {
    it(`refuses bcrypt's cost of ${cost}`, () => {
      expect(faultsOf({ ...production, BCRYPT_COST: String(cost) })).to.deep.equal([
        `BCRYPT_COST: found ${cost}, allowed is 4 to 16, at least 10 in production`,
      ])
    })
  }

  it("takes bcrypt's cost of 10", () => {
    expect(configOf({ ...production, BCRYPT_COST: '10' }).bcryptCost).to.equal(10)
  })
})

describe('the first admin of the configuration', () => {
  it('needs all three variables', () => {
    expect(faultsOf({ CREATE_ADMIN: 'on' })).to.deep.equal(
      (['ADMIN_USERNAME', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'] as const).map(
        name => `${name}: found nothing, CREATE_ADMIN=on needs ${variables[name].allowed}`,
      ),
    )
  })

  for (const name of ['ADMIN_USERNAME', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'] as const) {
    it(`needs ${name}`, () => {
      expect(faultsOf({ ...admin, CREATE_ADMIN: 'on', [name]: '' })).to.deep.equal([
        `${name}: found nothing, CREATE_ADMIN=on needs ${variables[name].allowed}`,
      ])
    })
  }

  it('is nobody while CREATE_ADMIN is off', () => {
    expect(configOf(admin).firstAdmin).to.be.null
  })

  it('is told apart from what production needs', () => {
    const told = faultsOf({ NODE_ENV: 'production', CREATE_ADMIN: 'on' })
    expect(told.filter(fault => fault.includes('production needs'))).to.have.length(2)
    expect(told.filter(fault => fault.includes('CREATE_ADMIN=on needs'))).to.have.length(3)
  })
})

describe('files of the configuration', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'library-config-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  const file = (content: string, name = 'file'): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const configFile = (content: unknown): string => file(JSON.stringify(content), 'config.json')

  describe('NAME_FILE', () => {
    for (const [name, of, value] of [
      ['STORAGE', 'storage', 'postgres://u:p@db/library'],
      ['TOKEN_SIGNING_KEY', 'tokenSigningKey', signingKey],
      ['PASSWORD_PEPPER', 'passwordPepper', pepper],
    ] as const) {
      it(`gives ${name}, less the line break at its end`, () => {
        expect(configOf({ [`${name}_FILE`]: file(`${value}\n`) })[of]).to.equal(value)
      })
    }

    it('gives ADMIN_PASSWORD', () => {
      const source = {
        ...admin,
        CREATE_ADMIN: 'on',
        ADMIN_PASSWORD: '',
        ADMIN_PASSWORD_FILE: file('from a file'),
      }
      expect(configOf(source).firstAdmin?.password).to.equal('from a file')
    })

    it('gives what production needs', () => {
      const source = {
        NODE_ENV: 'production',
        TOKEN_SIGNING_KEY_FILE: file(signingKey, 'key'),
        PASSWORD_PEPPER_FILE: file(pepper, 'pepper'),
      }
      expect(configOf(source)).to.include({ tokenSigningKey: signingKey, passwordPepper: pepper })
    })

    it('gives way to the variable itself, and not to an empty one', () => {
      const path = file(pepper)
      const own = 'o'.repeat(40)
      expect(configOf({ PASSWORD_PEPPER: own, PASSWORD_PEPPER_FILE: path }).passwordPepper).to.equal(own)
      expect(configOf({ PASSWORD_PEPPER: '', PASSWORD_PEPPER_FILE: path }).passwordPepper).to.equal(pepper)
    })

    it('is nothing when it is empty', () => {
      expect(configOf({ PASSWORD_PEPPER_FILE: '' }).passwordPepper).to.be.null
    })

    it('is for secrets only', () => {
      expect(configOf({ PORT_FILE: file('4000') }).port).to.equal(3000)
    })

    it('names a file that can be read', () => {
      const path = join(folder, 'none')
      expect(faultsOf({ PASSWORD_PEPPER_FILE: path })).to.deep.equal([
        `PASSWORD_PEPPER_FILE: found ${JSON.stringify(path)}, allowed is a file that can be read`,
      ])
    })

    it('echoes nothing of what the file holds', () => {
      expect(faultsOf({ PASSWORD_PEPPER_FILE: file('hush') })).to.deep.equal([
        'PASSWORD_PEPPER: found a value that does not fit, allowed is at least 32 characters',
      ])
    })
  })

  describe('CONFIG_FILE', () => {
    it('gives what is not secret, as texts and numbers', () => {
      const path = configFile({
        PORT: 4000,
        CURRENCY: 'USD',
        BCRYPT_COST: '10',
        STORAGE: 'memory',
        SAMPLE_DATA: 'off',
      })
      expect(configOf({ CONFIG_FILE: path })).to.include({
        port: 4000,
        currency: 'USD',
        bcryptCost: 10,
        storage: 'memory',
        sampleData: false,
      })
    })

    it('gives way to the environment, and not to an empty variable', () => {
      const path = configFile({ PORT: 4000, CURRENCY: 'USD' })
      expect(configOf({ CONFIG_FILE: path, PORT: '5000', CURRENCY: '' })).to.include({
        port: 5000,
        currency: 'USD',
      })
    })

    it('gives way to a NAME_FILE', () => {
      const path = configFile({ STORAGE: 'memory' })
      expect(configOf({ CONFIG_FILE: path, STORAGE_FILE: file('sqlite:x') }).storage).to.equal('sqlite:x')
    })

    it('is nothing when it is empty', () => {
      expect(configOf({ CONFIG_FILE: '' })).to.deep.equal(configOf({}))
    })

    for (const name of ['TOKEN_SIGNING_KEY', 'PASSWORD_PEPPER', 'ADMIN_PASSWORD']) {
      it(`refuses ${name}, and does not echo it`, () => {
        expect(faultsOf({ CONFIG_FILE: configFile({ [name]: signingKey }) })).to.deep.equal([
          `CONFIG_FILE: found ${name}, allowed is what is not secret; use ${name}_FILE`,
        ])
      })
    }

    for (const name of ['PROT', 'port', 'CONFIG_FILE', 'STORAGE_FILE', 'toString', '__proto__']) {
      it(`refuses the name ${name}, which is no setting`, () => {
        expect(faultsOf({ CONFIG_FILE: file(`{"${name}": "x"}`) })).to.deep.equal([
          `CONFIG_FILE: found "${name}", allowed are the names of .env.example`,
        ])
      })
    }

    for (const value of [true, null, [3000], { of: 3000 }]) {
      it(`refuses ${JSON.stringify(value)} for a value`, () => {
        expect(faultsOf({ CONFIG_FILE: configFile({ PORT: value }) })).to.deep.equal([
          `CONFIG_FILE: found PORT as ${JSON.stringify(value)}, allowed is a text or a number`,
        ])
      })
    }

    it('says what is wrong with a value as the environment does', () => {
      expect(faultsOf({ CONFIG_FILE: configFile({ PORT: -1 }) })).to.deep.equal([
        'PORT: found "-1", allowed is 0 to 65535',
      ])
    })

    it('tells its faults along with the others', () => {
      const path = configFile({ PROT: 1, TOKEN_SIGNING_KEY: 'x', PORT: true })
      const told = faultsOf({ CONFIG_FILE: path, CURRENCY: 'euro' })
      expect(told.map(fault => fault.slice(0, fault.indexOf(':')))).to.deep.equal([
        'CONFIG_FILE',
        'CONFIG_FILE',
        'CONFIG_FILE',
        'CURRENCY',
      ])
    })

    for (const [what, content] of [
      ['no JSON', 'PORT=4000'],
      ['a list', '[]'],
      ['null', 'null'],
      ['a text', '"PORT"'],
      ['nothing', ''],
    ] as const) {
      it(`refuses a file with ${what}`, () => {
        const path = file(content)
        expect(faultsOf({ CONFIG_FILE: path })).to.deep.equal([
          `CONFIG_FILE: found ${JSON.stringify(path)}, allowed is a file with one JSON object of names and values`,
        ])
      })
    }

    it('refuses a file that is not there', () => {
      const path = join(folder, 'none.json')
      expect(faultsOf({ CONFIG_FILE: path })).to.deep.equal([
        `CONFIG_FILE: found ${JSON.stringify(path)}, allowed is a file with one JSON object of names and values`,
      ])
    })
  })

  describe('.env', () => {
    const { PORT } = process.env
    const before = process.cwd()
    beforeEach(() => {
      delete process.env['PORT']
      process.chdir(folder)
    })
    afterEach(() => {
      process.chdir(before)
      if (PORT === undefined) delete process.env['PORT']
      else process.env['PORT'] = PORT
    })

    it('of the working folder is read, and gives way to the environment', () => {
      file('PORT=4000\nCURRENCY=USD # a comment\n', '.env')
      expect(configOf(environment())).to.include({ port: 4000, currency: 'USD' })
      process.env['PORT'] = '5000'
      expect(configOf(environment())).to.include({ port: 5000, currency: 'USD' })
    })

    it('need not be there', () => {
      expect(environment()).to.deep.equal({ ...process.env })
    })
  })
})

describe('.env.example', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  const lines = example.split('\n')
  const shown = lines.flatMap((line, index) => {
    const [, name, value] = /^#([A-Z_]+)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, value: value ?? '', comment: lines[index - 1] ?? '' }]
  })

  it('has every variable of the configuration, in the same order, and CONFIG_FILE at the end', () => {
    expect(shown.map(({ name }) => name)).to.deep.equal([...Object.keys(variables), 'CONFIG_FILE'])
  })

  it('says of each, in one line, what it is for and what it may be', () => {
    for (const { name, comment } of shown.slice(0, -1)) {
      const { about, allowed } = variables[name as Name]
      expect(comment.startsWith(`# ${about} Allowed: ${allowed}.`), name).to.be.true
    }
  })

  it('tells of NAME_FILE, and of each secret that it has one', () => {
    expect(example).to.include('NAME_FILE')
    const withFile = shown.filter(({ name, comment }) => comment.includes(`${name}_FILE`))
    expect(withFile.map(({ name }) => name)).to.deep.equal(
      Object.keys(variables).filter(name => isSecret(name as Name)),
    )
  })

  it('sets nothing by itself', () => {
    expect(parse(example)).to.deep.equal({})
  })

  it('shows the defaults', () => {
    for (const { name, value } of shown.slice(0, -1)) {
      const { fallback } = variables[name as Name]
      if (typeof fallback === 'number') expect(value, name).to.equal(String(fallback))
      if (typeof fallback === 'string' && fallback !== '') expect(value, name).to.equal(fallback)
      if (typeof fallback === 'boolean') expect(value, name).to.equal(fallback ? 'on' : 'off')
    }
    const set = Object.fromEntries(shown.map(({ name, value }) => [name, value]))
    expect(set).to.include({ HOST: '127.0.0.1', STORAGE: 'sqlite:data/library.sqlite', SAMPLE_DATA: 'on' })
    expect(configOf(set)).to.deep.equal(configOf({}))
  })
})
