// Genres of the seed library, parents before their children

/** A genre; one without a parent is a top genre. Works belong to leaves only. */
export interface GenreFact {
  readonly name: string
  readonly description: string
  /** Name of a genre earlier in the list */
  readonly parent?: string
}

export const genres: readonly GenreFact[] = [
  { name: 'Fiction', description: 'Novels, stories and comics: what is invented.' },
  {
    name: 'Literary fiction',
    description: 'Novels of the literary canon and of contemporary literature.',
    parent: 'Fiction',
  },
  {
    name: 'Historical fiction',
    description: 'Novels set in a past their authors had to research or had survived.',
    parent: 'Fiction',
  },
  { name: 'Adventure', description: 'Journeys, seafaring, survival and danger.', parent: 'Fiction' },
  { name: 'Romance', description: 'Love stories and novels of courtship and marriage.', parent: 'Fiction' },
  { name: 'Humour', description: 'Satire, parody and comic novels.', parent: 'Fiction' },
  { name: 'Short stories', description: 'Collections of stories and novellas.', parent: 'Fiction' },
  { name: 'Graphic novels', description: 'Comics and stories told in pictures.', parent: 'Fiction' },
  { name: 'Crime', description: 'Detectives, murderers, spies and thrillers.', parent: 'Fiction' },
  { name: 'Speculative fiction', description: 'Worlds that differ from our own.', parent: 'Fiction' },
  {
    name: 'Science fiction',
    description: 'Future, technology, space and dystopias.',
    parent: 'Speculative fiction',
  },
  { name: 'Fantasy', description: 'Magic, myths and invented worlds.', parent: 'Speculative fiction' },
  { name: 'Horror', description: 'Ghosts, monsters and fear.', parent: 'Speculative fiction' },
  { name: 'Poetry', description: 'Verse from epics to modern lyric.' },
  { name: 'Drama', description: 'Plays for the stage and for radio.' },
  { name: 'Children', description: 'Books for readers up to their teens.' },
  {
    name: 'Picture books',
    description: 'Stories for the youngest, told mostly in pictures.',
    parent: 'Children',
  },
  { name: "Children's novels", description: 'Longer stories to read aloud or alone.', parent: 'Children' },
  { name: 'Fairy tales', description: 'Fairy tales and folk tales.', parent: 'Children' },
  { name: 'Young adult', description: 'Novels for teenagers.', parent: 'Children' },
  { name: 'Non-fiction', description: 'Factual books for general readers and students.' },
  { name: 'History', description: 'Epochs, events and the lives of societies.', parent: 'Non-fiction' },
  { name: 'Biography', description: 'Lives, memoirs, diaries and letters.', parent: 'Non-fiction' },
  { name: 'Philosophy', description: 'Thought, ethics and religion.', parent: 'Non-fiction' },
  {
    name: 'Science',
    description: 'Mathematics, natural sciences, medicine and psychology.',
    parent: 'Non-fiction',
  },
  {
    name: 'Computing',
    description: 'Programming, algorithms and software engineering.',
    parent: 'Non-fiction',
  },
  { name: 'Society', description: 'Politics, economics, sociology and culture.', parent: 'Non-fiction' },
  {
    name: 'Nature and travel',
    description: 'Journeys, landscapes, animals and environment.',
    parent: 'Non-fiction',
  },
  { name: 'Arts', description: 'Art, architecture, design and cooking.', parent: 'Non-fiction' },
  { name: 'Reference', description: 'Dictionaries, encyclopedias, atlases and manuals.' },
]
