import { expect } from 'chai'
import fc from 'fast-check'
import { authorName, authorNamed, splitName } from '../../../core/catalogue/author.ts'

describe('the name of an author (DATA-2)', () => {
  const table = [
    ['Jane Austen', 'Jane', 'Austen'],
    ['Johann Wolfgang von Goethe', 'Johann Wolfgang von', 'Goethe'],
    ['Homer', '', 'Homer'],
    ['  Émile   Zola ', 'Émile', 'Zola'],
    ['Ursula K. Le Guin', 'Ursula K. Le', 'Guin'],
    ['Plato\tof\nAthens', 'Plato of', 'Athens'],
    ['', '', ''],
  ] as const
  for (const [name, firstName, lastName] of table) {
    it(`${JSON.stringify(name)} is ${JSON.stringify(firstName)} and ${JSON.stringify(lastName)}`, () => {
      expect(splitName(name)).to.deep.equal({ firstName, lastName })
      expect(authorNamed(name)).to.include({ firstName, lastName, birthDate: null, biography: null })
    })
  }

  it('is the two joined, the last alone where there is no first', () => {
    expect(authorName({ firstName: 'Jane', lastName: 'Austen' })).to.equal('Jane Austen')
    expect(authorName({ firstName: '', lastName: 'Homer' })).to.equal('Homer')
  })

  it('comes together again as it was split', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), name => {
        expect(authorName(splitName(name))).to.equal(name.trim().replace(/\s+/g, ' '))
      }),
    )
  })
})
