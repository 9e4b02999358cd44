import { expect } from 'chai'
import { difference } from '../../../core/identity/audit.ts'

interface Told {
  readonly title: string
  readonly isbn13: string | null
  readonly coverImageUrl: string | null
  readonly authorIds: readonly number[]
  readonly pages: number
}

const book: Told = {
  title: 'Kindred',
  isbn13: '9780807083697',
  coverImageUrl: null,
  authorIds: [1, 2],
  pages: 264,
}

describe('what the audit tells of a change', () => {
  it('is the fields that differ, by the names of the API', () => {
    expect(
      difference(book, { ...book, isbn13: null, coverImageUrl: 'https://example.org', authorIds: [2, 1] }),
    ).to.deep.equal({
      before: { isbn_13: '9780807083697', cover_image_url: null, author_ids: [1, 2] },
      after: { isbn_13: null, cover_image_url: 'https://example.org', author_ids: [2, 1] },
    })
  })

  it('is nothing where nothing differs, however it was written down', () => {
    expect(difference(book, { ...book, authorIds: [1, 2] })).to.deep.equal({ before: {}, after: {} })
  })

  it('is all that is said of a new one, and of one that is gone', () => {
    const told = { title: 'Kindred', isbn_13: '9780807083697', author_ids: [1, 2], pages: 264 }
    expect(difference(null, book)).to.deep.equal({ before: null, after: told })
    expect(difference(book, null)).to.deep.equal({ before: told, after: null })
  })

  it('masks what is personal, and says where nothing stood', () => {
    const before = {
      phone: null as string | null,
      email: 'ada@example.org',
      status: 'pending',
      cardNumber: '1',
    }
    const after = {
      phone: '+4930123' as string | null,
      email: 'grace@example.org',
      status: 'active',
      cardNumber: '1',
    }
    const masked = ['phone', 'email', 'cardNumber'] as const
    expect(difference(before, after, { masked })).to.deep.equal({
      before: { phone: null, email: '***', status: 'pending' },
      after: { phone: '***', email: '***', status: 'active' },
    })
    expect(
      difference(null, after, { masked, names: { cardNumber: 'library_card_number' } }).after,
    ).to.have.property('library_card_number', '***')
  })
})
