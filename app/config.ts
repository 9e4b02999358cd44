/** The configuration: one codec over the environment, `.env` and CONFIG_FILE, every fault told at once. */
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { parse as parseDotenv } from 'dotenv'
import * as t from 'io-ts'

export interface Config {
  readonly production: boolean
  readonly host: string
  readonly port: number
  /** `memory`, `sqlite:PATH` or `postgres://…`. */
  readonly storage: string
  /** Where files of the installation lie: the SQLite database, secrets, sample logins. */
  readonly dataDir: string
  /** Addresses and networks of the proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  /** From where administrative routes may be used; null is from everywhere. */
  readonly adminAddresses: readonly string[] | null
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug' | 'silent'
  readonly sampleData: boolean
  /** Five calls for classrooms, without a login. */
  readonly simpleApi: boolean
  readonly currency: string
  /** The library's time may be set, for training and acceptance tests. */
  readonly clockControl: boolean
  readonly firstAdmin: { readonly username: string; readonly email: string; readonly password: string } | null
  /** PASERK; null: to be made and kept in the data folder, outside production only. */
  readonly tokenSigningKey: string | null
  /** PASERK of the keys that are signed with no more, and still good. */
  readonly tokenVerificationKeys: readonly string[]
  readonly passwordPepper: string | null
  /** Signs the seals of the audit; null: it comes from the pepper. */
  /** What it was before, the oldest last. */
  readonly passwordOldPeppers: readonly string[]
  readonly auditSealKey: string | null
  /** Of seals that were made before the key was changed. */
  readonly auditSealOldKeys: readonly string[]
  /** Encrypts fields of the database; null: it comes from the pepper. */
  readonly dataEncryptionKey: string | null
  /** Of what was encrypted before the key was changed. */
  readonly dataEncryptionOldKeys: readonly string[]
  readonly tokenIssuer: string
  /** Seconds. */
  readonly accessTokenLifetime: number
  /** Seconds. */
  readonly refreshTokenLifetime: number
  /** Seconds without a refresh. */
  readonly sessionIdleTime: number
  /** Of one member at once; null is any number. */
  readonly maxSessions: number | null
  readonly sessionsFull: 'end_oldest' | 'refuse'
  readonly bcryptCost: number
  /** How often strangers may register and ask for mails from one network is limited; lockouts are in any case. */
  readonly rateLimits: boolean
  /** Connections to Postgres at the most. */
  readonly poolSize: number
  /** Milliseconds. */
  readonly acquireTimeout: number
  readonly sqliteSynchronous: 'NORMAL' | 'FULL'
  /** Does this process hand on notices and run jobs, or only answer? */
  readonly jobs: boolean
  /** Milliseconds between two looks for something to do, where there was nothing. */
  readonly outboxInterval: number
  /** Milliseconds that requests under way have to end when the server stops. */
  readonly shutdownTimeout: number
}

/** One setting of the environment: what it may be and what it is when left out. */
interface Variable<A> {
  readonly codec: t.Decoder<string, A>
  readonly allowed: string
  readonly fallback: A
  /** What `.env.example` says of it. */
  readonly about: string
  /** May stand in a file of its own (`NAME_FILE`) and never in CONFIG_FILE. */
  readonly secret?: boolean
}

const codec = <A>(name: string, read: (text: string) => A | undefined): t.Decoder<string, A> =>
  new t.Type<A, A, string>(
    name,
    (_value): _value is A => true,
    (text, context) => {
      const value = read(text)
      return value === undefined ? t.failure(text, context) : t.success(value)
    },
    t.identity,
  )

const words = <Word extends string>(...allowed: readonly Word[]) =>
  codec('Words', text => allowed.find(word => word === text))

const onOff = codec('OnOff', text => (text === 'on' ? true : text === 'off' ? false : undefined))

const integer = (least: number, most: number) =>
  codec('Integer', text => {
    const value = Number(text)
    return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined
  })

