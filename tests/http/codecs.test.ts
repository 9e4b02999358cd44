/** What the codecs take, what they make of it, and what they say to hostile input. */
import { expect } from 'chai'
import { faultsOf, nullable } from '../../adapters/http/codecs/codec.ts'
import type { AnyCodec } from '../../adapters/http/codecs/codec.ts'
import { code, isbn, isbn10, isbn13 } from '../../adapters/http/codecs/codes.ts'
import { email, language, phone, username, webAddress, zipCode } from '../../adapters/http/codecs/contact.ts'
import {
  flag,
  integer,
  key,
  money,
  queryFlag,
  queryInteger,
  queryKey,
} from '../../adapters/http/codecs/numbers.ts'
import { list, record } from '../../adapters/http/codecs/record.ts'
import { line, oneOf, paragraphs, phrase, search, secret } from '../../adapters/http/codecs/text.ts'
import { day, moment, nearDay, week, zone } from '../../adapters/http/codecs/time.ts'
import { E, pipe } from '../../core/shared/fp.ts'

/** The value read, or the codes of what is wrong. */
const read = (codec: AnyCodec, value: unknown): unknown =>
  pipe(
    codec.decode(value),
    E.match(
      errors =>
        `refused: ${faultsOf(errors)
          .map(fault => fault.code)
          .join(', ')}`,
      (found: unknown) => found,
    ),
  )

const takes = (name: string, codec: AnyCodec, table: readonly (readonly [unknown, unknown])[]) =>
  describe(name, () => {
    for (const [given, expected] of table) {
      it(`${shown(given)} is ${shown(expected)}`, () => expect(read(codec, given)).to.deep.equal(expected))
    }
  })

const shown = (value: unknown): string => {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) as string | undefined)
  return (text ?? 'undefined').slice(0, 60)
}

const notText = [undefined, null, 1, true, [], ['a'], {}, Number.NaN].map(
  value => [value, 'refused: INVALID_TYPE'] as const,
)

/** What no plain text may hold. */
const hostile = [
  ['a\u0000b', 'refused: INVALID_CHARACTERS'],
  ['\ud800', 'refused: INVALID_CHARACTERS'],
  ['a\udc00b', 'refused: INVALID_CHARACTERS'],
  ['a\u001bb', 'refused: INVALID_CHARACTERS'],
  ['a\u0085b', 'refused: INVALID_CHARACTERS'],
  ['', 'refused: REQUIRED'],
  ['  \t\n ', 'refused: REQUIRED'],
  ['<script></script>', 'refused: REQUIRED'],
  ['x'.repeat(1_000_000), 'refused: TOO_LONG'],
] as const

