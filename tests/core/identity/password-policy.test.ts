import { expect } from 'chai'
import { fitPassword } from '../../../core/identity/password-policy.ts'
import type { Estimate } from '../../../core/identity/password-policy.ts'
import { E, TE } from '../../../core/shared/fp.ts'

const owner = {
  username: 'm.cavendish',
  email: 'duchess.newcastle@mail.example',
  firstName: 'Margaret',
  lastName: 'Lucas O’Brien',
  cardNumber: '20000000000014',
  phone: '+493012345678',
}

/** Codes of what is wrong with it, where the guesser says this. */
const codesOf = async (
  password: string,
  {
    estimate = {},
    of = {},
  }: { readonly estimate?: Partial<Estimate>; readonly of?: Partial<typeof owner> } = {},
): Promise<readonly string[]> => {
  const asked: (readonly string[])[] = []
  const fits = fitPassword({
    estimate: (_password, words) => {
      asked.push(words)
      return TE.right({ score: 4, common: false, ...estimate })
    },
  })
  const result = await fits('new_password', password, { ...owner, ...of })()
  if (E.isRight(result)) return []
  if (result.left.type !== 'InvalidInput') throw new Error(result.left.detail)
  for (const { field, message } of result.left.faults) {
    expect(field).to.equal('new_password')
    if (password !== '') expect(message).not.to.include(password)
  }
  return result.left.faults.map(({ code }) => code)
}

describe('a password (AUT-7)', () => {
  const lengths: readonly (readonly [what: string, password: string, codes: readonly string[]])[] = [
    ['of 7 characters', 'x'.repeat(7), ['PASSWORD_TOO_SHORT']],
    ['of 8', 'x'.repeat(8), []],
    ['of 7 characters that take two code units each', '😀'.repeat(7), ['PASSWORD_TOO_SHORT']],
    ['of 8 of those', '😀'.repeat(8), []],
    ['of 128', 'x'.repeat(128), []],
    ['of 128 that take two code units each', '😀'.repeat(128), []],
    ['of 129', 'x'.repeat(129), ['PASSWORD_TOO_LONG']],
    ['of nothing', '', ['PASSWORD_TOO_SHORT']],
    ['of spaces, which are characters', ' '.repeat(8), []],
  ]
  for (const [what, password, codes] of lengths) {
    it(`${what}: ${codes.join() || 'taken'}`, async () => {
      expect(await codesOf(password)).to.deep.equal(codes)
    })
  }

  for (const kind of [
    'abcdefgh',
    'ABCDEFGH',
    '12345678',
    '!!!!????',
    'пароль пароль',
    '密码密码密码密码',
    'a\tb\nc d e f',
  ])
    it(`is refused for no kind of characters: ${JSON.stringify(kind)}`, async () => {
      expect(await codesOf(kind)).to.deep.equal([])
    })

  const estimates: readonly (readonly [Estimate, readonly string[]])[] = [
    [{ score: 0, common: false }, ['PASSWORD_WEAK']],
    [{ score: 2, common: false }, ['PASSWORD_WEAK']],
    [{ score: 3, common: false }, []],
    [{ score: 4, common: false }, []],
    [{ score: 0, common: true }, ['PASSWORD_COMMON']],
    [{ score: 4, common: true }, ['PASSWORD_COMMON']],
  ]
  for (const [estimate, codes] of estimates) {
    it(`with a score of ${String(estimate.score)}${estimate.common ? ', on the list' : ''}: ${codes.join() || 'taken'}`, async () => {
      expect(await codesOf('some password', { estimate })).to.deep.equal(codes)
    })
  }

  for (const [password, isOfTheTrade] of [
    ['library library', true],
    ['Bookworm-Librarian', true],
    ['public library 2026', true],
    ['the Library book', true],
    ['4711 books 0815', true],
    ['bookshelf branch', true],
    ['Readers: bookshelves!', true],
    ['desk-71934028563910274', false],
    ['book 8391 4019 2772', false],
    ['library of small lamps', false],
    ['reader on the stairs', false],
    ['4711 0815 !?', false],
  ] as const)
    it(`is weak when it is made of words of the trade alone: ${password} ${isOfTheTrade ? 'is' : 'is not'}`, async () => {
      expect(await codesOf(password)).to.deep.equal(isOfTheTrade ? ['PASSWORD_WEAK'] : [])
    })

  const personal: readonly (readonly [string, boolean])[] = [
    ['xx cavendish 77', true],
    ['xxCAVENDISHxx', true],
    ['Duchess on a pony', true],
    ['of Newcastle again', true],
    ['mArGaRéT!!!', true],
    ['one lucas more', true],
    ['brien brien', true],
    ['20000000000014', true],
    ['call 493012345678', true],
    ['my mail is not told', false],
    ['caven dish', false],
    ['duches newcastl', false],
    ['quiet lamp by stairs', false],
  ]
  for (const [password, isPersonal] of personal) {
    it(`${password}: ${isPersonal ? 'holds what is known of its owner' : 'says nothing of its owner'}`, async () => {
      expect(await codesOf(password)).to.deep.equal(isPersonal ? ['PASSWORD_PERSONAL'] : [])
    })
  }

  it('may hold what is shorter than four letters, for it does so by chance', async () => {
    const of = { username: 'ann', email: 'ng@example.org', firstName: 'Ann', lastName: 'Ng Li', phone: '' }
    expect(await codesOf('annual ngorongoro lilies', { of })).to.deep.equal([])
  })

  it('tells all that is wrong with it', async () => {
    expect(await codesOf('margaret1', { estimate: { score: 1 } })).to.deep.equal([
      'PASSWORD_PERSONAL',
      'PASSWORD_WEAK',
    ])
  })

  it('is guessed by somebody who knows its owner and what a library is', async () => {
    const asked: string[] = []
    await fitPassword({
      estimate: (_password, words) => {
        asked.push(...words)
        return TE.right({ score: 4, common: false })
      },
    })('password', 'quiet lamp by stairs', owner)()
    const ofTheTrade = [
      ...['library', 'libraries', 'librarian', 'public library'],
      ...['book', 'books', 'bookshelf', 'bookshelves', 'bookworm', 'reader', 'reading'],
      ...['catalogue', 'catalog', 'checkout', 'borrow', 'shelf', 'desk', 'branch'],
      ...['manager', 'admin', 'administrator'],
    ]
    expect(asked).to.include.members([...ofTheTrade, 'm.cavendish', 'duchess.newcastle', 'Margaret'])
  })
})
