/** The titles of the sample: the well-known works first, then invented ones up to any number. */
import { parseIsbn } from '../../core/catalogue/isbn.ts'
import { firstNames, lastNames } from './people.ts'
import { genres } from './genres.ts'
import { chance } from './random.ts'
import { works } from './works.ts'
import type { Work } from './works.ts'

const adjectives =
  'Quiet Broken Distant Hidden Last Silver Burning Forgotten Northern Hollow Bright Winter Paper Salt Crooked Endless Patient Blue Second Wild'.split(
    ' ',
  )
const nouns =
  'River Orchard Lantern Harbour Garden Mirror Mountain Letter Clock Bridge Season Island Voyage Kitchen Atlas Window Engine Forest Shadow Winter'.split(
    ' ',
  )
const places =
  'Alder Bay Calder Dunmore Elm Farrow Glen Heron Iron Juniper Kestrel Linden Marsh Nettle Otter Pine Quarry Rowan Sable Thorn'.split(
    ' ',
  )

/** How many titles there are when no number is asked for. */
export const ownTitles = works.length

const leafGenres = genres.filter(({ name }) => genres.every(({ parent }) => parent !== name))

/** The title at a place of the list, from 0; the same for the same place, whatever the number of all. */
export const titleAt = (index: number): Work => works[index] ?? inventedTitle(index)

const inventedTitle = (index: number): Work => {
  const { pick, integer, happens } = chance(index)
  const head = `The ${pick(adjectives)} ${pick(nouns)}`
  const isbn13 = inventedIsbn(index - works.length)
  return {
    title: happens(0.5) ? `${head} of ${pick(places)} ${pick(nouns)}` : `${head} and the ${pick(nouns)}`,
    authors: Array.from({ length: happens(0.1) ? 2 : 1 }, () => `${pick(firstNames)} ${pick(lastNames)}`),
    year: integer(1950, 2025),
    language: 'en',
    genre: pick(leafGenres).name,
    subjects: [pick(places), pick(nouns)],
    pages: integer(80, 900),
    ...(isbn13 === null ? {} : { isbn13 }),
  }
}

/** In 979-99, which no agency has been given: no real book has such a number. null beyond ten million. */
const inventedIsbn = (count: number): string | null => {
  if (count >= 10_000_000) return null
  const twelve = `97999${String(count).padStart(7, '0')}`
  const digits = Array.from({ length: 10 }, (_, digit) => `${twelve}${String(digit)}`)
  return digits.find(candidate => parseIsbn(candidate) !== null) ?? null
}
