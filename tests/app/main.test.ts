import { expect } from 'chai'
import { newSigningKey } from '../../adapters/security/access-tokens.ts'
import { startServerProcess } from '../support/server.ts'
import type { Environment, ServerProcess } from '../support/server.ts'

const memory = { STORAGE: 'memory', SAMPLE_DATA: 'off', BCRYPT_COST: '4' }

describe('the process of the server', function () {
  this.timeout(60_000)
  let running: ServerProcess[]
  beforeEach(() => {
    running = []
  })
  afterEach(() => {
    for (const server of running) server.kill()
  })

  const started = async (env: Environment): Promise<ServerProcess> => {
    const server = await startServerProcess(env)
    running.push(server)
    return server
  }

  const refusal = (env: Environment): Promise<string> =>
    started(env).then(
      () => 'it started',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )

  it('says where it listens, logs in JSON, and ends with 0 when it is asked to', async () => {
    const server = await started(memory)
    expect((await fetch(`${server.url}/health/ready`)).status).to.equal(200)
    expect(await server.stop()).to.equal(0)
    expect(server.output()).to.include(`The library is open at ${server.url}\n`)
    const lines = server
      .output()
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ message }) => message)).to.deep.equal(['listening', 'request', 'stopped'])
    for (const line of lines) expect(line).to.include.keys('time', 'level', 'module')
  })

  it('can be stopped as soon as it says that it listens', async () => {
    const server = await started(memory)
    expect(await server.stop()).to.equal(0)
  })

  it('ends with 78 and every fault when its configuration is wrong', async () => {
    expect(
      await refusal({ PORT: 'x', CURRENCY: 'euro', NODE_ENV: 'production', PASSWORD_PEPPER: 'hush' }),
    ).to.equal(
      [
        'The server ended with 78 before it listened:',
        'The configuration is wrong:',
        '  PORT: found "x", allowed is 0 to 65535',
        '  CURRENCY: found "euro", allowed is three capital letters (ISO 4217)',
        '  PASSWORD_PEPPER: found a value that does not fit, allowed is at least 32 characters',
        '  TOKEN_SIGNING_KEY: found nothing, production needs a PASERK k4.secret.…, as `library new-key` prints one',
        '',
      ].join('\n'),
    )
  })

  it('ends with 1 and says why when it cannot start', async () => {
    const server = await started(memory)
    const said = await refusal({ ...memory, PORT: new URL(server.url).port })
    expect(said).to.match(/^The server ended with 1 before it listened:\nThe start failed: .*EADDRINUSE/)
  })

  it('runs in production with its secrets: on every address, without a sample, without a word of them', async () => {
    const secrets = { TOKEN_SIGNING_KEY: await newSigningKey(), PASSWORD_PEPPER: 'p'.repeat(40) }
    const server = await started({ NODE_ENV: 'production', ...secrets })
    expect(server.url).to.match(/^http:\/\/0\.0\.0\.0:/)
    expect((await fetch(`${server.url}/health/ready`)).status).to.equal(200)
    const books = await fetch(`${server.url}/api/v1/books`)
    expect(((await books.json()) as { data: unknown[] }).data).to.deep.equal([])
    expect(await server.stop()).to.equal(0)
    for (const secret of Object.values(secrets)) expect(server.output()).not.to.include(secret)
  })
})