const text = (pattern: RegExp) => codec('Text', given => (pattern.test(given) ? given : undefined))

const optional = <A>(some: t.Decoder<string, A>): t.Decoder<string, A | null> =>
  codec<A | null>('Optional', given => {
    const decoded = some.decode(given)
    return decoded._tag === 'Right' ? decoded.right : undefined
  })

/** Several texts between commas, each of a form, none of them twice. */
const texts = (pattern: RegExp) =>
  codec<readonly string[]>('Texts', given => {
    const parts = given.split(',').map(part => part.trim())
    return parts.every(part => pattern.test(part)) && new Set(parts).size === parts.length ? parts : undefined
  })

const isNetwork = (given: string): boolean => {
  const [address = '', prefix, ...rest] = given.split('/')
  const version = isIP(address)
  // One that is mapped into IPv6 is written as the IPv4 address that it is.
  if (version === 0 || /^::ffff:|%/i.test(address) || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

/** Addresses and networks between commas. */
const networks = codec<readonly string[]>('Networks', given => {
  const parts = given.split(',').map(part => part.trim())
  return parts.every(isNetwork) ? parts : undefined
})

const variable = <const A>(of: Variable<A>): Variable<A> => of

/** Every variable, in the order of `.env.example`. */
export const variables = {
  NODE_ENV: variable({
    codec: words('development', 'test', 'production'),
    allowed: 'development, test or production',
    fallback: 'development',
    about: 'In production nothing is made or loaded by itself, and a missing secret stops the start.',
  }),
  HOST: variable({
    codec: text(/^[\w.:-]+$/),
    allowed: 'an address or a host name',
    fallback: '',
    about: 'The address to listen on: 127.0.0.1 by default, 0.0.0.0 in production.',
  }),
  PORT: variable({
    codec: integer(0, 65535),
    allowed: '0 to 65535',
    fallback: 3000,
    about: 'The port; 0 takes a free one.',
  }),
  STORAGE: variable({
    codec: text(/^(memory|sqlite:.+|postgres(ql)?:\/\/.+)$/),
    allowed: 'memory, sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    fallback: '',
    about:
      'Where the library is kept: library.sqlite in DATA_DIR by default. With a password it may stand in STORAGE_FILE.',
    secret: true,
  }),
  DATA_DIR: variable({
    codec: text(/./),
    allowed: 'a folder',
    fallback: './data',
    about:
      'The folder of the SQLite file, of secrets.json, of sample-logins.json and, outside production, of the mails.',
  }),
  TRUSTED_PROXIES: variable({
    codec: networks,
    allowed: 'addresses or CIDR networks between commas',
    fallback: [] as readonly string[],
    about: 'Proxies before the server: from them alone X-Forwarded-For is believed. None by default.',
  }),
  ADMIN_ALLOWED_ADDRESSES: variable({
    codec: optional(networks),
    allowed: 'addresses or CIDR networks between commas',
    fallback: null,
    about: 'From where administrative routes may be used (docs/permissions.md); from everywhere by default.',
  }),
  LOG_LEVEL: variable({
    codec: words('error', 'warn', 'info', 'debug', 'silent'),
    allowed: 'error, warn, info, debug or silent',
    fallback: 'info',
    about: 'How much is logged.',
  }),
  SAMPLE_DATA: variable({
    codec: optional(onOff),
    allowed: 'on or off',
    fallback: null,
    about:
      'Fills an empty library with the sample: on outside production, off in it and with STORAGE=memory and SIMPLE_API=on.',
  }),
  SIMPLE_API: variable({
    codec: onOff,
    allowed: 'on or off',
    fallback: false,
    about:
      'Five calls for classrooms and kiosks (/books, /users, /borrow, /return) that ask for no login: whoever reaches the port may lend.',
  }),
  CURRENCY: variable({
    codec: text(/^[A-Z]{3}$/),
    allowed: 'three capital letters (ISO 4217)',
    fallback: 'EUR',
    about: 'The one currency of the installation.',
  }),
  CLOCK_CONTROL: variable({
    codec: onOff,
    allowed: 'on or off, and off in production',
    fallback: false,
    about: "Lets an admin set the library's time, for training and tests; on in every process of a database.",
  }),
  CREATE_ADMIN: variable({
    codec: onOff,
    allowed: 'on or off',
    fallback: false,
    about: 'Makes the first admin from the three variables below when there is none.',
  }),
  ADMIN_USERNAME: variable({
    codec: optional(text(/^[A-Za-z0-9._-]{3,32}$/)),
    allowed: '3 to 32 letters, digits, dots, dashes or underscores',
    fallback: null,
    about: 'User name of the first admin.',
  }),
  ADMIN_EMAIL: variable({
    codec: optional(text(/^[^@\s]+@[^@\s]+$/)),
    allowed: 'an e-mail address',
    fallback: null,
    about: 'E-mail address of the first admin.',
  }),
  ADMIN_PASSWORD: variable({
    codec: optional(text(/^.{8,128}$/su)),
    allowed: '8 to 128 characters',
    fallback: null,
    about: 'Password of the first admin.',
    secret: true,
  }),
  TOKEN_SIGNING_KEY: variable({
    codec: optional(text(/^k4\.secret\.[\w-]{86}$/)),
    allowed: 'a PASERK k4.secret.…, as `library new-key` prints one',
    fallback: null,
    about:
      'Signs the access tokens. Made once and kept in DATA_DIR/secrets.json outside production; needed in it.',
    secret: true,
  }),
  TOKEN_VERIFICATION_KEYS: variable({
    codec: texts(/^k4\.public\.[\w-]{43}$/),
    allowed: 'PASERKs k4.public.… between commas, as `library public-key` prints one',
    fallback: [] as readonly string[],
    about:
      'Access tokens of these keys are good beside those of TOKEN_SIGNING_KEY: the key before it, and the one to come.',
    secret: true,
  }),
  PASSWORD_PEPPER: variable({
    codec: optional(text(/^.{32,}$/)),
    allowed: 'at least 32 characters',
    fallback: null,
    about:
      'Keys the hashes of passwords; whoever loses it loses every password. As TOKEN_SIGNING_KEY otherwise.',
    secret: true,
  }),
  PASSWORD_OLD_PEPPERS: variable({
    codec: text(/^[^\s,]{32,}(,[^\s,]{32,})*$/),
    allowed: 'at least 32 characters each, without spaces, with commas between them',
    fallback: '',
    about:
      'What PASSWORD_PEPPER was before, the oldest last: a password that was hashed with one is hashed anew at its next login.',
    secret: true,
  }),
  AUDIT_SEAL_KEY: variable({
    codec: optional(text(/^[^\s,]{32,}$/)),
    allowed: 'at least 32 characters without spaces and commas',
    fallback: null,
    about: 'Signs the seals of the audit; left out it comes from PASSWORD_PEPPER.',
    secret: true,
  }),
  AUDIT_SEAL_OLD_KEYS: variable({
    codec: text(/^[^\s,]{32,}(,[^\s,]{32,})*$/),
    allowed: 'keys as AUDIT_SEAL_KEY takes them, with commas between them',
    fallback: '',
    about: 'What AUDIT_SEAL_KEY was before, so that older seals are still verified.',
    secret: true,
  }),
  DATA_ENCRYPTION_KEY: variable({
    codec: optional(text(/^[^\s,]{32,}$/)),
    allowed: 'at least 32 characters without spaces and commas',
    fallback: null,
    about:
      'Encrypts the secrets of second factors in the database; left out it comes from PASSWORD_PEPPER. Whoever loses it enrols everybody anew.',
    secret: true,
  }),
  DATA_ENCRYPTION_OLD_KEYS: variable({
    codec: text(/^[^\s,]{32,}(,[^\s,]{32,})*$/),
    allowed: 'keys as DATA_ENCRYPTION_KEY takes them, with commas between them',
    fallback: '',
    about: 'What DATA_ENCRYPTION_KEY was before, so that what it encrypted can still be read.',
    secret: true,
  }),
  TOKEN_ISSUER: variable({
    codec: text(/^\S{1,200}$/),
    allowed: 'a name without spaces',
    fallback: 'library',
    about:
      'The issuer and the audience that access tokens name, and the name under which an app shows the codes of a second factor.',
  }),
  ACCESS_TOKEN_SECONDS: variable({
    codec: integer(60, 86_400),
    allowed: '60 to 86400',
    fallback: 3600,
    about: 'How long an access token is good.',
  }),
  REFRESH_TOKEN_SECONDS: variable({
    codec: integer(300, 31_536_000),
    allowed: '300 to 31536000',
    fallback: 2_592_000,
    about: 'How long a session lasts at the most.',
  }),
  SESSION_IDLE_SECONDS: variable({
    codec: integer(60, 31_536_000),
    allowed: '60 to 31536000, and no less than ACCESS_TOKEN_SECONDS',
    fallback: 604_800,
    about: 'How long a session lasts without a refresh.',
  }),
  MAX_SESSIONS: variable({
    codec: integer(0, 1000),
    allowed: '0 to 1000',
    fallback: 20,
    about: 'How many sessions one member may have at once; 0 is any number.',
  }),
  SESSIONS_FULL: variable({
    codec: words('end_oldest', 'refuse'),
    allowed: 'end_oldest or refuse',
    fallback: 'end_oldest',
    about: 'What one login too many does: it ends the oldest session, or it is refused with 409 CONFLICT.',
  }),
  BCRYPT_COST: variable({
    codec: integer(4, 16),
    allowed: '4 to 16, at least 10 in production',
    fallback: 12,
    about: 'The power of two of the rounds a password is hashed with.',
  }),
  RATE_LIMITS: variable({
    codec: onOff,
    allowed: 'on or off, and on in production',
    fallback: true,
    about:
      'Limits how often strangers register and ask for mails from one network; off for load tests. Lockouts stay.',
  }),
  POOL_SIZE: variable({
    codec: integer(1, 1000),
    allowed: '1 to 1000',
    fallback: 10,
    about: 'Connections to Postgres at the most.',
  }),
  ACQUIRE_TIMEOUT_MS: variable({
    codec: integer(100, 60_000),
    allowed: '100 to 60000',
    fallback: 5000,
    about: 'How long a request waits for a connection before it is told 503.',
  }),
  SQLITE_SYNCHRONOUS: variable({
    codec: words('NORMAL', 'FULL'),
    allowed: 'NORMAL or FULL',
    fallback: 'NORMAL',
    about: 'NORMAL survives a crash of the program, FULL a power cut as well.',
  }),
  JOBS: variable({
    codec: onOff,
    allowed: 'on or off',
    fallback: true,
    about: 'Hands on notices and runs the jobs of the schedule; off for a process that only answers.',
  }),
  OUTBOX_INTERVAL_MS: variable({
    codec: integer(10, 60_000),
    allowed: '10 to 60000',
    fallback: 1000,
    about: 'How long the outbox and the jobs rest when there is nothing to do.',
  }),
  SHUTDOWN_TIMEOUT_MS: variable({
    codec: integer(0, 300_000),
    allowed: '0 to 300000',
    fallback: 10_000,
    about: 'How long requests under way may take to end when the server stops.',
  }),
} as const

type Name = keyof typeof variables
type Values = {
  readonly [Key in Name]: (typeof variables)[Key] extends { codec: t.Decoder<string, infer A> } ? A : never
}

/** The faults of a configuration, each on a line with its name, what was found and what is allowed. */
export interface ConfigFaults {
  readonly faults: readonly string[]
}

export type Source = Readonly<Record<string, string | undefined>>

/** An empty text is none: `PORT=` is how compose files and shells leave a variable out. */
const isSet = (found: string | undefined): found is string => found !== undefined && found !== ''

/** What is wrong is told at once; what is right is a Config. */
export const readConfig = (given: Source): Config | ConfigFaults => {
  const faults: string[] = []
  const source = withFiles(given, faults)
  const values = Object.fromEntries(
    Object.entries<Variable<unknown>>(variables).map(([name, { codec: of, allowed, fallback, secret }]) => {
      const found = source[name]
      if (!isSet(found)) return [name, fallback]
      const decoded = of.decode(found)
      if (decoded._tag === 'Right') return [name, decoded.right]
      faults.push(
        `${name}: found ${secret === true ? 'a value that does not fit' : JSON.stringify(found)}, allowed is ${allowed}`,
      )
      return [name, fallback]
    }),
  ) as unknown as Values
  faults.push(...disagreements(values, name => isSet(source[name])))
  return faults.length > 0 ? { faults } : toConfig(values)
}

/** What is right alone and wrong together. */
const disagreements = (values: Values, wasGiven: (name: Name) => boolean): readonly string[] => {
  const production = values.NODE_ENV === 'production'
  const needed: readonly Name[] = [
    ...(production ? (['TOKEN_SIGNING_KEY', 'PASSWORD_PEPPER'] as const) : []),
    ...(values.CREATE_ADMIN ? (['ADMIN_USERNAME', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'] as const) : []),
  ]
  const missing = needed
    .filter(name => !wasGiven(name))
    .map(
      name =>
        `${name}: found nothing, ${production && !name.startsWith('ADMIN') ? 'production' : 'CREATE_ADMIN=on'} needs ${variables[name].allowed}`,
    )
  const weak =
    production && values.BCRYPT_COST < 10
      ? [`BCRYPT_COST: found ${String(values.BCRYPT_COST)}, allowed is ${variables.BCRYPT_COST.allowed}`]
      : []
  const settable =
    production && values.CLOCK_CONTROL
      ? [`CLOCK_CONTROL: found "on", allowed is ${variables.CLOCK_CONTROL.allowed}`]
      : []
  const unlimited =
    production && !values.RATE_LIMITS
      ? [`RATE_LIMITS: found "off", allowed is ${variables.RATE_LIMITS.allowed}`]
      : []
  const hasty =
    values.SESSION_IDLE_SECONDS < values.ACCESS_TOKEN_SECONDS
      ? [
          `SESSION_IDLE_SECONDS: found ${String(values.SESSION_IDLE_SECONDS)}, allowed is ${variables.SESSION_IDLE_SECONDS.allowed}`,
        ]
      : []
  return [...missing, ...weak, ...settable, ...unlimited, ...hasty]
}

const toConfig = (values: Values): Config => {
  const production = values.NODE_ENV === 'production'
  return {
    production,
    host: values.HOST === '' ? (production ? '0.0.0.0' : '127.0.0.1') : values.HOST,
    port: values.PORT,
    storage: values.STORAGE === '' ? `sqlite:${join(values.DATA_DIR, 'library.sqlite')}` : values.STORAGE,
    dataDir: values.DATA_DIR,
    trustedProxies: values.TRUSTED_PROXIES,
    adminAddresses: values.ADMIN_ALLOWED_ADDRESSES,
    logLevel: values.LOG_LEVEL,
    sampleData: values.SAMPLE_DATA ?? !(production || (values.SIMPLE_API && values.STORAGE === 'memory')),
    simpleApi: values.SIMPLE_API,
    currency: values.CURRENCY,
    clockControl: values.CLOCK_CONTROL,
    firstAdmin:
      values.CREATE_ADMIN &&
      values.ADMIN_USERNAME !== null &&
      values.ADMIN_EMAIL !== null &&
      values.ADMIN_PASSWORD !== null
        ? { username: values.ADMIN_USERNAME, email: values.ADMIN_EMAIL, password: values.ADMIN_PASSWORD }
        : null,
    tokenSigningKey: values.TOKEN_SIGNING_KEY,
    tokenVerificationKeys: values.TOKEN_VERIFICATION_KEYS,
    passwordPepper: values.PASSWORD_PEPPER,
    passwordOldPeppers: values.PASSWORD_OLD_PEPPERS === '' ? [] : values.PASSWORD_OLD_PEPPERS.split(','),
    auditSealKey: values.AUDIT_SEAL_KEY,
    auditSealOldKeys: values.AUDIT_SEAL_OLD_KEYS === '' ? [] : values.AUDIT_SEAL_OLD_KEYS.split(','),
    dataEncryptionKey: values.DATA_ENCRYPTION_KEY,
    dataEncryptionOldKeys:
      values.DATA_ENCRYPTION_OLD_KEYS === '' ? [] : values.DATA_ENCRYPTION_OLD_KEYS.split(','),
    tokenIssuer: values.TOKEN_ISSUER,
    accessTokenLifetime: values.ACCESS_TOKEN_SECONDS,
    refreshTokenLifetime: values.REFRESH_TOKEN_SECONDS,
    sessionIdleTime: values.SESSION_IDLE_SECONDS,
    maxSessions: values.MAX_SESSIONS === 0 ? null : values.MAX_SESSIONS,
    sessionsFull: values.SESSIONS_FULL,
    bcryptCost: values.BCRYPT_COST,
    rateLimits: values.RATE_LIMITS,
    poolSize: values.POOL_SIZE,
    acquireTimeout: values.ACQUIRE_TIMEOUT_MS,
    sqliteSynchronous: values.SQLITE_SYNCHRONOUS,
    jobs: values.JOBS,
    outboxInterval: values.OUTBOX_INTERVAL_MS,
    shutdownTimeout: values.SHUTDOWN_TIMEOUT_MS,
  }
}

/** NAME_FILE names a file that holds a secret; CONFIG_FILE one that holds what is none. The environment wins. */
const withFiles = (source: Source, faults: string[]): Source => {
  const given = Object.fromEntries(Object.entries(source).filter(([, found]) => isSet(found)))
  const configFile = given['CONFIG_FILE']
  const fromFile = configFile === undefined ? {} : readConfigFile(configFile, faults)
  const secrets = Object.entries<Variable<unknown>>(variables).flatMap(([name, { secret }]) => {
    const path = given[`${name}_FILE`]
    if (secret !== true || path === undefined) return []
    const content = readText(path)
    if (content === null)
      faults.push(`${name}_FILE: found ${JSON.stringify(path)}, allowed is a file that can be read`)
    return content === null ? [] : [[name, content.trim()] as const]
  })
  return { ...fromFile, ...Object.fromEntries(secrets), ...given }
}

const readConfigFile = (path: string, faults: string[]): Source => {
  const content = readText(path)
  const parsed = content === null ? undefined : parseObject(content)
  if (parsed === undefined) {
    faults.push(
      `CONFIG_FILE: found ${JSON.stringify(path)}, allowed is a file with one JSON object of names and values`,
    )
    return {}
  }
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) => {
      const known: Variable<unknown> | undefined = Object.hasOwn(variables, name)
        ? variables[name as Name]
        : undefined
      if (known === undefined)
        faults.push(`CONFIG_FILE: found ${JSON.stringify(name)}, allowed are the names of .env.example`)
      else if (known.secret === true && name !== 'STORAGE') {
        faults.push(`CONFIG_FILE: found ${name}, allowed is what is not secret; use ${name}_FILE`)
      } else if (typeof value === 'string' || typeof value === 'number')
        return [[name, String(value)] as const]
      else
        faults.push(`CONFIG_FILE: found ${name} as ${JSON.stringify(value)}, allowed is a text or a number`)
      return []
    }),
  )
}

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const parseObject = (content: string): object | undefined => {
  try {
    const parsed: unknown = JSON.parse(content)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** The environment over the `.env` of the working folder. */
export const environment = (): Source => ({
  ...(existsSync('.env') ? parseDotenv(readFileSync('.env')) : {}),
  ...process.env,
})
