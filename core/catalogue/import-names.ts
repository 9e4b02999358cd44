/** Names of authors as they stand in one cell. */
import { fold } from '../shared/text.ts'
import { authorNamed } from './author.ts'
import type { AuthorDetails } from './author.ts'

/** What follows a name after a comma and belongs to it. */
const suffix =
  /^(?:jr|sr|i{2,3}|iv|esq|inc|ltd|llc|co|corp|gmbh|ph\.? ?d|m\.?d|d\.?d\.?s|m\.?b\.?a|r\.?n|s\.?j)\.?$/i

/**
 * The names in order, each once. A comma parts them, but for what belongs to the name before it: `King, Jr.` is
 * written `King Jr.`, so that it is one author with and without the comma. Where `;` or `|` parts them, `Last, First`
 * is turned round.
 */
export const namesIn = (cell: string): readonly string[] =>
  distinct(
    (/[;|]/.test(cell) ? cell.split(/[;|]/).map(turnedRound) : withSuffixes(cell.split(',')))
      .map(name => name.trim().replace(/\s+/g, ' '))
      .filter(name => name !== '' && !/^et al\.?$/i.test(name)),
  )

const withSuffixes = (parts: readonly string[]): readonly string[] =>
  parts.reduce<readonly string[]>((names, part) => {
    const before = names.at(-1)
    return before !== undefined && suffix.test(part.trim())
      ? [...names.slice(0, -1), `${before} ${part.trim()}`]
      : [...names, part]
  }, [])

/** `Tolkien, J.R.R.` is J.R.R. Tolkien; `King, Martin Luther, Jr.` is Martin Luther King Jr. */
const turnedRound = (name: string): string => {
  const [last = '', first = '', ...rest] = name.split(',').map(part => part.trim())
  return (suffix.test(first) ? [last, first, ...rest] : [first, last, ...rest]).join(' ')
}

/** Each once, whatever the case and the accents; the first spelling stays. */
export const distinct = (names: readonly string[]): readonly string[] => {
  const folded = names.map(fold)
  return names.filter((_, index) => folded.indexOf(folded[index] ?? '') === index)
}

/** `Vonnegut Jr.` without the `Jr.`. */
export const withoutSuffix = (name: string): string => {
  const at = name.lastIndexOf(' ')
  return at !== -1 && suffix.test(name.slice(at + 1)) ? name.slice(0, at) : name
}

/** As `authorNamed`, but nobody's last name is `Jr.`. */
export const importedAuthor = (name: string): AuthorDetails => {
  const bare = withoutSuffix(name)
  const author = authorNamed(bare)
  return { ...author, lastName: `${author.lastName}${name.slice(bare.length)}` }
}
