/** API-6: the document is good for the tools of others: a linter, and types for a client that is then run. */
import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTypes, { astToString } from 'openapi-typescript'
import type { OpenAPI3 } from 'openapi-typescript'
import ts from 'typescript'
import { api } from '../../adapters/http/api.ts'
import { documentOf } from '../../adapters/http/openapi/document.ts'
import { otpAt } from '../support/second-factor.ts'
import { aProduct, nothing } from './support/nothing.ts'
import { aWorld, closeAll } from './support/world.ts'

const document = JSON.parse(JSON.stringify(documentOf(aProduct, api(nothing)))) as unknown
const repository = fileURLToPath(new URL('../..', import.meta.url))
const clientFolder = fileURLToPath(new URL('./openapi-client/', import.meta.url))

describe('the OpenAPI document, to the tools of others', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'openapi-'))
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true })
    await closeAll()
  })

  const lint = (linted: unknown): Promise<{ readonly code: number; readonly output: string }> => {
    const file = join(folder, 'openapi.json')
    writeFileSync(file, JSON.stringify(linted))
    return new Promise(resolve => {
      execFile(
        process.execPath,
        [
          join(repository, 'node_modules/@redocly/cli/bin/cli.js'),
          'lint',
          file,
          `--config=${join(repository, 'redocly.yaml')}`,
          '--format=json',
        ],
        {
          env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
          maxBuffer: 64 * 1024 * 1024,
        },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      )
    })
  }

  it('has no fault that redocly finds', async () => {
    const { code, output } = await lint(document)
    expect(output).to.match(/"errors": 0,\s*"warnings": 0/)
    expect(code, output).to.equal(0)
  }).timeout(60_000)

  it('would be told its faults', async () => {
    const { paths, ...rest } = document as { readonly paths: Readonly<Record<string, object>> }
    const { code, output } = await lint({
      ...rest,
      paths: { ...paths, '/odd': { get: { responses: {} } } },
    })
    expect(code).to.equal(1)
    expect(output).to.contain('operation-operationId')
  }).timeout(60_000)

  it('gives types by which a strict client compiles, and lends, reserves, takes back, hands over and cashes', async () => {
    writeFileSync(join(folder, 'paths.ts'), astToString(await openapiTypes(document as OpenAPI3)))
    const program = ts.createProgram([join(clientFolder, 'desk.ts')], {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
      skipLibCheck: true,
      // The types are made, the client is written: to the compiler the two folders are one.
      rootDirs: [folder, clientFolder],
    })
    const faults = ts.getPreEmitDiagnostics(program)
    expect(ts.formatDiagnostics(faults, formatting)).to.equal('')

    const world = await aWorld()
    // By an address that the compiler of the tests does not follow: without paths.ts it has no types.
    const { oneBook } = (await import(new URL('./openapi-client/desk.ts', import.meta.url).href)) as {
      readonly oneBook: (desk: object) => Promise<Readonly<Record<string, unknown>>>
    }
    const told = await oneBook({
      server: world.api.url,
      login: 'librarian',
      password: 'correct horse battery',
      otp: () => otpAt(world.clock.now()),
      readerId: world.ids.user,
      nextReaderId: world.ids.other,
      bookId: world.bookId,
      branchId: world.here,
      barcode: 'C-1',
      wait: world.clock.days,
    })
    expect(told['owed']).to.be.greaterThan(0)
    expect(told).to.deep.include({
      title: 'The Dispossessed',
      queue: 1,
      nextStep: 'hold',
      refusal: 'COPY_NOT_AVAILABLE',
      fetched: 'open',
      fulfilled: 'fulfilled',
      paid: 'paid',
    })
  }).timeout(60_000)
})

const formatting: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => repository,
  getCanonicalFileName: name => name,
  getNewLine: () => '\n',
}
