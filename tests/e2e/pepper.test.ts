/** PASSWORD_PEPPER is changed between two starts: whoever got in before gets in after, with his second factor, and the audit still holds. */
import { expect } from 'chai'
import { readConfig } from '../../app/config.ts'
import type { Config } from '../../app/config.ts'
import { verifyStoredAudit } from '../../app/verify-audit.ts'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { freshPostgres, freshSqlite } from '../support/databases.ts'
import { otpAt } from '../support/second-factor.ts'
import { startServerProcess } from '../support/server.ts'
import type { Environment } from '../support/server.ts'

const password = 'correct horse battery'
const first = 'the-first-pepper-of-these-tests-long-enough'
const second = 'the-second-pepper-of-these-tests-long-enough'

interface Answer {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>>
}

type Ask = (method: string, path: string, body?: object, token?: string) => Promise<Answer>

const asking =
  (url: string): Ask =>
  async (method, path, body, token) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const { data } = (await response.json()) as { readonly data: Answer['data'] | null }
    return { status: response.status, data: data ?? {} }
  }

const enter = (ask: Ask, otp?: string) => ask('POST', '/auth/login', { login: 'root', password, otp })

for (const [name, fresh] of [
  ['SQLite', freshSqlite],
  ['Postgres', freshPostgres],
] as const) {
  describe(`the pepper is changed on ${name}`, function () {
    this.timeout(180_000)
    let env: Environment
    let drop: () => Promise<void>
    /** Of the administrator, as his app and his drawer have them. */
    let his: { readonly secret: string; readonly recoveryCodes: readonly string[] }

    const during = async (some: Environment, run: (ask: Ask) => Promise<void>): Promise<void> => {
      const server = await startServerProcess({ ...env, ...some })
      try {
        await run(asking(server.url))
        expect(server.output()).not.to.include('"message":"bug"')
      } finally {
        await server.stop()
      }
    }

    const verdict = async (some: Environment): Promise<readonly string[]> => {
      const said: string[] = []
      await verifyStoredAudit(readConfig({ ...env, ...some }) as Config, null, line => void said.push(line))
      return said
    }

    before(async () => {
      const database = await fresh()
      drop = database.drop
      env = {
        STORAGE: database.storage,
        SAMPLE_DATA: 'off',
        JOBS: 'off',
        TOKEN_SIGNING_KEY: await newSigningKey(),
        BCRYPT_COST: '4',
        CREATE_ADMIN: 'on',
        ADMIN_USERNAME: 'root',
        ADMIN_EMAIL: 'root@example.org',
        ADMIN_PASSWORD: password,
      }
      await during({ PASSWORD_PEPPER: first }, async ask => {
        const token = String((await enter(ask)).data['access_token'])
        const secret = String((await ask('POST', '/auth/mfa/enrol', undefined, token)).data['secret'])
        const confirmed = await ask(
          'POST',
          '/auth/mfa/confirm',
          { otp: otpAt(Date.now(), -1, secret) },
          token,
        )
        his = { secret, recoveryCodes: confirmed.data['recovery_codes'] as readonly string[] }
        expect(await ask('POST', '/admin/jobs/seal-audit/run', undefined, token)).to.include({ status: 200 })
      })
    })
    after(() => drop())

    it('and lets in who has a code of his app or a recovery code, which is good once', async () => {
      await during({ PASSWORD_PEPPER: second, PASSWORD_OLD_PEPPERS: first }, async ask => {
        const [recovery] = his.recoveryCodes
        for (const [otp, status] of [
          [otpAt(Date.now(), 0, his.secret), 200],
          [recovery, 200],
          [recovery, 401],
        ] as const)
          expect(await enter(ask, otp), otp).to.include({ status })
      })
    })

    it('and seals of before hold as long as the old one is given', async () => {
      const old = await verdict({ PASSWORD_PEPPER: second, PASSWORD_OLD_PEPPERS: first })
      expect(old).to.include('Nothing is broken.')
      expect(old[0]).to.match(/ under 1 seals/)
      expect(await verdict({ PASSWORD_PEPPER: second })).not.to.include('Nothing is broken.')
    })

    it('and its old one may go once he was there: his hash and his secret were made anew', async () => {
      await during({ PASSWORD_PEPPER: second }, async ask => {
        expect(await enter(ask, otpAt(Date.now(), 1, his.secret))).to.include({ status: 200 })
      })
    })
  })
}
