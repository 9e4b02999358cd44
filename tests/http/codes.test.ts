/** Every code that the adapter says to a client is provoked by a test; so no code is there by accident. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '../..')

const textOf = (folder: string, suffix: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(suffix) && name !== 'codes.test.ts')
    .map(name => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n')

describe('the codes of the API', () => {
  const codes = [
    ...new Set(
      [...textOf('adapters/http', '.ts').matchAll(/'([A-Z]{2,}(?:_[A-Z]+)*)'/g)].map(([, code]) => code!),
    ),
  ].filter(
    code =>
      !['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'NFC'].includes(code) &&
      !/^E[A-Z]+$|^ERR_|^HPE_/.test(code),
  )
  const tests = textOf('tests/http', '.test.ts')

  it('are many', () => expect(codes).to.include.members(['NOT_FOUND', 'INVALID_ISBN', 'REPEATED']))

  for (const code of codes) {
    it(`${code} is provoked`, () => expect(tests).to.match(new RegExp(`\\b${code}\\b`)))
  }
})
