import { expect } from 'chai'
import { ESLint, type Linter } from 'eslint'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tseslint from 'typescript-eslint'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Samples are no files of the project: they are linted without types, which no rule of our own needs. */
const eslint = new ESLint({ cwd: repository, overrideConfig: [tseslint.configs.disableTypeChecked] })

const ownRules = [
  'no-restricted-globals',
  'no-restricted-imports',
  'no-restricted-properties',
  'no-restricted-syntax',
]

/** What our own rules say about a sample. */
const complaints = async (file: string, sample: string): Promise<string[]> => {
  const [result] = await eslint.lintText(sample, { filePath: join(repository, file) })
  const messages = result?.messages ?? []
  expect(
    messages.filter(({ fatal }) => fatal),
    sample,
  ).to.deep.equal([])
  return messages
    .filter(({ ruleId }) => ruleId !== null && ownRules.includes(ruleId))
    .map(({ message }) => message)
}

interface Restriction {
  readonly name?: string
  readonly object?: string
  readonly property?: string
  readonly message: string
}

/** What each restriction that holds for a file says when it bites, read from the config itself. */
const restrictions = async (file: string): Promise<string[]> => {
  const { rules = {} } = (await eslint.calculateConfigForFile(join(repository, file))) as Linter.Config
  return ownRules
    .map(rule => rules[rule])
    .flatMap(entry => (Array.isArray(entry) ? (entry.slice(1) as Restriction[]) : []))
    .flatMap(option => ('patterns' in option ? (option.patterns as Restriction[]) : option))
    .map(({ name, object, property, message }) =>
      object && property
        ? `'${object}.${property}' is restricted from being used. ${message}`
        : name
          ? `'${name}'. ${message}`
          : message,
    )
}

/** Part of what is said, and the sample it is said of. */
const coreBites: readonly (readonly [says: string, sample: string])[] = [
  ["'Date'", 'export const at = () => Date.now()'],
  ["'Date'", 'export const at = () => new Date()'],
  ["'Date'", 'export const at = (text: string) => new Date(text)'],
  ["'Date'", 'export const at = () => Date()'],
  ['A Date can be changed', 'export interface Loan { readonly due: Date }'],
  ['A Date can be changed', 'export const due = (days: ReadonlyMap<string, Date>) => days'],
  ["'performance'", 'export const at = () => performance.now()'],
  ["'Temporal.Now'", 'export const at = () => Temporal.Now.instant()'],
  ["'Math.random'", 'export const pick = () => Math.random()'],
  ["'Math.random'", 'export const { random } = Math'],
  ["'crypto'", 'export const pick = () => crypto.randomUUID()'],
  ["'process'", 'export const home = () => process.env.HOME'],
  ["'console'", 'export const say = () => console.log(1)'],
  ["'setTimeout'", 'export const later = (f: () => void) => setTimeout(f, 1)'],
  ["'setInterval'", 'export const later = (f: () => void) => setInterval(f, 1)'],
  ["'setImmediate'", 'export const later = (f: () => void) => setImmediate(f)'],
  ["'queueMicrotask'", 'export const later = (f: () => void) => queueMicrotask(f)'],
  ["'fetch'", "export const get = () => fetch('/')"],
  ["'Buffer'", "export const bytes = () => Buffer.from('a')"],
  ["'Promise'", 'export const wait = () => new Promise(() => undefined)'],
  ["'Promise'", 'export const wait = () => Promise.resolve(1)'],
  ["'globalThis'", 'export const at = () => globalThis.Date.now()'],
  ["'global'", 'export const at = () => global.Date.now()'],
  ['no classes', 'export class Loan {}'],
  ['no classes', 'export class NotFound extends Error {}'],
  ['no classes', 'export const Loan = class {}'],
  ['No decorators', 'export class Loan { @marked title = 1 }'],
  ['does not wait: it describes', 'export async function get() {}'],
  ['does not wait: it describes', 'export const get = async () => 1'],
  ['does not wait: it describes', 'export const store = { async get() {} }'],
  ['TE.flatMap', 'export const get = async () => { await 1 }'],
  ['sequential traversals', 'export const get = async (all: Many) => { for await (const one of all) one() }'],
  ['needs no throw', 'export const fail = () => { throw 1 }'],
  ['where it lies', 'export const here = () => import.meta.url'],
  ['fp-ts/lib/', "export { map } from 'fp-ts/Either'"],
  ['fp-ts/lib/', "import { either } from 'fp-ts'"],
]

