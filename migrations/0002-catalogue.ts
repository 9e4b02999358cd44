/** DATA-1 to 4, 12, 13: books, their authors, publishers, genres, subjects and reviews. */
import type { Knex } from 'knex'
import { columns, dropAll, oneOf } from './columns.ts'

export const up = async (knex: Knex): Promise<void> => {
  const c = columns(knex)

  await knex.schema.createTable('authors', t => {
    c.id(t)
    t.text('first_name').notNullable()
    c.code(t, 'first_name_sort').notNullable()
    t.text('last_name').notNullable()
    c.code(t, 'last_name_sort').notNullable()
    // Last name first, for lists; the name as it is spoken, for matching.
    c.code(t, 'name_sort').notNullable()
    c.code(t, 'name_key').notNullable()
    c.day(t, 'birth_date')
    c.day(t, 'death_date')
    t.text('nationality')
    c.code(t, 'nationality_sort')
    t.text('biography')
    t.text('photo_url')
    c.version(t)
    c.stamps(t)
    t.index(['name_sort', 'id'])
    t.index(['name_key'])
    t.index(['last_name_sort', 'id'])
    t.index(['created_at', 'id'])
    t.check('death_date is null or birth_date is null or death_date >= birth_date', [], 'authors_life')
  })

  await knex.schema.createTable('publishers', t => {
    c.id(t)
    t.text('name').notNullable()
    c.code(t, 'name_sort').notNullable().unique()
    t.text('address')
    t.text('city')
    c.code(t, 'city_sort')
    t.text('state')
    t.text('country')
    c.code(t, 'country_sort')
    t.text('website')
    t.text('contact_email')
    t.integer('founded_year')
    c.version(t)
    c.stamps(t)
    t.index(['created_at', 'id'])
  })

  await knex.schema.createTable('genres', t => {
    c.id(t)
    t.text('name').notNullable()
    c.code(t, 'name_sort').notNullable().unique()
    t.text('description')
    c.points(t, 'parent_genre_id', 'genres')
    c.version(t)
    c.stamps(t)
    t.index(['parent_genre_id'])
    t.check('parent_genre_id is null or parent_genre_id <> id', [], 'genres_parent')
  })

  await knex.schema.createTable('books', t => {
    c.id(t)
    t.text('title').notNullable()
    c.code(t, 'title_sort').notNullable()
    t.text('subtitle')
    c.code(t, 'subtitle_sort')
    // The first of book_authors, kept beside them for sorting and for telling likenesses.
    c.points(t, 'author_id', 'authors').notNullable()
    c.code(t, 'isbn_13')
    c.code(t, 'isbn_10')
    t.integer('publication_year')
    c.day(t, 'publication_date')
    t.text('edition')
    c.code(t, 'edition_sort')
    t.integer('min_age')
    c.points(t, 'publisher_id', 'publishers')
    c.points(t, 'genre_id', 'genres')
    c.code(t, 'language')
    t.integer('pages')
    t.text('description')
    c.code(t, 'dewey_decimal')
    c.code(t, 'availability_status').notNullable()
    t.integer('total_copies').notNullable().defaultTo(0)
    t.integer('available_copies').notNullable().defaultTo(0)
    t.integer('circulating_copies').notNullable().defaultTo(0)
    t.integer('digital_copies').notNullable().defaultTo(0)
    t.text('cover_image_url')
    c.version(t)
    c.stamps(t)
    c.instant(t, 'deleted_at')
    // Deleted books count here too: whoever is referred to cannot be removed, and that is looked up.
    t.index(['author_id', 'id'], 'books_by_author_id')
    t.index(['publisher_id', 'id'], 'books_by_publisher_id')
    t.index(['genre_id', 'id'], 'books_by_genre_id')
    t.check(oneOf('availability_status', ['available', 'on_loan', 'unavailable']), [], 'books_availability')
    t.check('total_copies >= 0 and available_copies >= 0 and circulating_copies >= 0', [], 'books_counts')
    t.check('available_copies + circulating_copies <= total_copies', [], 'books_counts_fit')
    t.check('digital_copies >= 0', [], 'books_digital')
    t.check('publication_year is null or publication_year <> 0', [], 'books_year')
    t.check('pages is null or pages > 0', [], 'books_pages')
    t.check('min_age is null or min_age >= 0', [], 'books_min_age')
    t.check('isbn_10 is null or isbn_13 is not null', [], 'books_isbn')
  })
  await knex.raw('create unique index books_isbn_13_unique on books (isbn_13) where deleted_at is null')
  // Each list the API offers walks an index; the id breaks ties.
  for (const column of ['title_sort', 'publication_year', 'language', 'availability_status', 'created_at']) {
    await knex.raw('create index ?? on books (??, id) where deleted_at is null', [
      `books_by_${column}`,
      column,
    ])
  }

  await knex.schema.createTable('book_authors', t => {
    c.points(t, 'book_id', 'books').onDelete('CASCADE').notNullable()
    c.points(t, 'author_id', 'authors').notNullable()
    t.integer('position').notNullable()
    t.primary(['book_id', 'position'])
    t.unique(['author_id', 'book_id'])
    t.check('position >= 1', [], 'book_authors_position')
  })

  await knex.schema.createTable('subjects', t => {
    c.id(t)
    t.text('name').notNullable()
    c.code(t, 'name_sort').notNullable()
    c.code(t, 'scheme').notNullable()
    c.stamps(t)
    t.unique(['scheme', 'name_sort'])
  })

  await knex.schema.createTable('book_subjects', t => {
    c.points(t, 'book_id', 'books').onDelete('CASCADE').notNullable()
    c.points(t, 'subject_id', 'subjects').notNullable()
    t.integer('position').notNullable()
    t.primary(['book_id', 'subject_id'])
    t.index(['subject_id', 'book_id'])
  })

  await knex.schema.createTable('reviews', t => {
    c.id(t)
    c.points(t, 'user_id', 'users').notNullable()
    c.points(t, 'book_id', 'books').notNullable()
    t.integer('rating').notNullable()
    t.text('text')
    c.instant(t, 'hidden_at')
    c.version(t)
    c.stamps(t)
    t.unique(['book_id', 'user_id'])
    t.index(['user_id'])
    t.check('rating between 1 and 5', [], 'reviews_rating')
  })
}

export const down = async (knex: Knex): Promise<void> => {
  await dropAll(knex, [
    'reviews',
    'book_subjects',
    'subjects',
    'book_authors',
    'books',
    'genres',
    'publishers',
    'authors',
  ])
}
