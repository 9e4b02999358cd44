/** CAT-9: authors, publishers and genres. */
import { expect } from 'chai'
import { expectFaults, expectRefusal, idOf, rowsOf } from './support/client.ts'
import type { Reply } from './support/client.ts'
import { aWorld, closeAll } from './support/world.ts'
import type { World } from './support/world.ts'

let world: World

const post = (path: string, body: object) => world.call('POST', path, { token: world.tokens.librarian, body })
const put = (path: string, body: object) => world.call('PUT', path, { token: world.tokens.librarian, body })
const remove = (path: string) => world.call('DELETE', path, { token: world.tokens.admin })
const namesOf = (reply: Reply) => rowsOf(reply).map(({ name }) => name)

describe('authors', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  it('are added by name, or by first and last name', async () => {
    const reply = await post('/authors', { name: '  Gabriel García   Márquez ' })
    expect(reply.status, reply.text).to.equal(201)
    expect(reply.headers.get('location')).to.equal(`/api/v1/authors/${idOf(reply)}`)
    expect(reply.data).to.include({
      name: 'Gabriel García Márquez',
      first_name: 'Gabriel García',
      last_name: 'Márquez',
      book_count: 0,
      version: 1,
    })
    expect((await post('/authors', { name: 'Plato' })).data).to.include({
      name: 'Plato',
      first_name: '',
      last_name: 'Plato',
    })
    const body = {
      first_name: 'Mary',
      last_name: 'Shelley',
      birth_date: '1797-08-30',
      death_date: '1851-02-01',
      nationality: 'British',
      biography: 'She wrote\nFrankenstein.',
      photo_url: 'https://example.org/mary.jpg',
    }
    expect((await post('/authors', body)).data).to.include({ ...body, name: 'Mary Shelley' })
  })

  it('are not added without a name, nor with two', async () => {
    expectFaults(await post('/authors', {}), 'first_name REQUIRED', 'last_name REQUIRED')
    expectFaults(await post('/authors', { last_name: 'Plato' }), 'first_name REQUIRED')
    expectFaults(await post('/authors', { name: 'A B', last_name: 'B' }), 'name EXCLUSIVE')
    expectFaults(
      await post('/authors', { name: 'A', birth_date: '1900-01-01', death_date: '1899-01-01' }),
      'death_date OUT_OF_RANGE',
    )
  })

  it('are shown and listed with the number of their books', async () => {
    await post('/authors', { name: 'Anna Akhmatova' })
    const reply = await world.call('GET', '/authors?q=guin')
    expect(rowsOf(reply)).to.have.length(1)
    expect(rowsOf(reply)[0]).to.include({ name: 'Ursula K. Le Guin', book_count: 1 })
    expect(namesOf(await world.call('GET', '/authors?sort=-last_name'))).to.deep.equal([
      'Ursula K. Le Guin',
      'Anna Akhmatova',
    ])
    expect((await world.call('GET', `/authors/${world.authorId}?fields=book_count`)).data).to.deep.equal({
      id: world.authorId,
      book_count: 1,
    })
    const { data } = await world.call('GET', `/authors/${world.authorId}`)
    const work = { id: world.bookId, title: 'The Dispossessed', publication_year: 1974 }
    expect(data).to.have.deep.property('books', [work])
    expectRefusal(await world.call('GET', '/authors/99'), 404, 'NOT_FOUND', { resource: 'author', id: 99 })
  })

  it('are changed in the fields given', async () => {
    const path = `/authors/${world.authorId}`
    expect((await put(path, { nationality: 'US' })).data).to.include({
      name: 'Ursula K. Le Guin',
      nationality: 'US',
      book_count: 1,
    })
    expect((await put(path, { name: 'Ursula Kroeber' })).data).to.include({
      first_name: 'Ursula',
      last_name: 'Kroeber',
    })
    expect((await put(path, { last_name: 'Le Guin', nationality: null })).data).to.include({
      name: 'Ursula Le Guin',
      nationality: null,
    })
    expectFaults(await put(path, { last_name: null }), 'last_name REQUIRED')
    expectRefusal(await put('/authors/99', {}), 404, 'NOT_FOUND')
  })

  it('are deleted while no book is theirs', async () => {
    expectRefusal(await remove(`/authors/${world.authorId}`), 409, 'HAS_DEPENDENTS', {
      resource: 'author',
      id: world.authorId,
      dependents: { books: 1 },
    })
    const path = `/authors/${idOf(await post('/authors', { name: 'Nobody' }))}`
    expect(await remove(path)).to.include({ status: 200, data: null })
    expectRefusal(await world.call('GET', path), 404, 'NOT_FOUND')
    expectRefusal(await remove(path), 404, 'NOT_FOUND')
  })
})

