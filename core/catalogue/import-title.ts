/** Titles as readers' sites write them: the series stands in a bracket behind. */
import { fold } from '../shared/text.ts'

/**
 * Parts `Catching Fire (The Hunger Games, #2)`. A bracket at the end is a series when it has a number with a hash in
 * it or says what the column of series says; any other belongs to the title: `The Last Summer (of You and Me)`.
 */
export const titleOf = (
  text: string,
  seriesColumn: string,
): { readonly title: string; readonly series: string | null } => {
  const at = openingOf(text)
  const inside = text.slice(at + 1, -1).trim()
  const isSeries =
    at > 0 && (/#\s*\d/.test(inside) || (seriesColumn !== '' && fold(inside) === fold(seriesColumn)))
  return isSeries ? { title: text.slice(0, at).trim(), series: inside } : { title: text, series: null }
}

/** Where the bracket opens that closes the text, -1 when none does. Brackets may lie in it: `(Ranma ½ (US 2nd), #1)`. */
const openingOf = (text: string): number => {
  if (!text.endsWith(')')) return -1
  let open = 0
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') open++
    if (text[at] === '(' && --open === 0) return at
  }
  return -1
}

/** The schema has no field for a series; the subtitle is shown and searched with the title. */
export const subtitleOf = (subtitle: string, series: string): string | null => {
  if (subtitle === '') return series === '' ? null : series
  return series === '' ? subtitle : `${subtitle} (${series})`
}

export const seriesNames = (seriesColumn: string, suffix: string | null): readonly string[] => [
  seriesColumn,
  ...(suffix ?? '').split(/#[^;,]*|:/),
]
