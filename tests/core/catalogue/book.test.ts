import { expect } from 'chai'
import { describe as described } from '../../../core/catalogue/book-references.ts'
import { fitting, likenessOf } from '../../../core/catalogue/book.ts'
import type { BookDetails } from '../../../core/catalogue/book.ts'
import { E } from '../../../core/shared/fp.ts'
import { aBook, at, authorId, bookId, day } from '../builders.ts'

describe('a book', () => {
  describe('what must fit together (DATA-1)', () => {
    const table = [
      ['a year and a date in it', { publicationYear: 1815, publicationDate: day('1815-12-23') }, null],
      ['a year alone', { publicationYear: 1815 }, null],
      ['a date alone', { publicationYear: null, publicationDate: day('1815-12-23') }, null],
      ['neither', { publicationYear: null }, null],
      ['before Christ', { publicationYear: -700 }, null],
      ['the last year before Christ', { publicationYear: -1 }, null],
      ['the first year', { publicationYear: 1, publicationDate: day('0001-01-01') }, null],
      ['a year 0', { publicationYear: 0 }, ['publication_year', 'OUT_OF_RANGE']],
      [
        'a date in another year',
        { publicationYear: 1816, publicationDate: day('1815-12-31') },
        ['publication_date', 'DISAGREES'],
      ],
      [
        'a date after Christ in a year before',
        { publicationYear: -1815, publicationDate: day('1815-12-31') },
        ['publication_date', 'DISAGREES'],
      ],
    ] as const
    for (const [what, changes, fault] of table) {
      it(`${what}: ${fault === null ? 'fits' : fault.join(' ')}`, () => {
        const book = aBook(changes)
        const answer = fitting(book)
        if (fault === null) expect(answer).to.deep.equal(E.right(book))
        else {
          const [field, code] = fault
          expect(answer).to.have.nested.property('left.faults').with.length(1)
          expect(answer).to.nested.include({ 'left.faults[0].field': field, 'left.faults[0].code': code })
        }
      })
    }
  })

  describe('has each author and each heading once, in the order given (DATA-13)', () => {
    const table: readonly (readonly [string, Partial<BookDetails>, Partial<BookDetails>])[] = [
      ['authors', { authorIds: [2, 1, 2].map(authorId) }, { authorIds: [2, 1].map(authorId) }],
      ['headings', { subjects: ['Love', 'War', 'Love'] }, { subjects: ['Love', 'War'] }],
      [
        'headings that are the same when folded',
        { subjects: ['Ärger', 'arger', 'ARGER'] },
        { subjects: ['Ärger'] },
      ],
      ['different headings', { subjects: ['B', 'A', 'C'] }, { subjects: ['B', 'A', 'C'] }],
    ]
    for (const [what, given, kept] of table) {
      it(what, () => expect(fitting(aBook(given))).to.deep.equal(E.right(aBook(kept))))
    }
  })

  describe('probably the same as another (CAT-5)', () => {
    const emma = likenessOf(aBook())

    it('by its title folded, its first author and its year', () => {
      expect(emma).to.deep.equal({ titleKey: 'emma', authorId: 1, year: 1815 })
    })

    const alike = [
      ['case and spaces', { title: ' EMMA ' }, true],
      ['accents', { title: 'Émma' }, true],
      ['what else it says', { subtitle: 'A Novel', isbn13: '9780141439518', language: 'de' }, true],
      ['further authors', { authorIds: [authorId(1), authorId(2)] }, true],
      ['another title', { title: 'Emma II' }, false],
      ['another author first', { authorIds: [authorId(2), authorId(1)] }, false],
      ['another year', { publicationYear: 1816 }, false],
      ['no year', { publicationYear: null }, false],
    ] as const
    for (const [what, changes, same] of alike) {
      it(`${what}: ${same ? 'alike' : 'not alike'}`, () => {
        const other = likenessOf(aBook(changes))
        if (same) expect(other).to.deep.equal(emma)
        else expect(other).not.to.deep.equal(emma)
      })
    }

    it('one without an author is like no other', () => {
      expect(likenessOf(aBook({ authorIds: [] }))).to.be.null
    })
  })

  it('is shown with what it refers to, and without copies when it is new', () => {
    const moment = at('2026-03-10T15:00:00Z')
    const book = { id: bookId(1), version: 1, createdAt: moment, updatedAt: moment, details: aBook() }
    const referred = { authors: [{ id: authorId(1), name: 'Jane Austen' }], publisher: null, genre: null }
    expect(described(book, referred)).to.deep.equal({
      book,
      ...referred,
      holdings: { total: 0, available: 0, circulating: 0 },
    })
  })
})
