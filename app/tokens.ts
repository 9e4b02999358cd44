/** The names under which things are bound, each with its type: swapping two dependencies does not compile. */
import type { Newable } from 'inversify'
import type { HttpDeps } from '../adapters/http/deps.ts'
import type { Logger } from '../adapters/logging/logger.ts'
import type { Strength } from '../adapters/security/password-strength.ts'
import type { Passwords } from '../adapters/security/passwords.ts'
import type { SimpleDeps } from '../adapters/simple-http/deps.ts'
import type { BorrowingPolicy } from '../core/circulation/borrowing-policies.ts'
import type { RenewalPolicy } from '../core/circulation/renewal-policies.ts'
import type { ReservationPolicy } from '../core/circulation/reservation-policies.ts'
import type { TokenTexts } from '../core/identity/password-ports.ts'
import type { AccessTokens } from '../core/identity/ports.ts'
import type { NetworkLimit } from '../core/identity/network-uses.ts'
import type { LockoutDeps } from '../core/identity/counted-guess.ts'
import type { SecondFactorTools } from '../core/identity/second-factor-ports.ts'
import type { Sealing } from '../core/identity/audit-seal.ts'
import type { Notifier } from '../core/notices/ports.ts'
import type { Job } from '../core/operations/job.ts'
import type { JobWork } from '../core/operations/use-cases/work-jobs.ts'
import type { sendOutbox } from '../core/notices/use-cases/send-outbox.ts'
import type { Clock } from '../core/shared/clock.ts'
import type { TaskEither } from '../core/shared/fp.ts'
import type { StoreFailure } from '../core/shared/unit-of-work.ts'
import type { Config } from './config.ts'
import type { LibraryClock } from './library-clock.ts'
import type { Persistence } from './persistence.ts'
import type { InstallationSecrets } from './secrets.ts'

/** A symbol that carries a type: inversify infers what a factory is given from the tokens it names. */
type Token<A> = Newable<A>

const token = <A>(name: string): Token<A> => Symbol(name) as unknown as Token<A>

export const CONFIG = token<Config>('config')
export const INSTALLATION_SECRETS = token<InstallationSecrets>('installation secrets')
export const PERSISTENCE = token<Persistence>('persistence')
export const LOG = token<Logger>('log')

export const LIBRARY_TIME = token<LibraryClock>('library time')
/** Learns how the library's clock is set; costs nothing where it cannot be set. */
export const KEEP_TIME = token<TaskEither<StoreFailure, void>>('keep time')
/** Library time: loans, fines, memberships. */
export const LIBRARY_CLOCK = token<Clock & { readonly time: 'library' }>('library clock')
/** Real time: sessions, leases, stamps. */
export const REAL_CLOCK = token<Clock & { readonly time: 'real' }>('real clock')

export const ACCESS_TOKENS = token<AccessTokens>('access tokens')
export const AUDIT_SEALING = token<Sealing>('audit sealing')
export const PASSWORDS = token<Passwords>('passwords')
export const PASSWORD_STRENGTH = token<Strength>('password strength')

export const BORROWING_POLICIES = token<readonly BorrowingPolicy[]>('borrowing policies')
export const RENEWAL_POLICIES = token<readonly RenewalPolicy[]>('renewal policies')

export const RESERVATION_POLICIES = token<readonly ReservationPolicy[]>('reservation policies')

export const NOTIFIER = token<Notifier>('notifier')
export const SEND_OUTBOX = token<ReturnType<typeof sendOutbox>>('send outbox')

export const JOBS = token<readonly Job[]>('jobs')
export const JOB_WORK = token<JobWork>('job work')
export const RUN_JOBS = token<HttpDeps['jobs']>('run jobs')
export const CONSISTENCY = token<HttpDeps['consistency']>('consistency')

export const CATALOGUE = token<HttpDeps['catalogue']>('catalogue')
export const CIRCULATION = token<HttpDeps['circulation']>('circulation')
export const RULES = token<HttpDeps['rules']>('rules')
export const ACCOUNTS = token<HttpDeps['accounts']>('accounts')
export const MEMBERS = token<HttpDeps['members']>('members')
export const STAFF = token<HttpDeps['staff']>('staff')
export const BRANCHES = token<HttpDeps['branches']>('branches')
export const AUDIT = token<HttpDeps['audit']>('audit')
export const SETTINGS = token<HttpDeps['settings']>('settings')
export const CLOCK = token<HttpDeps['clock']>('clock')
export const SECOND_FACTOR = token<SecondFactorTools>('second factor')
export const MFA = token<HttpDeps['mfa']>('mfa')
export const API_KEYS = token<HttpDeps['apiKeys']>('api keys')
export const IDENTITY = token<HttpDeps['identity']>('identity')
export const LOCKOUT = token<LockoutDeps>('lockout')
export const NETWORK_LIMIT = token<NetworkLimit>('limit of networks')
export const PASSWORD_USES = token<HttpDeps['passwords']>('uses of passwords')
export const TOKEN_TEXTS = token<TokenTexts>('texts of tokens')

export const SIMPLE_API = token<SimpleDeps>('simple api')
