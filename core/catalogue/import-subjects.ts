/** Readers' tags and genre columns, as the headings a catalogue is searched by. */
import { fold } from '../shared/text.ts'
import { withoutSuffix } from './import-names.ts'

/** Shelves of readers: they tell of the reader, of his copy or of his list, not of the book. */
const shelves: readonly RegExp[] = [
  /^(to|want-to|must|next-to|maybe|currently|already|have|did-not|not-yet|still)-(be-)?(read|reading|buy|get|own|finish)/,
  /^(reads?|reading|unread|rereads?|re-reads?|tbr|dnf|finished|unfinished|abandoned|on-hold|gave-up(-on)?)(-|$)/,
  /^((books?|finished|year)-)?(in-)?(19|20)\d\d(-(reads?|reading|books?|list|releases?))*$/,
  /(^|-)(favou?rites?|faves?|favs?|wish-?list|challenge)(-|$)/,
  /(^|-)(i-own|owned)(-|$)|^my-(e?-?books?|library|shel(f|ves)|collection|reviews?)$/,
  /^(\d|one|two|three|four|five)(-and-a-half)?-stars?(-|$)/,
  /^(kindle|nook|calibre|audible|netgalley|wattpad|overdrive|first-reads)(-|$)/,
  /^(e-?books?|audio(-?books?)?|hardcovers?|hardbacks?|paperbacks?|epub|pdf|library(-books?)?)$/,
  /^(default|general|misc|books?|series|stand-?alones?|arcs?|book-?(clubs?|group)|giveaways?)$/,
  /^(guilty-pleasures?|our-shared-shelf)$|^1001-books/,
]

/** Spellings of one heading that are met often, as slugs. */
const spellings = new Map(
  Object.entries({
    BDSM: ['bdsm'],
    Biography: ['biographies', 'bio'],
    Children: ['childrens', "children's", "children's-books", 'childrens-books', 'kids', 'kids-books'],
    'Chick lit': ['chicklit', 'chic-lit'],
    Classics: ['classic'],
    Comics: ['comic', 'bd'],
    Cooking: ['cookbook', 'cookbooks'],
    'DC Comics': ['dc'],
    'Dystopian fiction': ['dystopia', 'dystopian'],
    Essays: ['essay'],
    'Fairy tales': ['fairy-tale', 'fairytales'],
    'Graphic novels': ['graphic-novel'],
    Humor: ['humour', 'funny'],
    'Latter-day Saints': ['lds'],
    LGBT: ['lgbt', 'lgbtq', 'lgbtqia', 'glbt'],
    Memoir: ['memoirs'],
    Mystery: ['mysteries'],
    'Non-fiction': ['nonfiction', 'non-fiction', 'non-fic'],
    'Picture books': ['picture-book'],
    Plays: ['play'],
    'Post-apocalyptic': ['post-apocalyptic'],
    'Science fiction': ['sci-fi', 'scifi', 'sf'],
    'Self-help': ['self-help'],
    'Short stories': ['short-story'],
    Vampires: ['vampire'],
    'World War I': ['wwi', 'ww1'],
    'World War II': ['wwii', 'ww2'],
    'Young adult': ['ya', 'teen', 'teens'],
    Zombies: ['zombie'],
  }).flatMap(([heading, slugs]) => slugs.map(slug => [slug, heading] as const)),
)

/** What the record says elsewhere: a tag that repeats it is no subject. */
export interface SaidElsewhere {
  readonly authors: readonly string[]
  /** Names of series, punctuation does not matter. */
  readonly series: readonly string[]
}

/** Tags and headings of one cell: parted by `|` or `;`, by commas where there is neither. */
export const tagsIn = (cell: string): readonly string[] => partsOf(cell, /[|;]/.test(cell) ? /[|;]/ : /,/)

/**
 * Genres of one cell, in order. What tells homonyms apart in an encyclopedia goes (`Mystery (fiction)`), and words that
 * are no names are written small (`Urban Fantasy`), so that one genre does not come in twice.
 */
export const genresIn = (cell: string): readonly string[] =>
  partsOf(cell, /[|;,]/).map(genre => {
    const bare = genre.replaceAll('’', "'").replace(/(?<=\S)\s*(?:\([^()]*\)|\sgenre)$/i, '')
    return spellings.get(slugOf(bare)) ?? upperFirst(bare.replace(commonWords, word => word.toLowerCase()))
  })

const commonWords =
  /(?<=[\s-])(?:adult|apologetics|books?|fantasy|fiction|history|horror|literature|novels?|realism|romance|story|thriller)\b/gi

const partsOf = (cell: string, separator: RegExp): readonly string[] =>
  cell
    .split(separator)
    .map(part => part.trim())
    .filter(part => part !== '')

/**
 * The heading of a tag: `young-adult` is `Young adult`, `children-s-books` is `Children`; what is written as a
 * heading stays as it is.
 * @returns null for a tag that is no subject
 */
export const headingOf = (tag: string, { authors, series }: SaidElsewhere): string | null => {
  const slug = slugOf(tag)
  const spelled = spellings.get(slug)
  if (spelled !== undefined) return spelled
  if (letters(slug).length < 3 || shelves.some(shelf => shelf.test(slug))) return null
  if (authors.some(name => namesAuthor(slug, name)) || series.some(name => namesSeries(slug, name)))
    return null
  return upperFirst(unslugged(tag, slug).normalize('NFKC'))
}

/** As readers' sites make it of what they type: `Children’s Books` and `children-s-books` are `children's-books`. */
const slugOf = (tag: string): string =>
  fold(tag)
    .replaceAll('’', "'")
    .replace(/[\s_]+/g, '-')
    .replace(/(?<=\p{L}{2})-s(?=-|$)/gu, "'s")

/** Accents in a reader's slug put it first on his list (`cómics`) as often as they spell; in a heading they spell. */
const unslugged = (tag: string, slug: string): string => {
  if (/[\s\p{Lu}]/u.test(tag)) return tag
  return (/^[\p{Script=Latin}\p{N}'-]+$/u.test(slug) ? slug : tag).replaceAll('-', ' ')
}

/** Letters and digits only: `J.D. Robb`, `j-d-robb` and `JD Robb` are one. */
const letters = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]/gu, '')

/** The whole name or the last name alone. */
const namesAuthor = (slug: string, name: string): boolean => {
  const bare = withoutSuffix(name)
  return [name, bare, bare.slice(bare.lastIndexOf(' ') + 1)].some(part => letters(part) === letters(slug))
}

const namesSeries = (slug: string, name: string): boolean => bareSeries(slug) === bareSeries(name)

const bareSeries = (name: string): string => letters(name).replace(/^the|(?:series|trilogy|saga)$/g, '')

const upperFirst = (text: string): string => {
  const [first = '', ...rest] = text
  return first.toUpperCase() + rest.join('')
}
