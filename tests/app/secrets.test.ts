import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Source } from '../../app/config-files.ts'
import { readConfig } from '../../app/config.ts'
import type { Config } from '../../app/config.ts'
import { installationSecrets } from '../../app/secrets.ts'

const signingKey = `k4.secret.${'A'.repeat(86)}`
const pepper = 'p'.repeat(32)

describe('secrets of the installation', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'library-secrets-'))
    path = join(folder, 'data', 'secrets.json')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  const config = (source: Source = {}): Config =>
    readConfig({ DATA_DIR: join(folder, 'data'), ...source }) as Config

  const refusal = async (of: Config): Promise<string> => {
    try {
      await installationSecrets(of)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    return 'no error'
  }

  /** Puts something else in the place of the file. */
  const corrupt = async (content: string): Promise<void> => {
    await installationSecrets(config())
    writeFileSync(path, content)
  }

  it('are those of the config, and no file is made', async () => {
    const given = { TOKEN_SIGNING_KEY: signingKey, PASSWORD_PEPPER: pepper }
    expect(await installationSecrets(config(given))).to.deep.equal({
      tokenSigningKey: signingKey,
      passwordPepper: pepper,
    })
    expect(existsSync(join(folder, 'data'))).to.be.false
  })

  it('are made once, in a file for the operator alone, and read from it afterwards', async () => {
    const made = await installationSecrets(config())
    expect(made.tokenSigningKey).to.match(/^k4\.secret\.[\w-]{86}$/)
    expect(made.passwordPepper).to.match(/^[\w-]{43}$/)
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    expect(JSON.parse(readFileSync(path, 'utf8'))).to.deep.equal({
      token_signing_key: made.tokenSigningKey,
      password_pepper: made.passwordPepper,
    })
    expect(await installationSecrets(config())).to.deep.equal(made)
  })

  it('are such as the config takes', async () => {
    const { tokenSigningKey, passwordPepper } = await installationSecrets(config())
    const given = { TOKEN_SIGNING_KEY: tokenSigningKey, PASSWORD_PEPPER: passwordPepper }
    expect(config(given)).to.include({ tokenSigningKey, passwordPepper })
  })

  it('differ from one installation to the other', async () => {
    const made = await installationSecrets(config())
    rmSync(path)
    const others = await installationSecrets(config())
    expect(others.tokenSigningKey).not.to.equal(made.tokenSigningKey)
    expect(others.passwordPepper).not.to.equal(made.passwordPepper)
  })

  it('come from the config where it has them, and from the file where it lacks them', async () => {
    const made = await installationSecrets(config())
    expect(await installationSecrets(config({ PASSWORD_PEPPER: pepper }))).to.deep.equal({
      ...made,
      passwordPepper: pepper,
    })
    expect(await installationSecrets(config({ TOKEN_SIGNING_KEY: signingKey }))).to.deep.equal({
      ...made,
      tokenSigningKey: signingKey,
    })
  })

  it('are the same for callers at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => installationSecrets(config())))
    for (const secrets of all) expect(secrets).to.deep.equal(all[0])
  })

  it('are the same for two processes that start at once', async () => {
    const script = `
      import { installationSecrets } from ${JSON.stringify(new URL('../../app/secrets.ts', import.meta.url).href)}
      const config = { dataDir: ${JSON.stringify(join(folder, 'data'))}, tokenSigningKey: null, passwordPepper: null }
      process.stdout.write(JSON.stringify(await installationSecrets(config)))`
    const run = async (): Promise<unknown> => {
      const child = spawn(
        process.execPath,
        ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
      await once(child, 'close')
      return JSON.parse(said)
    }
    const [one, other] = await Promise.all([run(), run()])
    expect(one).to.deep.equal(other)
    expect(await installationSecrets(config())).to.deep.equal(one)
  })

  it('leave no draft behind', async () => {
    await installationSecrets(config())
    await installationSecrets(config())
    expect(readdirSync(dirname(path))).to.deep.equal([basename(path)])
  })

  it('are never made in production', async () => {
    expect(await refusal({ ...config(), production: true })).to.equal('Secrets are missing')
    expect(existsSync(path)).to.be.false
  })

  for (const [what, content] of [
    ['no JSON', 'hush hush'],
    ['half of it', '{"token_signing_key": "k4.secret.hush'],
    ['no object', '"hush"'],
    ['null', 'null'],
    ['one secret only', '{"token_signing_key": "k4.secret.hush"}'],
    ['a secret that is no text', '{"token_signing_key": "hush", "password_pepper": 1}'],
    ['nothing', ''],
  ] as const) {
    it(`say what to do about a file that holds ${what}, and do not quote it`, async () => {
      await corrupt(content)
      expect(await refusal(config())).to.equal(
        `${path} holds no secrets; remove it to have new ones made (every login ends with them)`,
      )
    })
  }

  it('do not write over a file that is there', async () => {
    await corrupt('hush')
    await refusal(config())
    expect(readFileSync(path, 'utf8')).to.equal('hush')
  })
})
