import { expect } from 'chai'
import { references } from '../../../core/catalogue/book-references.ts'
import { authorNamed } from '../../../core/catalogue/author.ts'
import { parentFits } from '../../../core/catalogue/genre.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { GenreId, PublisherId } from '../../../core/shared/id.ts'
import type { Recorded, Records } from '../../../core/shared/records.ts'
import { notFound } from '../../../core/shared/refusal.ts'
import { aBook, at, authorId } from '../builders.ts'

const genreId = (value: number): GenreId => id(value)
const publisherId = (value: number): PublisherId => id(value)

/** Rows that are only asked for. */
const known = <Key extends number, Details>(
  rows: readonly (readonly [Key, Details])[],
): Records<Key, Details> => {
  const found = (ids: readonly Key[]) =>
    rows
      .filter(([key]) => ids.includes(key))
      .map(([key, details]): Recorded<Key, Details> => ({
        id: key,
        version: 1,
        createdAt: at('2026-01-01T00:00:00Z'),
        updatedAt: at('2026-01-01T00:00:00Z'),
        details,
      }))
  return {
    known: (ids: readonly Key[]) => TE.right(found(ids)),
    get: (key: Key) => {
      const [row] = found([key])
      return row === undefined ? TE.left(notFound('genre', key)) : TE.right(row)
    },
  } as unknown as Records<Key, Details>
}

const genre = (key: number, parent: number | null) =>
  [
    genreId(key),
    { name: `Genre ${key}`, description: null, parentGenreId: parent === null ? null : genreId(parent) },
  ] as const

/** 1 over 2 over 3, and 4 apart. */
const genres = known([genre(1, null), genre(2, 1), genre(3, 2), genre(4, null)])

describe('the tree of genres (DATA-4)', () => {
  it('is at most 20 deep', async () => {
    const chain = known(
      Array.from({ length: 30 }, (_, index) => genre(index + 1, index === 0 ? null : index)),
    )
    expect(E.isRight(await parentFits(chain, null, genreId(19))())).to.equal(true)
    const tooDeep = await parentFits(chain, null, genreId(20))()
    expect(E.isLeft(tooDeep) && tooDeep.left.faults.map(({ code }) => code)).to.deep.equal(['TOO_DEEP'])
  })

  const table = [
    ['a root', 1, null, null],
    ['a new root', null, null, null],
    ['a new one below a leaf', null, 3, null],
    ['a leaf moved to the top', 3, null, null],
    ['a leaf moved to another tree', 3, 4, null],
    ['a tree moved below another', 1, 4, null],
    ['below itself', 2, 2, 'CYCLE'],
    ['below its child', 1, 2, 'CYCLE'],
    ['below its grandchild', 1, 3, 'CYCLE'],
    ['below none there is', 1, 9, 'UNKNOWN_REFERENCE'],
    ['a new one below none there is', null, 9, 'UNKNOWN_REFERENCE'],
  ] as const
  for (const [what, self, parent, fault] of table) {
    it(`${what}: ${fault ?? 'fits'}`, async () => {
      const answer = await parentFits(
        genres,
        self === null ? null : genreId(self),
        parent === null ? null : genreId(parent),
      )()
      if (fault === null) expect(E.isRight(answer)).to.be.true
      else {
        expect(answer).to.nested.include({
          'left.faults[0].field': 'parent_genre_id',
          'left.faults[0].code': fault,
        })
      }
    })
  }
})

describe('what a book refers to', () => {
  const stores = {
    authors: known([
      [authorId(1), authorNamed('Jane Austen')],
      [authorId(2), authorNamed('Homer')],
    ]),
    genres,
    publishers: known([
      [
        publisherId(7),
        {
          name: 'Penguin',
          address: null,
          city: null,
          state: null,
          country: null,
          website: null,
          contactEmail: null,
          foundedYear: 1935,
        },
      ],
    ]),
  }

  it('is given by name, the authors in the order of the title page', async () => {
    const book = aBook({
      authorIds: [authorId(2), authorId(1)],
      publisherId: publisherId(7),
      genreId: genreId(3),
    })
    expect(await references(stores, book)()).to.deep.equal(
      E.right({
        authors: [
          { id: 2, name: 'Homer' },
          { id: 1, name: 'Jane Austen' },
        ],
        publisher: { id: 7, name: 'Penguin' },
        genre: { id: 3, name: 'Genre 3' },
      }),
    )
  })

  it('may be little', async () => {
    expect(await references(stores, aBook())()).to.deep.equal(
      E.right({ authors: [{ id: 1, name: 'Jane Austen' }], publisher: null, genre: null }),
    )
  })

  const unknown = [
    ['author_id', { authorIds: [authorId(1), authorId(9)] }],
    ['publisher_id', { publisherId: publisherId(9) }],
    ['genre_id', { genreId: genreId(9) }],
  ] as const
  for (const [field, changes] of unknown) {
    it(`must exist: ${field}`, async () => {
      expect(await references(stores, aBook(changes))()).to.nested.include({
        'left.faults[0].field': field,
        'left.faults[0].code': 'UNKNOWN_REFERENCE',
      })
    })
  }
})
