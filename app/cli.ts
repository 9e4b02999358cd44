#!/usr/bin/env node
/** The operator's command line. */
import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Container } from 'inversify'
import { migrateDown, migrateUp, underMigrationLock } from '../adapters/knex/migrate.ts'
import { newSigningKey, verificationKeyOf } from '../adapters/security/access-tokens.ts'
import { codeAt } from '../adapters/security/one-time-codes.ts'
import { formatReport } from '../core/catalogue/import-report.ts'
import { instant } from '../core/shared/local-time.ts'
import { migrationSource } from '../migrations/index.ts'
import { ownTitles } from '../migrations/seeds/titles.ts'
import { askPassword } from './ask-password.ts'
import { environment } from './config-files.ts'
import type { Source } from './config-files.ts'
import { readConfig } from './config.ts'
import type { Config } from './config.ts'
import { buildContainer } from './container.ts'
import { doctor } from './doctor.ts'
import { createFirstAdmin } from './first-admin.ts'
import { importCsv } from './import-csv.ts'
import { connectionOf } from './modules/persistence.ts'
import { keptTime } from './prepare.ts'
import { progressBar } from './progress.ts'
import { Refused } from './refused.ts'
import { resetMfa } from './reset-mfa.ts'
import { installationSecrets } from './secrets.ts'
import { isEmptyLibrary, loadSampleLibrary, writeSampleLogins } from './sample-library.ts'
import {
  LIBRARY_CLOCK,
  PASSWORD_STRENGTH,
  PASSWORDS,
  PERSISTENCE,
  REAL_CLOCK,
  SECOND_FACTOR,
} from './tokens.ts'
import { unlockByOperator } from './unlock.ts'
import { verifyStoredAudit } from './verify-audit.ts'

/** @param changes what the command says itself, above the environment */
const configured = (changes: Source = {}): Config => {
  const config = readConfig({ ...environment(), ...changes })
  if ('faults' in config) throw new Refused(`The configuration is wrong:\n  ${config.faults.join('\n  ')}`)
  if (config.storage === 'memory') throw new Refused('STORAGE is memory: there is nothing to work on')
  return config
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

type OnStorage = (container: Container, config: Config) => Promise<void>

/** Runs on the storage of the config, whose schema is brought up to date first. */
const onStorage = async (
  run: OnStorage,
  alone: 'alone' | 'beside others' = 'beside others',
  config = configured(),
): Promise<void> => {
  const container = await buildContainer({ ...config, logLevel: 'silent' })
  try {
    await underMigrationLock(config.storage, async () => {
      await migrateUp({ ...connectionOf(config), source: migrationSource })
      await keptTime(container)
      if (alone === 'alone') await run(container, config)
    })
    if (alone === 'beside others') await run(container, config)
  } finally {
    await container.get(PASSWORDS).close()
    await container.get(PASSWORD_STRENGTH).close()
    await container.get(PERSISTENCE).close()
  }
}

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a number from 1')
  return value
}

const base32 = (text: string): string => {
  if (!/^[A-Z2-7]{26,128}$/.test(text)) throw new InvalidArgumentError('a secret in base32')
  return text
}

const migrate = async ({ down }: { readonly down?: boolean }): Promise<void> => {
  const config = configured()
  const go = down === true ? migrateDown : migrateUp
  const done = await underMigrationLock(config.storage, () =>
    go({ ...connectionOf(config), source: migrationSource }),
  )
  say(done.length === 0 ? 'Nothing to do.' : done.join('\n'))
}

const seed = ({ titles, seed: number }: { readonly titles?: number; readonly seed: number }): Promise<void> =>
  onStorage(async (container, config) => {
    const persistence = container.get(PERSISTENCE)
    if (!(await isEmptyLibrary(persistence)))
      throw new Refused('The library is not empty; the sample goes into an empty one')
    const bar = progressBar('titles', titles ?? ownTitles)
    const logins = await loadSampleLibrary(
      {
        persistence,
        passwords: container.get(PASSWORDS),
        secondFactor: container.get(SECOND_FACTOR),
      },
      {
        titles: titles ?? null,
        seed: number,
        now: container.get(LIBRARY_CLOCK).now(),
        progress: bar.update,
        keepLogins: made => writeSampleLogins(config.dataDir, made),
      },
    )
    bar.stop()
    for (const { role, login, password } of logins) say(`${role.padEnd(15)} ${login.padEnd(34)} ${password}`)
    say(`The logins are kept in ${join(config.dataDir, 'sample-logins.json')}`)
  }, 'alone')

const importFile = (
  file: string,
  { dryRun = false, report }: { readonly dryRun?: boolean; readonly report?: string },
): Promise<void> =>
  onStorage(async container => {
    const done = await importCsv(
      { persistence: container.get(PERSISTENCE), clock: container.get(LIBRARY_CLOCK) },
      { file, dryRun },
    )
    say(formatReport(done, { dryRun, listed: 20 }))
    if (report !== undefined) {
      writeFileSync(report, `${formatReport(done, { dryRun, listed: Infinity })}\n`)
      say(`All of it is in ${report}`)
    }
  })

