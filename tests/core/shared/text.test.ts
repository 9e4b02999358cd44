import { expect } from 'chai'
import fc from 'fast-check'
import { fold, isCode, normaliseCode, searchWords } from '../../../core/shared/text.ts'

describe('folded text (SRCH-1)', () => {
  const alike = [
    ['case', 'EMMA', 'emma'],
    ['accents', 'Émile Zola: Thérèse', 'emile zola: therese'],
    ['accents written apart', 'E\u0301mile', 'émile'],
    ['white space', '  War \t\n and\u00A0Peace ', 'war and peace'],
    ['Czech', 'Čapek', 'capek'],
    ['Vietnamese, two marks on one letter', 'Nguyễn', 'nguyen'],
    ['Greek accents', 'Όμηρος', 'ομηρος'],
    ['a Greek word and its capitals', 'Οδυσσεύς', 'ΟΔΥΣΣΕΥΣ'],
    ['Cyrillic', 'Чайка и ёлка', 'чаика и елка'],
    ['the Turkish capital İ', 'İstanbul', 'istanbul'],
    ['German ß and its capitals', 'Die Straße', 'DIE STRASSE'],
    ['German ß and its capital', 'STRAẞE', 'straße'],
    ['ligatures', 'Eﬃ', 'effi'],
    ['full-width letters', 'ＥＭＭＡ', 'emma'],
    ['Arabic presentation forms', '\uFEDB\uFE98\uFE8E\uFE8F', 'كتاب'],
  ] as const
  for (const [what, one, other] of alike) {
    it(`${what}: ${one} is ${other}`, () => expect(fold(one)).to.equal(fold(other)))
  }

  const different = [
    ['Devanagari vowel signs', 'कि', 'कु'],
    ['a Devanagari vowel sign and none', 'की', 'क'],
    ['Arabic short vowels', 'كُتُب', 'كَتَب'],
    ['Arabic hamza', 'أ', 'ا'],
    ['Hebrew points', 'שָׁלוֹם', 'שלום'],
    ['Japanese voiced sounds', 'が', 'か'],
    ['letters', 'Emma', 'Emms'],
    ['punctuation', 'A-B', 'AB'],
  ] as const
  for (const [what, one, other] of different) {
    it(`${what} stay: ${one} is not ${other}`, () => expect(fold(one)).not.to.equal(fold(other)))
  }

  it('is what it is shown as: lower case, no accents, single spaces', () => {
    expect(fold(' Thérèse   RAQUIN ')).to.equal('therese raquin')
    expect(fold('')).to.equal('')
    expect(fold(' \n ')).to.equal('')
  })

  it('folds what is folded to itself, and capitals to the same', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, shown => {
        expect(fold(fold(shown))).to.equal(fold(shown))
        expect(fold(shown.normalize('NFD'))).to.equal(fold(shown))
        expect(fold(shown.normalize('NFC'))).to.equal(fold(shown))
      }),
    )
  })

  it('fits an index entry of every database, however long it is shown', () => {
    for (const letter of ['a', 'ß', 'क', '\u{1F600}', 'ﷺ', 'a ']) {
      const key = fold(letter.repeat(3000))
      expect(Buffer.byteLength(key), letter).to.be.within(499, 2000)
      expect(fold(key)).to.equal(key)
    }
    expect(fold('a'.repeat(500))).to.have.length(500)
  })

  describe('search words', () => {
    it('are folded and split at white space', () => {
      expect(searchWords('  Thérèse  RAQUIN ')).to.deep.equal(['therese', 'raquin'])
      expect(searchWords(' \t ')).to.deep.equal([])
    })

    it('a beginning of a word occurs in it, also where the script ends words differently', () => {
      for (const word of ['οδυσσ', 'Οδυσσ', 'ΟΔΥΣΣ', 'ΟΔΥΣ']) {
        expect(fold('Οδύσσεια')).to.include(searchWords(word)[0])
      }
    })
  })
})

describe('codes', () => {
  const normal = [
    [' b-1 ', 'B-1'],
    ['b 0 0\t1', 'B001'],
    ['a.b/c-9', 'A.B/C-9'],
    ['\u00A01\u20032', '12'],
  ] as const
  for (const [typed, code] of normal) {
    it(`${JSON.stringify(typed)} is ${code}`, () => {
      expect(normaliseCode(typed)).to.equal(code)
      expect(isCode(code)).to.be.true
    })
  }

  for (const code of ['A', '9'.repeat(40), 'A-Z.0/9', '---']) {
    it(`${code} is a code`, () => expect(isCode(code)).to.be.true)
  }
  for (const code of ['', '9'.repeat(41), 'a', 'A B', 'A_B', 'Ä', 'A\n', 'A*', '１', 'A\u0000', '٣']) {
    it(`${JSON.stringify(code.slice(0, 9))} (${code.length}) is none`, () => expect(isCode(code)).to.be.false)
  }

  it('a normal form is its own normal form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), typed => {
        const code = normaliseCode(typed)
        if (isCode(code)) expect(normaliseCode(code)).to.equal(code)
      }),
    )
  })
})
