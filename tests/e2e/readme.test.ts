/** The README is run as it is written: its curl session against a server with the sample, on every storage. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { builtProgram } from '../support/built.ts'
import { freshPostgres } from '../support/databases.ts'
import { startServerProcess } from '../support/server.ts'

/** The passwords of the sample, which are hashed at each start. */
const cheap = { BCRYPT_COST: '4' }

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The shell block below a heading. */
const shellBelow = (heading: string): string => {
  const section = readme.slice(readme.indexOf(`## ${heading}`))
  return section.slice(section.indexOf('```sh\n') + 6, section.indexOf('```', section.indexOf('```sh\n') + 6))
}

interface Envelope {
  readonly success: boolean
  readonly data: { readonly status?: string; readonly renewal_count?: number } & readonly Record<
    string,
    unknown
  >[]
  readonly error: {
    readonly code: string
    readonly status_code: number
    readonly details: { rule: string }[]
  }
}

const storages: readonly {
  readonly name: string
  readonly open: () => Promise<{ storage?: string; drop: () => Promise<void> }>
}[] = [
  { name: 'SQLite, by default', open: () => Promise.resolve({ drop: () => Promise.resolve() }) },
  { name: 'memory', open: () => Promise.resolve({ storage: 'memory', drop: () => Promise.resolve() }) },
  { name: 'Postgres', open: freshPostgres },
]

function needsCurl(this: Mocha.Context): void {
  if (spawnSync('curl', ['--version']).status !== 0 || spawnSync('bash', ['--version']).status !== 0) {
    process.stdout.write('left out: the README is run with bash and curl, and one of them is not there\n')
    this.skip()
  }
}

const run = async (script: string, folder: string): Promise<string> =>
  (await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder })).stdout

describe('the curl session of the README', function () {
  this.timeout(60_000)

  before(needsCurl)

  for (const { name, open } of storages) {
    it(`borrows, is refused, lists, renews and returns on ${name}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'library-readme-'))
      const { storage, drop } = await open()
      const server = await startServerProcess({
        ...cheap,
        DATA_DIR: join(folder, 'data'),
        ...(storage === undefined ? {} : { STORAGE: storage }),
      })
      try {
        const script = shellBelow('Lend a book with curl').replace('http://127.0.0.1:3000', server.url)
        const [book, refused, list, renewed, returned] = (await run(script, folder))
          .trim()
          .split(/(?<=\})\s*(?=\{"success")/)
          .map(text => JSON.parse(text) as Envelope)
        expect(book?.success).to.equal(true)
        expect(refused?.error.status_code).to.equal(422)
        expect(refused?.error.code).to.equal('CHECKOUT_REFUSED')
        expect(refused?.error.details.map(({ rule }) => rule)).to.deep.equal(['same-title'])
        expect(list?.data.map(loan => loan['status'])).to.deep.equal(['open'])
        expect(renewed?.data.renewal_count).to.equal(1)
        expect(returned?.data.status).to.equal('returned')
      } finally {
        await server.stop()
        await drop()
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }
})

describe('the staff of the README', function () {
  this.timeout(60_000)

  before(needsCurl)

  it('log in with a code of their second factor', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'library-readme-'))
    const server = await startServerProcess({ ...cheap, DATA_DIR: join(folder, 'data') })
    try {
      const script = shellBelow('Log in as staff')
        .replace('http://127.0.0.1:3000', server.url)
        .replace('npx library', `node ${builtProgram('cli')}`)
      const listed = JSON.parse(await run(script, folder)) as Envelope
      expect(listed.success).to.equal(true)
      expect(listed.data).to.have.length(1)
    } finally {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('the classroom of the README', function () {
  this.timeout(60_000)

  before(needsCurl)

  for (const base of ['', '/api']) {
    it(`adds, lends, refuses, lists and takes back below ${base}/, in memory and with nothing else said`, async () => {
      const server = await startServerProcess({ ...cheap, STORAGE: 'memory', SIMPLE_API: 'on' })
      try {
        const script = shellBelow('A small API for classrooms').replace(
          'http://127.0.0.1:3000',
          server.url + base,
        )
        const answers = (await run(script, tmpdir()))
          .split(/(?<=[}\]])(?=[{[])/)
          .map(text => JSON.parse(text) as unknown)
        const farm = { id: 1, title: 'Animal Farm', author: 'George Orwell' }
        const [refused] = answers.splice(4, 1)
        expect(answers).to.deep.equal([
          farm,
          { id: 1, name: 'Ada Lovelace' },
          { id: 2, name: 'Alan Turing' },
          { message: 'Book borrowed successfully' },
          [farm],
          { message: 'Book returned successfully' },
        ])
        expect(refused).to.have.nested.property('error.status_code', 409)
        expect(refused).to.have.nested.property('error.code', 'NO_COPY_AVAILABLE')
      } finally {
        await server.stop()
      }
    })
  }
})