describe('publishers', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const aPublisher = {
    name: 'Éditions du Seuil',
    address: '57 rue Gaston-Tessier',
    city: 'Paris',
    state: null,
    country: 'FR',
    website: 'https://www.seuil.com',
    contact_email: 'contact@example.org',
    founded_year: 1935,
  }

  it('are added, shown, listed, changed and deleted', async () => {
    const added = await post('/publishers', aPublisher)
    expect(added.status, added.text).to.equal(201)
    const path = `/publishers/${idOf(added)}`
    expect(added.headers.get('location')).to.equal(`/api/v1${path}`)
    expect((await world.call('GET', path)).data).to.include({ ...aPublisher, book_count: 0, version: 1 })
    expect((await world.call('GET', `${path}?fields=city`)).data).to.deep.equal({
      id: idOf(added),
      city: 'Paris',
    })
    await post('/publishers', { name: 'Zed' })
    expect(namesOf(await world.call('GET', '/publishers?sort=-founded_year'))).to.deep.equal([
      'Éditions du Seuil',
      'Zed',
    ])
    expect(namesOf(await world.call('GET', '/publishers?q=editions'))).to.deep.equal(['Éditions du Seuil'])
    expect((await put(path, { website: null })).data).to.include({ website: null, city: 'Paris', version: 2 })
    expect(await remove(path)).to.include({ status: 200, data: null })
    expectRefusal(await world.call('GET', path), 404, 'NOT_FOUND', { resource: 'publisher', id: idOf(added) })
  })

  it('are refused with what is wrong, and twice', async () => {
    expectFaults(
      await post('/publishers', { website: 'seuil', contact_email: 'x', founded_year: 0 }),
      'name REQUIRED',
      'website INVALID_URL',
      'contact_email INVALID_EMAIL',
      'founded_year OUT_OF_RANGE',
    )
    await post('/publishers', aPublisher)
    expectRefusal(await post('/publishers', { name: 'editions  DU seuil' }), 409, 'DUPLICATE', {
      field: 'name',
    })
  })
})

describe('genres', () => {
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(closeAll)

  const genre = async (name: string, parent_genre_id: number | null = null) =>
    idOf(await post('/genres', { name, parent_genre_id }))

  it('are a tree, the books counted upwards', async () => {
    const fiction = await genre('Fiction')
    const science = await genre('Science fiction', fiction)
    const utopia = await genre('Utopias', science)
    const poetry = await genre('Poetry')
    await put(`/books/${world.bookId}`, { genre_id: utopia })
    await post('/books', { title: 'Rocannon’s World', author_id: world.authorId, genre_id: science })
    const reply = await world.call('GET', '/genres')
    const shape = (rows: unknown): unknown =>
      (rows as { id: number; book_count: number; children: unknown }[]).map(
        ({ id, book_count, children }) => [id, book_count, shape(children)],
      )
    expect(shape(reply.data)).to.deep.equal([
      [fiction, 2, [[science, 2, [[utopia, 1, []]]]]],
      [poetry, 0, []],
    ])
    expect(reply.meta).to.deep.equal({ total: 4 })
    expect((await world.call('GET', `/genres/${fiction}`)).data).to.include({
      book_count: 2,
      parent_genre_id: null,
    })
    expect(rowsOf(await world.call('GET', `/books?genre_id=${fiction}`))).to.have.length(2)
    expectRefusal(await world.call('GET', '/genres?page=1'), 400, 'UNKNOWN_PARAMETER')
  })

  it('are added, shown, changed and deleted', async () => {
    const added = await post('/genres', { name: 'Drama', description: 'For the stage' })
    expect(added.status).to.equal(201)
    const path = `/genres/${idOf(added)}`
    expect(added.headers.get('location')).to.equal(`/api/v1${path}`)
    expect((await put(path, { description: null })).data).to.include({
      name: 'Drama',
      description: null,
      version: 2,
    })
    expect((await world.call('GET', `${path}?fields=name`)).data).to.deep.equal({
      id: idOf(added),
      name: 'Drama',
    })
    expect(await remove(path)).to.include({ status: 200, data: null })
    expectRefusal(await world.call('GET', path), 404, 'NOT_FOUND', { resource: 'genre', id: idOf(added) })
    expectRefusal(await world.call('GET', '/genres/9007199254740993'), 404, 'NOT_FOUND')
  })

  it('make no circle, stand under what is there, and have names of their own', async () => {
    const top = await genre('Top')
    const below = await genre('Below', top)
    expectFaults(await put(`/genres/${top}`, { parent_genre_id: top }), 'parent_genre_id CYCLE')
    expectFaults(await put(`/genres/${top}`, { parent_genre_id: below }), 'parent_genre_id CYCLE')
    expectFaults(
      await post('/genres', { name: 'x', parent_genre_id: 99 }),
      'parent_genre_id UNKNOWN_REFERENCE',
    )
    expectRefusal(await post('/genres', { name: 'TOP' }), 409, 'DUPLICATE', { field: 'name' })
    expectRefusal(await remove(`/genres/${top}`), 409, 'HAS_DEPENDENTS')
  })
})
