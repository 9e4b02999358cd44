/** docs/security.md: each requirement of the ASVS chapters in scope is answered for, and each test it names is there. */
import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { defences } from '../defences/all.ts'
import { changesOf, plain, timesIn } from '../defences/defence.ts'

/** OWASP ASVS 5.0.0, levels 1 and 2. */
const required: Readonly<Record<string, readonly string[]>> = {
  'V6.1': ['1', '2', '3'],
  'V6.2': ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'],
  'V6.3': ['1', '2', '3', '4'],
  'V6.4': ['1', '2', '3', '4'],
  'V6.5': ['1', '2', '3', '4', '5'],
  'V6.6': ['1', '2', '3'],
  'V6.8': ['1', '2', '3', '4'],
  'V7.1': ['1', '2', '3'],
  'V7.2': ['1', '2', '3', '4'],
  'V7.3': ['1', '2'],
  'V7.4': ['1', '2', '3', '4', '5'],
  'V7.5': ['1', '2'],
  'V7.6': ['1', '2'],
  'V8.1': ['1', '2'],
  'V8.2': ['1', '2', '3'],
  'V8.3': ['1'],
  'V8.4': ['1'],
  'V9.1': ['1', '2', '3'],
  'V9.2': ['1', '2', '3', '4'],
  'V11.1': ['1', '2'],
  'V11.2': ['1', '2', '3'],
  'V11.3': ['1', '2', '3'],
  'V11.4': ['1', '2', '3', '4'],
  'V11.5': ['1'],
  'V11.6': ['1'],
}

const verdicts = ['met', 'partly', 'by the operator', 'does not apply'] as const

interface Row {
  readonly id: string
  readonly verdict: string
  readonly how: string
  readonly shownBy: string
}

const rows: readonly Row[] = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .filter(line => /^\| V\d/.test(line))
  .map(line => {
    const [id = '', verdict = '', how = '', shownBy = ''] = line
      .split('|')
      .slice(1)
      .map(cell => cell.trim())
    return { id, verdict, how, shownBy }
  })

/** As `tests/http/sessions.test.ts` “end with a logout”: a file, and the words of one of its tests. */
const named = /`([\w./-]+)`(?: “([^”]+)”)?/g

describe('the ASVS table of docs/security.md', () => {
  it('answers for every requirement in scope, once and in order', () => {
    const wanted = Object.entries(required).flatMap(([section, numbers]) =>
      numbers.map(number => `${section}.${number}`),
    )
    expect(rows.map(({ id }) => id)).to.deep.equal(wanted)
  })

  for (const { id, verdict, how, shownBy } of rows) {
    it(`${id} (${verdict}) says how or why, and by what it is shown`, () => {
      expect(verdicts).to.include(verdict)
      expect(how).not.to.equal('')
      const found = [...shownBy.matchAll(named)]
      if (verdict === 'met') expect(found, 'what shows it').not.to.have.length(0)
      for (const [, file, words] of found) {
        expect(existsSync(file!), file).to.equal(true)
        const text = plain(readFileSync(file!, 'utf8'))
        if (file!.startsWith('tests/')) expect(words, `a test of ${file!}`).to.be.a('string')
        if (words !== undefined) expect(text, file).to.include(plain(words))
      }
    })
  }
})

/** Each test that a row names, as `file words`. */
const testsIn = ({ shownBy }: Row): readonly string[] =>
  [...shownBy.matchAll(named)]
    .filter(([, file]) => file!.startsWith('tests/'))
    .map(([, file, words]) => `${file!} ${plain(words ?? '')}`)

/** `npm run defences` takes each out and sees its test fail; here nothing is run. */
describe('the defences that npm run defences takes out', () => {
  for (const row of rows.filter(({ shownBy }) => shownBy.includes('tests/')))
    it(`are there for each test of ${row.id}`, () => {
      const taken = defences
        .filter(({ of }) => of.includes(row.id))
        .map(({ test, words }) => `${test} ${plain(words)}`)
      expect(taken).to.include.members(testsIn(row))
    })

  for (const defence of defences) {
    const { of, what, test, words } = defence
    it(`${of.join(', ')}: ${what}: stands once where it is taken out, and is shown by a test of its row`, () => {
      for (const change of changesOf(defence)) {
        expect(timesIn(readFileSync(change.file, 'utf8'), change), `${change.file}: ${change.text}`).to.equal(
          1,
        )
        expect(change.instead).not.to.equal(change.text)
      }
      for (const id of of) {
        const row = rows.find(each => each.id === id)
        expect(row && testsIn(row), id).to.include(`${test} ${plain(words)}`)
      }
    })
  }
})