interface NewAdmin {
  readonly username?: string
  readonly email?: string
  readonly another?: boolean
}

const createAdmin = async ({ username, email, another = false }: NewAdmin): Promise<void> => {
  const given = environment()
  const names = {
    CREATE_ADMIN: 'on',
    ...(username === undefined ? {} : { ADMIN_USERNAME: username }),
    ...(email === undefined ? {} : { ADMIN_EMAIL: email }),
  }
  const told = [given['ADMIN_PASSWORD'], given['ADMIN_PASSWORD_FILE']].some(
    found => found !== undefined && found !== '',
  )
  // What else is missing is said before anybody types a password.
  if (!told) configured({ ...names, ADMIN_PASSWORD: 'is asked for next' })
  const password = told
    ? {}
    : {
        ADMIN_PASSWORD: await askPassword({
          input: process.stdin,
          say: words => void process.stderr.write(words),
        }),
      }
  const config = configured({ ...names, ...password })
  await onStorage(
    async (container, { firstAdmin }) => {
      if (firstAdmin === null) throw new Refused('A user name, an e-mail address and a password are needed')
      const made = await createFirstAdmin(
        {
          persistence: container.get(PERSISTENCE),
          passwords: container.get(PASSWORDS),
          strength: container.get(PASSWORD_STRENGTH),
          clock: container.get(LIBRARY_CLOCK),
        },
        firstAdmin,
        another,
      )
      if (typeof made === 'object')
        throw new Refused(`The administrator cannot be made: this ${made.taken} is taken`)
      if (made === 'there_already')
        throw new Refused('There is an administrator already; --another makes one more')
      say(`${firstAdmin.username} is an administrator.`)
    },
    'alone',
    config,
  )
}

/** 0 when nothing is wrong, 1 when something is; 2 when it could not be looked for. */
const examine = async (good: () => Promise<boolean>): Promise<void> => {
  try {
    process.exitCode = (await good()) ? 0 : 1
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  }
}

const program = new Command('library').description("The operator's commands of the library.")

program
  .command('migrate')
  .description('bring the database to the schema of this version')
  .option('--down', 'take the whole schema away, and all that is in it')
  .action(migrate)

program
  .command('seed')
  .description('fill an empty library with the sample')
  .option('--titles <number>', 'so many titles: the well-known works, then invented ones', positive)
  .option('--seed <number>', 'another number gives another library', positive, 1)
  .action(seed)

program
  .command('import')
  .description('read a catalogue in CSV; what is there already stays as it is')
  .argument(
    '<file>',
    'with a header: title, authors, isbn13, publication_year, language, genres, tags, copies …',
  )
  .option('--dry-run', 'report only, change nothing')
  .option('--report <file>', 'keep what was said of every row')
  .action(importFile)

program
  .command('create-admin')
  .description(
    'make the first administrator; the password is ADMIN_PASSWORD, or asked for, or a line on standard input',
  )
  .option('--username <name>', 'else ADMIN_USERNAME')
  .option('--email <address>', 'else ADMIN_EMAIL')
  .option('--another', 'make one although there is one already')
  .action(createAdmin)

program
  .command('unlock')
  .description('let somebody log in again whom wrong guesses have locked out')
  .argument('<login>', 'user name or e-mail address')
  .action((login: string) =>
    onStorage(async container => {
      await unlockByOperator(container.get(PERSISTENCE), login)
      say(`${login} may log in again.`)
    }),
  )

program
  .command('doctor')
  .description('look through all that is stored for what must not be; changes nothing')
  .action(() => examine(() => doctor(configured(), say)))

program
  .command('verify-audit')
  .description('hold the whole audit against its seals; changes nothing')
  .option('--head <head>', 'an end of the chain that was written down before: it must still be there')
  .action(({ head }: { readonly head?: string }) =>
    examine(() => verifyStoredAudit(configured(), head ?? null, say)),
  )

program
  .command('new-key')
  .description('print a new TOKEN_SIGNING_KEY')
  .action(async () => {
    say(await newSigningKey())
  })

program
  .command('public-key')
  .description('print what TOKEN_VERIFICATION_KEYS holds of the present TOKEN_SIGNING_KEY')
  .action(async () => {
    say(await verificationKeyOf((await installationSecrets(configured())).tokenSigningKey))
  })

program
  .command('reset-mfa')
  .description('take off the second factor of a member who has lost it; all his sessions end')
  .argument('<login>', 'user name or e-mail address')
  .action((login: string) =>
    onStorage(async container => {
      await resetMfa({ persistence: container.get(PERSISTENCE), clock: container.get(REAL_CLOCK) }, login)
      say(`${login} has no second factor any more.`)
    }),
  )

program
  .command('otp')
  .description('print the code of now of a second factor, as its app would show it')
  .argument('<secret>', 'in base32, as otp_secret in sample-logins.json', base32)
  .action((secret: string) => {
    say(codeAt(secret, instant(Date.now())))
  })

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof Refused)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
