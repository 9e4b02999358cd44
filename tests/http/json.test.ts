/** JSON is read strictly. */
import { expect } from 'chai'
import { parseJson } from '../../adapters/http/json.ts'
import { E } from '../../core/shared/fp.ts'

const parse = (text: string) => parseJson(new TextEncoder().encode(text))

const repeated = (text: string): string | null => {
  const read = parse(text)
  if (E.isRight(read)) return null
  return read.left.type === 'MalformedJson' ? (read.left.faults[0]?.field ?? 'malformed') : read.left.type
}

describe('JSON', () => {
  const good = [
    '{}',
    '[{"a": 1}, {"a": 2}]',
    '{"a": {"a": {"a": "a"}}, "b": ["a", "a"]}',
    '{"a": "a\\"", "b": "{\\"a\\": 1, \\"a\\": 2}"}',
    '{"": 1}',
    ' {"a" :\n 1 }\t',
    '"a"',
    `{"text": "${'x'.repeat(500_000)}"}`,
  ]
  for (const text of good) {
    it(`takes ${text.slice(0, 40)}`, () => expect(parse(text)).to.deep.equal(E.right(JSON.parse(text))))
  }

  const twice: readonly (readonly [string, string])[] = [
    ['{"a": 1, "a": 1}', 'a'],
    ['{"x": [{"b": 1, "c": {}, "b": 2}]}', 'b'],
    ['{"title": 1, "tit\\u006ce": 2}', 'title'],
    ['{"__proto__": 1, "__proto__": 2}', '__proto__'],
    ['{"" : 1, ""\n: 2}', ''],
  ]
  for (const [text, field] of twice) {
    it(`refuses a field given twice in ${text}`, () => expect(repeated(text)).to.equal(field))
  }

  for (const text of [
    '',
    ' ',
    '{',
    '{"a": 1,}',
    "{'a': 1}",
    'NaN',
    '{"a": 1} x',
    '[1',
    '\u0000',
    '{"a": 01}',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(repeated(text)).to.equal('malformed'))
  }

  it('refuses what is not UTF-8', () => {
    expect(parseJson(new Uint8Array([0x22, 0xff, 0x22]))).to.deep.equal(
      E.left({ type: 'MalformedJson', message: 'The body is not UTF-8', faults: [] }),
    )
  })

  it('reads a million brackets without running out of stack', () => {
    expect(E.isRight(parse(`${'['.repeat(500_000)}${']'.repeat(500_000)}`))).to.equal(true)
  })
})
