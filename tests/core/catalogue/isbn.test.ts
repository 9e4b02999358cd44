import { expect } from 'chai'
import fc from 'fast-check'
import { parseIsbn } from '../../../core/catalogue/isbn.ts'

describe('ISBNs (CAT-13)', () => {
  describe('known pairs', () => {
    const pairs = [
      ['9780306406157', '0306406152'],
      ['9780141439518', '0141439513'],
      ['9783161484100', '316148410X'],
      ['9780804429573', '080442957X'],
      ['9780000000002', '0000000000'],
      ['9789999999991', '9999999999'],
      ['9781402894626', '1402894627'],
    ] as const
    for (const [isbn13, isbn10] of pairs) {
      it(`${isbn13} is ${isbn10}`, () => {
        expect(parseIsbn(isbn13)).to.deep.equal({ isbn13, isbn10 })
        expect(parseIsbn(isbn10)).to.deep.equal({ isbn13, isbn10 })
      })
    }

    for (const isbn13 of ['9791090636071', '9798886451740']) {
      it(`${isbn13} has no short form`, () => {
        expect(parseIsbn(isbn13)).to.deep.equal({ isbn13, isbn10: null })
      })
    }
  })

  describe('as it is written', () => {
    const forms = [
      ['978-0-306-40615-7', '9780306406157'],
      ['978 0 306 40615 7', '9780306406157'],
      [' 0-306-40615-2 ', '9780306406157'],
      ['0\u2010306\u201140615\u20132', '9780306406157'],
      ['3-16-148410-x', '9783161484100'],
      ['3-16-148410-X', '9783161484100'],
      ['9\u00A0780306406157', '9780306406157'],
    ] as const
    for (const [typed, isbn13] of forms) {
      it(`${JSON.stringify(typed)} is ${isbn13}`, () => expect(parseIsbn(typed)?.isbn13).to.equal(isbn13))
    }
  })

  describe('none', () => {
    const wrong = [
      ['wrong check digit', '9780306406158'],
      ['wrong check digit, short', '0306406153'],
      ['X where it is not the check', '316148410X'.replace('0X', 'X0')],
      ['X that is wrong', '030640615X'],
      ['X in a long one', '978030640615X'],
      ['another prefix', '9770306406158'],
      ['the next prefix', '9800306406151'],
      ['too short', '030640615'],
      ['neither length', '97803064061'],
      ['too long', '97803064061570'],
      ['two at once', '03064061520306406152'],
      ['empty', ''],
      ['hyphens alone', '---'],
      ['letters', 'ISBN 0306406152'],
      ['digits of another script', '٠٣٠٦٤٠٦١٥٢'],
      ['full-width digits', '０３０６４０６１５２'],
      ['a name of every object', '__proto__'],
      ['NUL', '0306406152\u0000'],
    ] as const
    for (const [what, text] of wrong) {
      it(`${what}: ${JSON.stringify(text)}`, () => expect(parseIsbn(text)).to.be.null)
    }
  })

  describe('the check digits', () => {
    /** Nine digits, all that an ISBN of prefix 978 says beside its checks. */
    const nine = fc.stringMatching(/^\d{9}$/)
    /** The one right ISBN of ten or thirteen that begins so. */
    const completed = (start: string) =>
      Array.from('0123456789X')
        .map(check => parseIsbn(start + check))
        .filter(isbn => isbn !== null)

    it('exactly one is right, and each form is derived from the other', () => {
      fc.assert(
        fc.property(nine, digits => {
          const [fromShort, ...moreShort] = completed(digits)
          const [fromLong, ...moreLong] = completed(`978${digits}`)
          expect([moreShort, moreLong]).to.deep.equal([[], []])
          expect(fromShort).to.deep.equal(fromLong)
          expect(parseIsbn(fromShort!.isbn13)).to.deep.equal(fromShort)
          expect(parseIsbn(fromShort!.isbn10!)).to.deep.equal(fromShort)
        }),
      )
    })

    it('a 979-… has one right check digit and no short form', () => {
      fc.assert(
        fc.property(nine, digits => {
          const [isbn, ...more] = completed(`979${digits}`)
          expect(more).to.be.empty
          expect(isbn!.isbn10).to.be.null
          expect(parseIsbn(isbn!.isbn13)).to.deep.equal(isbn)
        }),
      )
    })

    it('each single wrong digit is found out, in either form', () => {
      const slip = fc.tuple(nine, fc.nat({ max: 12 }), fc.integer({ min: 1, max: 9 }))
      fc.assert(
        fc.property(slip, ([digits, at, by]) => {
          const { isbn13, isbn10 } = completed(digits)[0]!
          for (const right of [isbn13, isbn10!]) {
            if (at >= right.length || right[at] === 'X') continue
            const wrong = String((Number(right[at]) + by) % 10)
            expect(parseIsbn(right.slice(0, at) + wrong + right.slice(at + 1))).to.be.null
          }
        }),
      )
    })

    it('in the short form two neighbours swapped are found out', () => {
      fc.assert(
        fc.property(nine, fc.nat({ max: 7 }), (digits, at) => {
          const { isbn10 } = completed(digits)[0]!
          const [a, b] = [isbn10![at]!, isbn10![at + 1]!]
          fc.pre(a !== b)
          expect(parseIsbn(isbn10!.slice(0, at) + b + a + isbn10!.slice(at + 2))).to.be.null
        }),
      )
    })
  })
})
