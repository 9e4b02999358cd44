/** Every variable of the configuration: what it may be, what it is when left out, and what `.env.example` says of it. */
import type * as t from 'io-ts'
import { integer, networks, onOff, optional, text, texts, words } from './config-codecs.ts'

/** One setting of the environment: what it may be and what it is when left out. */
export interface Variable<A> {
  readonly codec: t.Decoder<string, A>
  readonly allowed: string
  readonly fallback: A
  /** What `.env.example` says of it. */
  readonly about: string
  /** May stand in a file of its own (`NAME_FILE`) and never in CONFIG_FILE. */
  readonly secret?: boolean
}

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
      'Keys the hashes of passwords; whoever loses it loses every password. One without spaces and commas can be changed (PASSWORD_OLD_PEPPERS). As TOKEN_SIGNING_KEY otherwise.',
    secret: true,
  }),
  PASSWORD_OLD_PEPPERS: variable({
    codec: text(/^[^\s,]{32,}(,[^\s,]{32,})*$/),
    allowed: 'at least 32 characters each, without spaces, with commas between them',
    fallback: '',
    about:
      'What PASSWORD_PEPPER was before, the oldest last: hashes, second factors and seals of the audit that were made with one are still good; each login makes its own anew.',
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

export type Name = keyof typeof variables
export type Values = {
  readonly [Key in Name]: (typeof variables)[Key] extends { codec: t.Decoder<string, infer A> } ? A : never
}