const coreClean = `
import { pipe, TE } from '../shared/fp.ts'
import type { Instant } from '../shared/local-time.ts'
export interface Clock { now(): Instant }
export type Pending = () => Promise<number>
const half = (amount: number): number => Math.floor(amount / 2)
export const work = (clock: Clock) => pipe(TE.right(clock.now()), TE.map(half))
export const date = (process: { fetch: number }) => process.fetch
`

const sqlBites = [
  ...['raw', 'whereRaw', 'orderByRaw', 'selectRaw', 'joinRaw', 'havingRaw', 'fromRaw', 'groupByRaw'].flatMap(
    call => [
      `export const sql = (db: Db, x: string) => db.${call}(\`a = \${x}\`)`,
      `export const sql = (db: Db, x: string) => db.${call}('a = ' + x)`,
    ],
  ),
  ...['prepare', 'query', 'exec'].flatMap(call => [
    `export const sql = (db: Db, x: string) => db.${call}(\`a = \${x}\`)`,
    `export const sql = (db: Db, x: string) => db.${call}('a = ' + x + ' or b')`,
  ]),
  'export const sql = (db: Db, x: string) => db.table.orWhereRaw(`a = ${x} and b = ?`, [1])',
  "export const sql = (db: Db, x: string) => db['raw'](`a = ${x}`)",
  'export const sql = (db: Db, x: string) => db?.raw(`a = ${x}`)',
  'export const sql = (raw: Raw, x: string) => raw(`a = ${x}`)',
  "export const sql = (db: Db, x: string) => db.raw('a = '.concat(x))",
  'export const sql = (db: Db, x: string) => db.raw(String.raw`a = ${x}`)',
  "export const sql = (db: Db, x: string) => db.raw(x ? `a = ${x}` : 'true')",
  "export const sql = (db: Db, x?: string) => db.raw(x ?? 'a = ' + db.name)",
  "export const sql = (pg: Db, x: string) => pg.query({ name: 'a', text: `a = ${x}`, values: [] })",
]

const sqlClean = [
  "export const sql = (db: Db, x: string) => db.raw('a = ?', [x])",
  'export const sql = (db: Db, x: string) => db.whereRaw(`a = ?\n and b = ?`, [`%${x}%`, "a" + x])',
  'export const sql = (db: Db, x: string) => db.prepare(statement).all(`%${x}%`)',
  "export const sql = (pg: Db, x: string) => pg.query({ text: 'a = $1', values: [`%${x}%`] })",
  'export const path = (x: string) => link(`/books/${x}`)',
]

describe('lint rules', () => {
  for (const [says, sample] of coreBites)
    it(`bites in core: ${sample}`, async () => {
      const said = await complaints('core/members/sample.ts', sample)
      expect(said.filter(message => message.includes(says))).to.have.lengthOf(1)
    })

  for (const folder of ['adapters/knex', 'app', 'migrations'])
    it(`bites on SQL with values in it in ${folder}`, async () => {
      for (const sample of sqlBites)
        expect(await complaints(`${folder}/sample.ts`, sample), sample).to.have.lengthOf(1)
    })

  it('leaves a pure core alone', async () => {
    expect(await complaints('core/members/sample.ts', coreClean)).to.deep.equal([])
  })

  it('leaves bound parameters alone', async () => {
    for (const sample of sqlClean)
      expect(await complaints('adapters/knex/sample.ts', sample), sample).to.deep.equal([])
  })

  it('leaves clocks, classes and promises to adapters', async () => {
    const sample =
      'export class Clock extends Error { at = async () => { await Promise.resolve(Date.now()) } }'
    expect(await complaints('adapters/knex/sample.ts', sample)).to.deep.equal([])
  })

  for (const [file, samples] of [
    ['core/members/sample.ts', coreBites.map(([, sample]) => sample)],
    ['adapters/knex/sample.ts', [...sqlBites, ...coreBites.map(([, sample]) => sample)]],
  ] as const)
    it(`has a sample for every restriction of ${file}`, async () => {
      const said = (await Promise.all(samples.map(sample => complaints(file, sample)))).flat()
      const all = await restrictions(file)
      expect(all).not.to.deep.equal([])
      expect(all.filter(says => !said.some(message => message.includes(says)))).to.deep.equal([])
    })

  it('refuses any and type imports that are left in at run time', async () => {
    const sample =
      "import { type A } from './a.ts'\nimport { B } from './b.ts'\nexport const a = (b: any): A | B => b"
    const [result] = await eslint.lintText(sample, { filePath: join(repository, 'core/members/sample.ts') })
    expect(result?.messages.map(({ ruleId }) => ruleId)).to.include.members([
      '@typescript-eslint/no-explicit-any',
      '@typescript-eslint/no-import-type-side-effects',
      '@typescript-eslint/consistent-type-imports',
    ])
  })
})
