/** The configuration: what the variables come to, every fault told at once. */
import { join } from 'node:path'
import { isSet, withFiles } from './config-files.ts'
import type { Source } from './config-files.ts'
import { variables } from './config-variables.ts'
import type { Name, Values, Variable } from './config-variables.ts'

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
  /** What it was before, the oldest last. */
  readonly passwordOldPeppers: readonly string[]
  /** Signs the seals of the audit; null: it comes from the pepper. */
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

/** The faults of a configuration, each on a line with its name, what was found and what is allowed. */
export interface ConfigFaults {
  readonly faults: readonly string[]
}

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
