import { expect } from 'chai'
import fc from 'fast-check'
import { readRow } from '../../../core/catalogue/import-row.ts'
import type { ImportedBook, RowRefusal } from '../../../core/catalogue/import-row.ts'
import { E } from '../../../core/shared/fp.ts'
import { fold } from '../../../core/shared/text.ts'

type Row = Readonly<Record<string, string>>

const complete: Row = {
  isbn13: '9780439554930',
  title: "Harry Potter and the Sorcerer's Stone (Harry Potter, #1)",
  authors: 'J.K. Rowling, Mary GrandPré',
  original_publication_year: '1997',
  language_code: 'eng',
  genres: 'Fantasy novel',
  tags: 'to-read|favorites|fantasy|currently-reading|young-adult',
}

const book = (row: Row): ImportedBook => {
  const read = readRow({ ...complete, ...row }, 2)
  if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
  return read.right
}

const refusal = (row: Row): RowRefusal => {
  const read = readRow({ ...complete, ...row }, 7)
  if (E.isRight(read)) throw new Error(JSON.stringify(read.right))
  return read.left
}

const warnings = (row: Row): readonly string[] => book(row).warnings.map(({ code }) => code)

describe('a row of an import', () => {
  it('is read whole', () => {
    expect(book({ publisher: 'Scholastic', pages: '309' })).to.deep.equal({
      line: 2,
      title: "Harry Potter and the Sorcerer's Stone",
      subtitle: 'Harry Potter, #1',
      authors: ['J.K. Rowling', 'Mary GrandPré'],
      isbn: { isbn13: '9780439554930', isbn10: '0439554934' },
      publicationYear: 1997,
      language: 'en',
      genre: 'Fantasy novel',
      subjects: ['Fantasy', 'Young adult'],
      publisher: 'Scholastic',
      pages: 309,
      copies: 1,
      warnings: [],
    })
  })

  describe('columns', () => {
    for (const [name, row] of Object.entries<Row>({
      'the names of a catalogue': {
        author: 'Sun Tzu',
        isbn_13: '9780439554930',
        publication_year: '-500',
        language: 'zh',
        genre: 'War',
        subjects: 'Strategy',
      },
      'capitals, blanks and dashes': {
        Author: 'Sun Tzu',
        'ISBN-13': '9780439554930',
        'Publication Year': '-500',
        LANGUAGE: 'zh',
        ' Genre ': 'War',
        Subjects: 'Strategy',
      },
      'short names': {
        author: 'Sun Tzu',
        isbn: '0439554934',
        year: '-500',
        language: 'zho',
        genre: 'War',
        tags: 'Strategy',
      },
    })) {
      it(`are known by ${name}`, () => {
        const read = readRow({ title: 'The Art of War', ...row }, 2)
        expect(E.isRight(read) && read.right).to.deep.include({
          authors: ['Sun Tzu'],
          isbn: { isbn13: '9780439554930', isbn10: '0439554934' },
          publicationYear: -500,
          language: 'zh',
          genre: 'War',
          subjects: ['Strategy'],
        })
      })
    }

    it('that are empty give way to the next of their names', () => {
      expect(book({ original_publication_year: ' ', year: '1998' }).publicationYear).to.equal(1998)
    })

    it('of names the catalogue does not know are passed over', () => {
      expect(book({ average_rating: '4.44', description: 'x'.repeat(30_000) }).warnings).to.be.empty
    })
  })

  describe('title', () => {
    for (const [cell, title, subtitle] of [
      ['Catching Fire (The Hunger Games, #2)', 'Catching Fire', 'The Hunger Games, #2'],
      ['Angels & Demons  (Robert Langdon, #1)', 'Angels & Demons', 'Robert Langdon, #1'],
      ['Moonlight Mile (Kenzie & Gennaro,#6)', 'Moonlight Mile', 'Kenzie & Gennaro,#6'],
      ['Judy Moody (Judy Moody, # 1)', 'Judy Moody', 'Judy Moody, # 1'],
      ['Ranma ½, Vol. 1 (Ranma ½ (US 2nd), #1)', 'Ranma ½, Vol. 1', 'Ranma ½ (US 2nd), #1'],
      [
        'Raising Steam (Discworld, #40, Moist von Lipwig #3 )',
        'Raising Steam',
        'Discworld, #40, Moist von Lipwig #3',
      ],
      ['The Last Summer (of You and Me)', 'The Last Summer (of You and Me)', null],
      ['The Firm (Penguin Readers, Level 5)', 'The Firm (Penguin Readers, Level 5)', null],
      ['#GIRLBOSS', '#GIRLBOSS', null],
      ['(Sic, #1)', '(Sic, #1)', null],
      ['Saga #1', 'Saga #1', null],
      ['Oops) (#1)', 'Oops)', '#1'],
      ['Oops (#1))', 'Oops (#1))', null],
      [
        'If You Ask Me, "Betty" (And of Course, You Won\'t)',
        'If You Ask Me, "Betty" (And of Course, You Won\'t)',
        null,
      ],
      ['  The \n Princess\tBride ', 'The Princess Bride', null],
      ['<b>Emma</b> <script>x</script>', 'Emma x', null],
      ['1 < 2 > 0', '1 < 2 > 0', null],
      ['Cafe\u0301', 'Café', null],
      ['الفيل الأزرق', 'الفيل الأزرق', null],
    ] as const) {
      it(`${JSON.stringify(cell)} is ${title}`, () => {
        expect(book({ title: cell })).to.deep.include({ title, subtitle })
      })
    }

    it('loses a bracket that says the series of the column', () => {
      const row = { title: 'The Force Awakens (Star Wars)', series: 'Star Wars' }
      expect(book(row)).to.deep.include({ title: 'The Force Awakens', subtitle: 'Star Wars' })
    })

    it('keeps a subtitle of its own beside the series', () => {
      expect(book({ subtitle: 'A Novel' }).subtitle).to.equal('A Novel (Harry Potter, #1)')
    })

    it('that is missing is that of the original, with a warning', () => {
      const row = { title: '', original_title: 'Krieg und Frieden' }
      expect(book(row).title).to.equal('Krieg und Frieden')
      expect(warnings(row)).to.deep.equal(['TITLE_FROM_ORIGINAL'])
    })
  })

  describe('authors', () => {
    for (const [cell, authors] of [
      ['Homer, Robert Fagles, E.V. Rieu', ['Homer', 'Robert Fagles', 'E.V. Rieu']],
      ['Martin Luther King, Jr., Clayborne Carson', ['Martin Luther King Jr.', 'Clayborne Carson']],
      ['Kurt Vonnegut Jr.', ['Kurt Vonnegut Jr.']],
      ['BookRags, Inc., Anonymous', ['BookRags Inc.', 'Anonymous']],
      ['Heidi Murkoff, Sharon Mazel, HEIDI MURKOFF', ['Heidi Murkoff', 'Sharon Mazel']],
      ['Hergé, Herge', ['Hergé']],
      ['William Shakespeare, Robert           Jackson', ['William Shakespeare', 'Robert Jackson']],
      [', Plato,, ', ['Plato']],
      ['Erich Gamma, et al.', ['Erich Gamma']],
      ['Tolkien, J.R.R.; Tolkien, Christopher', ['J.R.R. Tolkien', 'Christopher Tolkien']],
      ['King, Jr.; Voltaire', ['King Jr.', 'Voltaire']],
      ['King, Martin Luther, Jr.|Voltaire', ['Martin Luther King Jr.', 'Voltaire']],
      ['محمد اسماعیل\u200cزاده, 신경숙', ['محمد اسماعیل\u200cزاده', '신경숙']],
    ] as const) {
      it(JSON.stringify(cell), () => {
        expect(book({ authors: cell }).authors).to.deep.equal(authors)
      })
    }
  })

  describe('ISBN', () => {
    const right = { isbn13: '9780439554930', isbn10: '0439554934' }
    for (const [name, row, isbn, warned] of [
      ['of ten alone', { isbn13: '', isbn10: '0439554934' }, right, []],
      ['with hyphens', { isbn13: '978-0-439-55493-0' }, right, []],
      ['as a spreadsheet keeps it', { isbn13: '', isbn10: '="0439554934"' }, right, []],
      ['of both kinds', { isbn10: '0439554934' }, right, []],
      ['of 979', { isbn13: '9791032305690' }, { isbn13: '9791032305690', isbn10: null }, []],
      ['missing', { isbn13: '' }, null, []],
      ['with a wrong check digit', { isbn13: '9780439554931' }, null, ['INVALID_ISBN']],
      ['that lost digits', { isbn13: '9.78044E+12' }, null, ['INVALID_ISBN']],
      ['wrong, beside a right one', { isbn13: '97804', isbn10: '0439554934' }, right, ['INVALID_ISBN']],
      ['that disagrees', { isbn10: '0439023483' }, right, ['ISBN_DISAGREES']],
    ] as const) {
      it(name, () => {
        expect(book(row).isbn).to.deep.equal(isbn)
        expect(warnings(row)).to.deep.equal(warned)
      })
    }
  })

  describe('year', () => {
    for (const [cell, year] of [
      ['-750', -750],
      ['2008.0', 2008],
      ['8', 8],
      ['350 BC', -350],
      ['350 B.C.', -350],
      ['', null],
    ] as const) {
      it(`${JSON.stringify(cell)} is ${String(year)}`, () => {
        expect(book({ original_publication_year: cell }).publicationYear).to.equal(year)
        expect(warnings({ original_publication_year: cell })).to.be.empty
      })
    }
    for (const cell of ['0', '-0', '0 BC', 'MCMXC', '1990-91', '19971', '1997.5']) {
      it(`${cell} is none, with a warning`, () => {
        expect(book({ original_publication_year: cell }).publicationYear).to.be.null
        expect(warnings({ original_publication_year: cell })).to.deep.equal(['INVALID_YEAR'])
      })
    }
  })

  describe('language', () => {
    for (const [cell, language] of [
      ['eng', 'en'],
      ['en-US', 'en-US'],
      ['en_gb', 'en-GB'],
      ['fre', 'fr'],
      ['fra', 'fr'],
      ['ger', 'de'],
      ['deu', 'de'],
      ['ara', 'ar'],
      ['per', 'fa'],
      ['rum', 'ro'],
      ['fil', 'fil'],
      ['grc', 'grc'],
      ['nl', 'nl'],
      ['zh-hant-tw', 'zh-Hant-TW'],
      ['mul', null],
      ['und', null],
      ['', null],
    ] as const) {
      it(`${JSON.stringify(cell)} is ${String(language)}`, () => {
        expect(book({ language_code: cell }).language).to.equal(language)
        expect(warnings({ language_code: cell })).to.be.empty
      })
    }
    for (const cell of ['English', 'xyz', 'e', 'en--', 'en-x-private']) {
      it(`${cell} is none, with a warning`, () => {
        expect(book({ language_code: cell }).language).to.be.null
        expect(warnings({ language_code: cell })).to.deep.equal(['UNKNOWN_LANGUAGE'])
      })
    }
  })

  describe('genres and subjects', () => {
    const headings = (tags: string, row: Row = {}): readonly string[] =>
      book({ genres: '', tags, ...row }).subjects

    it('the first genre is the genre, the others are subjects', () => {
      expect(book({ genres: 'Adventure novel,Science fiction', tags: 'dystopian' })).to.deep.include({
        genre: 'Adventure novel',
        subjects: ['Science fiction', 'Dystopian fiction'],
      })
    })

    it('a genre is written one way', () => {
      expect(
        book({
          genres: 'Mystery (fiction),Urban Fantasy,Children’s book,Nonfiction,Thriller genre',
          tags: '',
        }),
      ).to.deep.include({
        genre: 'Mystery',
        subjects: ['Urban fantasy', "Children's book", 'Non-fiction', 'Thriller'],
      })
    })

    it('a subject does not repeat the genre', () => {
      expect(book({ genres: 'Science fiction', tags: 'sci-fi|scifi|sf|space-opera' }).subjects).to.deep.equal(
        ['Space opera'],
      )
    })

    for (const tag of [
      'to-read',
      'currently-reading',
      'favorites',
      'favourites',
      'childhood-favorites',
      'Ｆａｖｏｒｉｔｅｓ',
      'owned',
      'owned-books',
      'books-i-own',
      'i-own',
      'my-books',
      'my-ebooks',
      'default',
      'library',
      'kindle',
      'kindle-unlimited',
      'ebook',
      'e-books',
      'audiobook',
      'audio-books',
      'hardcover',
      'wish-list',
      'wishlist',
      're-read',
      'dnf',
      'abandoned',
      'gave-up-on',
      'read-in-2014',
      '2015-reads',
      'books-2013',
      '5-stars',
      'five-star',
      'book-club',
      'rory-gilmore-reading-challenge',
      '1001-books',
      'series',
      'To Read',
      'm-m',
      '***',
    ]) {
      it(`${tag} is no subject`, () => {
        expect(headings(tag)).to.deep.equal([])
      })
    }

    for (const [tag, heading] of [
      ['young-adult', 'Young adult'],
      ['ya', 'Young adult'],
      ['nonfiction', 'Non-fiction'],
      ['children-s-books', 'Children'],
      ['cómics', 'Comics'],
      ['Ｍａｎｇａ', 'Manga'],
      ['wwii', 'World War II'],
      ['women-s-history', "Women's history"],
      ['library-science', 'Library science'],
      ['reading-lists', null],
      ['روايات-عربية', 'روايات عربية'],
      ['World War, 1939-1945 -- Fiction', 'World War, 1939-1945 -- Fiction'],
    ] as const) {
      it(`${tag} is the heading ${String(heading)}`, () => {
        expect(headings(`${tag}|`)).to.deep.equal(heading === null ? [] : [heading])
      })
    }

    it('who wrote it and the series are told elsewhere', () => {
      const row = {
        title: 'Going Postal (Discworld, #33; Moist von Lipwig, #1)',
        authors: 'Terry Pratchett, Kurt Vonnegut Jr., J.D. Robb',
      }
      expect(
        headings('terry-pratchett|pratchett|vonnegut|j-d-robb|discworld|discworld-series|satire', row),
      ).to.deep.equal(['Satire'])
    })

    it('eight at most, and a warning names the others', () => {
      const tags = 'art|law|music|war|dogs|cats|horses|travel|physics|chess'
      expect(headings(tags)).to.have.length(8)
      expect(book({ genres: '', tags }).warnings).to.deep.equal([
        { code: 'SUBJECTS_CUT', message: 'Left out: Physics, Chess' },
      ])
    })

    it('are parted by commas where nothing else parts them', () => {
      expect(headings('Whales, Sea stories')).to.deep.equal(['Whales', 'Sea stories'])
      expect(headings('Whales; Ships, wooden')).to.deep.equal(['Whales', 'Ships, wooden'])
    })
  })

  describe('copies and pages', () => {
    for (const [row, copies] of [
      [{ copies: '0' }, 0],
      [{ copies: '12' }, 12],
      [{ ratings_count: '4780653' }, 3],
      [{ ratings_count: '50000' }, 2],
      [{ ratings_count: '49999' }, 1],
      [{ ratings_count: 'many' }, 1],
      [{}, 1],
    ] as const) {
      it(`${JSON.stringify(row)} gives ${copies}`, () => {
        expect(book(row).copies).to.equal(copies)
        expect(warnings(row)).to.be.empty
      })
    }
    for (const copies of ['-1', '101', 'two', '1.5']) {
      it(`${copies} copies are none to count with`, () => {
        expect(book({ copies, ratings_count: '60000' }).copies).to.equal(2)
        expect(warnings({ copies })).to.deep.equal(['INVALID_COPIES'])
      })
    }
    for (const pages of ['0', '-3', 'xii', '1000000']) {
      it(`${pages} pages are left out`, () => {
        expect(book({ pages }).pages).to.be.null
        expect(warnings({ pages })).to.deep.equal(['INVALID_PAGES'])
      })
    }
  })

  describe('is refused', () => {
    for (const [name, row, code, reason] of [
      ['without a title', { title: ' ' }, 'MISSING_TITLE', 'The row has no title'],
      ['without an author', { authors: ' , ' }, 'MISSING_AUTHOR', 'The row names no author'],
      [
        'with a title too long',
        { title: 'x'.repeat(501) },
        'TEXT_TOO_LONG',
        'The title is longer than 500 characters',
      ],
      [
        'with an author too long',
        { authors: `A, ${'x'.repeat(201)}` },
        'TEXT_TOO_LONG',
        'The author is longer than 200 characters',
      ],
      [
        'with a subject too long',
        { tags: 'x'.repeat(101) },
        'TEXT_TOO_LONG',
        'The subject is longer than 100 characters',
      ],
      [
        'with a cell beyond measure',
        { tags: '<'.repeat(20_001) },
        'TEXT_TOO_LONG',
        'The cell tags is longer than 20000 characters',
      ],
      [
        'with a NUL',
        { publisher: 'a\u0000b' },
        'BAD_CHARACTERS',
        'There are control characters in the cell publisher',
      ],
      [
        'with half a character',
        { title: 'a\ud800' },
        'BAD_CHARACTERS',
        'There are control characters in the cell title',
      ],
    ] as const) {
      it(name, () => {
        expect(refusal(row)).to.deep.equal({ line: 7, code, reason })
      })
    }
  })

  describe('whatever stands in it', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^[a-z,;|()#<> 0-9."'-]{0,40}$/),
    )
    const row = fc.record(
      Object.fromEntries(
        [
          'title',
          'original_title',
          'subtitle',
          'authors',
          'isbn13',
          'isbn10',
          'year',
          'language',
          'genres',
          'tags',
          'series',
          'publisher',
          'pages',
          'copies',
          'ratings_count',
        ].map(name => [name, cell]),
      ),
    )

    it('is a refusal with a reason or a book the schema takes', () => {
      fc.assert(
        fc.property(row, cells => {
          const read = readRow(cells, 3)
          if (E.isLeft(read)) return read.left.line === 3 && read.left.reason !== ''
          const { title, authors, publicationYear, pages, copies, subjects, isbn } = read.right
          return (
            title.trim() === title &&
            title !== '' &&
            authors.length > 0 &&
            publicationYear !== 0 &&
            (pages ?? 1) > 0 &&
            copies >= 0 &&
            subjects.length <= 8 &&
            (isbn === null || isbn.isbn13.length === 13) &&
            ![title, ...authors, ...subjects].some(text => /[\p{Cc}\p{Cs}]/u.test(text))
          )
        }),
        { numRuns: 500 },
      )
    })

    it('names each author once', () => {
      const name = fc.constantFrom(
        'Homer',
        'HOMER',
        'Hergé',
        'Herge',
        'Kurt Vonnegut',
        'Jr.',
        'Sun  Tzu',
        'Sun Tzu',
      )
      fc.assert(
        fc.property(fc.array(name, { minLength: 1 }), names => {
          const { authors } = book({ authors: names.join(', ') })
          expect(new Set(authors.map(fold)).size).to.equal(authors.length)
        }),
      )
    })
  })
})