describe('codecs', () => {
  takes('line', line(10), [
    ...notText,
    ...hostile,
    ['  a title ', 'a title'],
    ['a title\n', 'a title'],
    ['one\ntwo', 'refused: INVALID_CHARACTERS'],
    ['one\ttwo', 'refused: INVALID_CHARACTERS'],
    ['e\u0301', '\u00e9'],
    ['1234567890', '1234567890'],
    ['12345678901', 'refused: TOO_LONG'],
    ['😀'.repeat(10), '😀'.repeat(10)],
    ['😀'.repeat(11), 'refused: TOO_LONG'],
    ['<b>bold</b> text', 'bold text'],
    ['<b>a</b>', 'a'],
    ['a < b', 'a < b'],
    ['<3', '<3'],
    ['__proto__', '__proto__'],
  ])

  takes('paragraphs', paragraphs(100), [
    ...notText,
    ...hostile,
    ['one\r\ntwo\tthree\rfour', 'one\ntwo\tthree\nfour'],
    ['<scr<script>ipt>alert(1)</scr</script>ipt>', 'alert(1)'],
    ['<img src=x onerror=alert(1)>text<!-- comment -->', 'text'],
    ['5 < 6 and 7 > 6', '5 < 6 and 7 > 6'],
  ])

  it('takes markup out of text nested as deep as it fits without running out of stack', () => {
    expect(read(paragraphs(10_000), `${'<'.repeat(3000)}a${'b>'.repeat(3000)}`)).to.be.a('string')
  })

  takes('phrase', phrase(10), [
    ...notText,
    ['<b>a</b>', '<b>a</b>'],
    ['\ud800', 'refused: INVALID_CHARACTERS'],
  ])

  takes('search', search, [
    ['', []],
    ['  Éric  Rohmer ', ['eric', 'rohmer']],
    ['\u0000', 'refused: INVALID_CHARACTERS'],
    ['x'.repeat(201), 'refused: TOO_LONG'],
  ])

  takes('secret', secret(8, 12), [
    ...notText,
    ['  spaces ', '  spaces '],
    ['e\u0301\u0000abcdef', 'e\u0301\u0000abcdef'],
    ['', 'refused: REQUIRED'],
    ['short', 'refused: TOO_SHORT'],
    ['much too long', 'refused: TOO_LONG'],
    ['😀😀😀😀', 'refused: TOO_SHORT'],
    ['x'.repeat(1_000_000), 'refused: TOO_LONG'],
  ])

  takes('oneOf', oneOf(['red', 'green']), [
    ['red', 'red'],
    ['Red', 'refused: UNKNOWN_VALUE'],
    ['constructor', 'refused: UNKNOWN_VALUE'],
    [['red'], 'refused: UNKNOWN_VALUE'],
    [null, 'refused: UNKNOWN_VALUE'],
  ])

  const notNumber = [undefined, null, '1', true, [1], {}].map(
    value => [value, 'refused: INVALID_TYPE'] as const,
  )

  takes('integer', integer(-5, 10), [
    ...notNumber,
    [10, 10],
    [-5, -5],
    [1.0, 1],
    [-0, 0],
    [11, 'refused: OUT_OF_RANGE'],
    [1.5, 'refused: NOT_AN_INTEGER'],
    [Number.NaN, 'refused: NOT_AN_INTEGER'],
    [JSON.parse('1e999'), 'refused: NOT_AN_INTEGER'],
    [Number.NEGATIVE_INFINITY, 'refused: NOT_AN_INTEGER'],
    [2 ** 53, 'refused: OUT_OF_RANGE'],
  ])

  it('makes an ordinary zero of a negative one', () =>
    expect(Object.is(read(integer(-5, 10), -0), 0)).to.equal(true))

  takes('key', key(), [
    [1, 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [Number.MAX_SAFE_INTEGER + 1, 'refused: OUT_OF_RANGE'],
    [0, 'refused: OUT_OF_RANGE'],
    [-1, 'refused: OUT_OF_RANGE'],
    ['1', 'refused: INVALID_TYPE'],
  ])

  takes('money', money, [
    [0, 0],
    [250, 250],
    [1_000_000_000, 1_000_000_000],
    [1_000_000_001, 'refused: OUT_OF_RANGE'],
    [-1, 'refused: OUT_OF_RANGE'],
    [2.5, 'refused: NOT_AN_INTEGER'],
    [{ amount: 250, currency: 'EUR' }, 'refused: INVALID_TYPE'],
  ])

  takes('flag', flag, [
    [true, true],
    [false, false],
    ['true', 'refused: INVALID_TYPE'],
    [0, 'refused: INVALID_TYPE'],
    [null, 'refused: INVALID_TYPE'],
  ])

  takes('numbers and flags of a query', queryInteger(1, 100), [
    ['1', 1],
    ['0100', 100],
    ['0', 'refused: OUT_OF_RANGE'],
    ['-1', 'refused: OUT_OF_RANGE'],
    ['', 'refused: NOT_AN_INTEGER'],
    ['1e1', 'refused: NOT_AN_INTEGER'],
    ['0x10', 'refused: NOT_AN_INTEGER'],
    [' 1', 'refused: NOT_AN_INTEGER'],
    ['1.0', 'refused: NOT_AN_INTEGER'],
    ['NaN', 'refused: NOT_AN_INTEGER'],
    ['٣', 'refused: NOT_AN_INTEGER'],
    ['9'.repeat(400), 'refused: NOT_AN_INTEGER'],
  ])
  takes('key of a query', queryKey(), [
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 'refused: OUT_OF_RANGE'],
    ['0', 'refused: OUT_OF_RANGE'],
  ])
  takes('flag of a query', queryFlag, [
    ['true', true],
    ['false', false],
    ['1', 'refused: UNKNOWN_VALUE'],
    ['', 'refused: UNKNOWN_VALUE'],
  ])

  takes('day', day, [
    ...notText,
    ['2024-02-29', '2024-02-29'],
    ['2023-02-29', 'refused: INVALID_DAY'],
    ['0000-01-01', 'refused: OUT_OF_RANGE'],
    ['9999-12-31', '9999-12-31'],
    ['10000-01-01', 'refused: TOO_LONG'],
    ['2024-2-29', 'refused: INVALID_DAY'],
    ['2024-02-29T00:00:00Z', 'refused: TOO_LONG'],
    ['tomorrow', 'refused: INVALID_DAY'],
  ])
  takes('day that is counted from', nearDay, [
    ['2026-11-21', '2026-11-21'],
    ['1899-12-31', 'refused: OUT_OF_RANGE'],
    ['9999-12-31', 'refused: OUT_OF_RANGE'],
  ])
  takes('moment', moment, [
    ...notText,
    ['2026-11-21T19:09:00Z', Date.parse('2026-11-21T19:09:00Z')],
    ['2026-11-21T20:09:00.5+01:00', Date.parse('2026-11-21T19:09:00.500Z')],
    ['2026-11-21', 'refused: INVALID_INSTANT'],
    ['2026-11-21T19:09:00', 'refused: INVALID_INSTANT'],
    ['2026-11-31T19:09:00Z', 'refused: INVALID_INSTANT'],
    ['2026-11-21T19:09:00+99:00', 'refused: INVALID_INSTANT'],
  ])
  takes('zone', zone, [
    ...notText,
    ['Europe/Berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['Europe/Nowhere', 'refused: INVALID_TIME_ZONE'],
    ['+01:00', 'refused: INVALID_TIME_ZONE'],
    ['2020-01-01T00:00Z', 'refused: INVALID_TIME_ZONE'],
    ['2020-01-01T00:00[Europe/Berlin]', 'refused: INVALID_TIME_ZONE'],
  ])

  const closed = { tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
  const monday = (hours: unknown) => ({ monday: hours })
  takes('hours of a week', week, [
    [monday([['09:00', '18:00']]), { monday: [['09:00', '18:00']], ...closed }],
    [{}, { monday: [], ...closed }],
    [
      monday([
        ['14:00', '24:00'],
        ['09:00', '12:00'],
      ]),
      {
        monday: [
          ['09:00', '12:00'],
          ['14:00', '24:00'],
        ],
        ...closed,
      },
    ],
    [
      monday([
        ['09:00', '12:00'],
        ['12:00', '18:00'],
      ]),
      {
        monday: [
          ['09:00', '12:00'],
          ['12:00', '18:00'],
        ],
        ...closed,
      },
    ],
    [
      monday([
        ['09:00', '12:00'],
        ['11:00', '18:00'],
      ]),
      'refused: INVALID_HOURS',
    ],
    [monday([['18:00', '09:00']]), 'refused: INVALID_HOURS'],
    [monday([['09:00', '09:00']]), 'refused: INVALID_HOURS'],
    [monday([['24:00', '24:00']]), 'refused: INVALID_HOURS'],
    [monday([['9:00', '18:00']]), 'refused: INVALID_HOURS'],
    [monday([['09:00', '25:00']]), 'refused: INVALID_HOURS'],
    [monday([['09:00']]), 'refused: OUT_OF_RANGE'],
    [monday([[9, 18]]), 'refused: INVALID_HOURS, INVALID_HOURS'],
    [monday('09:00-18:00'), 'refused: INVALID_TYPE'],
    [monday(Array.from({ length: 11 }, () => ['09:00', '18:00'])), 'refused: OUT_OF_RANGE'],
    [{ Monday: [] }, 'refused: UNKNOWN_FIELD'],
    [JSON.parse('{"__proto__": []}'), 'refused: UNKNOWN_FIELD'],
    [[], 'refused: INVALID_TYPE'],
  ])

  takes('e-mail', email, [
    ...notText,
    [' Ada@Example.org ', 'Ada@Example.org'],
    ['ada', 'refused: INVALID_EMAIL'],
    ['ada@', 'refused: INVALID_EMAIL'],
    ['ada@example.org, eve@example.org', 'refused: INVALID_EMAIL'],
    ['Ada <ada@example.org>', 'refused: INVALID_EMAIL'],
    [`${'a'.repeat(65)}@example.org`, 'refused: INVALID_EMAIL'],
    ['ada@example.org\nBcc: eve@example.org', 'refused: INVALID_CHARACTERS'],
  ])
  takes('phone', phone, [
    ...notText,
    ['+49 30 901820', '+4930901820'],
    ['+1 (202) 555-0123', '+12025550123'],
    ['030 901820', 'refused: INVALID_PHONE'],
    ['+49', 'refused: INVALID_PHONE'],
    ['+999 123456789', 'refused: INVALID_PHONE'],
    ['call me', 'refused: INVALID_PHONE'],
  ])
  takes('web address', webAddress, [
    ...notText,
    ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
    ['HTTP://example.org', 'HTTP://example.org'],
    ['javascript:alert(1)', 'refused: INVALID_URL'],
    ['ftp://example.org', 'refused: INVALID_URL'],
    ['//example.org', 'refused: INVALID_URL'],
    ['https://', 'refused: INVALID_URL'],
    ['https://ada:secret@example.org', 'refused: INVALID_URL'],
    ['http:\\\\example.org', 'refused: INVALID_URL'],
    ['https://exa mple.org', 'refused: INVALID_URL'],
  ])
  takes('language', language, [
    ...notText,
    ['en', 'en'],
    ['pt-br', 'pt-BR'],
    ['eng', 'en'],
    ['en_US', 'refused: INVALID_LANGUAGE'],
    ['english language', 'refused: INVALID_LANGUAGE'],
    ['-', 'refused: INVALID_LANGUAGE'],
  ])
  takes('user name', username, [
    ['ada.l-99_x', 'ada.l-99_x'],
    ['ab', 'refused: INVALID_USERNAME'],
    ['adä', 'refused: INVALID_USERNAME'],
    ['ada lovelace', 'refused: INVALID_USERNAME'],
    ['a'.repeat(33), 'refused: TOO_LONG'],
  ])
  takes('zip code', zipCode, [
    ['10115', '10115'],
    ['SW1A 1AA', 'SW1A 1AA'],
    ['-1', 'refused: INVALID_ZIP_CODE'],
    ['12345678901', 'refused: TOO_LONG'],
  ])

  const both = { isbn13: '9780306406157', isbn10: '0306406152' }
  takes('ISBN', isbn, [
    ...notText,
    ['978-0-306-40615-7', both],
    ['0306406152', both],
    ['9791234567896', { isbn13: '9791234567896', isbn10: null }],
    ['9780306406158', 'refused: INVALID_ISBN'],
    ['0306406153', 'refused: INVALID_ISBN'],
    ['1'.repeat(30), 'refused: INVALID_ISBN'],
    ['1'.repeat(300_000), 'refused: TOO_LONG'],
  ])
  takes('ISBN of 13 digits', isbn13, [
    ['9780306406157', both],
    ['0306406152', 'refused: INVALID_ISBN'],
  ])
  takes('ISBN of 10 digits', isbn10, [
    ['0-306-40615-2', both],
    ['9780306406157', 'refused: INVALID_ISBN'],
  ])
  takes('code', code, [
    ...notText,
    [' c-1/ab ', 'C-1/AB'],
    ['3123 4000 01', '3123400001'],
    ['ß', 'refused: INVALID_CODE'],
    ['ﬁ', 'refused: INVALID_CODE'],
    ['a_b', 'refused: INVALID_CODE'],
    ['A'.repeat(41), 'refused: INVALID_CODE'],
  ])

  takes('list', list(integer(0, 9), { min: 1, max: 3 }), [
    [
      [1, 2],
      [1, 2],
    ],
    [[], 'refused: OUT_OF_RANGE'],
    [[1, 2, 3, 4], 'refused: OUT_OF_RANGE'],
    [{ length: 1, 0: 1 }, 'refused: INVALID_TYPE'],
    [[1, 'a', 99], 'refused: INVALID_TYPE, OUT_OF_RANGE'],
  ])
  takes('nullable', nullable(integer(0, 9)), [
    [null, null],
    [1, 1],
    [undefined, 'refused: INVALID_TYPE'],
  ])
})

describe('records', () => {
  const thing = record('Thing', { name: line(10) }, { size: integer(0, 9), note: nullable(line(10)) })
  const faults = (value: unknown) =>
    pipe(
      thing.decode(value),
      E.match(
        errors => faultsOf(errors).map(({ field, code: of }) => `${field} ${of}`),
        () => [],
      ),
    )

  it('keep what was given and leave out what was not', () => {
    expect(read(thing, { name: 'a' })).to.deep.equal({ name: 'a' })
    expect(read(thing, { name: 'a', note: null, size: 0 })).to.deep.equal({ name: 'a', note: null, size: 0 })
  })

  it('name every fault at once', () =>
    expect(faults({ size: 'x', colour: 'red' })).to.deep.equal([
      'colour UNKNOWN_FIELD',
      'name REQUIRED',
      'size INVALID_TYPE',
    ]))

  it('call null a missing value where none may be missing', () =>
    expect(faults({ name: null, size: null })).to.deep.equal(['name REQUIRED', 'size REQUIRED']))

  it('know no field that objects have by birth', () => {
    expect(faults(JSON.parse('{"name": "a", "__proto__": {"size": 1}}'))).to.deep.equal([
      '__proto__ UNKNOWN_FIELD',
    ])
    expect(faults({ name: 'a', constructor: 1, toString: 2 })).to.deep.equal([
      'constructor UNKNOWN_FIELD',
      'toString UNKNOWN_FIELD',
    ])
    expect(faults(JSON.parse('{"__proto__": {"name": "a"}}'))).to.include('name REQUIRED')
  })

  for (const value of [null, undefined, [], 'text', 1, true]) {
    it(`are no ${shown(value)}`, () => expect(faults(value)).to.deep.equal(['body INVALID_TYPE']))
  }

  it('tell a hundred faults at most', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1]))
    expect(faults(many)).to.have.length(100)
  })

  it('take a value nested deeply for what it is, without running out of stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)
    expect(faults({ name: deep })).to.deep.equal(['name INVALID_TYPE'])
  })
})
