/** Language codes as catalogues and traders write them, as BCP 47. */

/** They say that there is no one language: no tag of a book. */
const noneInParticular = new Set(['', 'mul', 'und', 'mis', 'zxx'])

const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })

/**
 * ISO 639-1, 639-2 (`ger` and `deu` alike), 639-3 and BCP 47 itself: `eng` is `en`, `en_us` is `en-US`.
 * @returns the tag, null where no one language is meant, undefined for what is no known language
 */
export const languageTag = (text: string): string | null | undefined => {
  const code = text.trim().replaceAll('_', '-')
  if (noneInParticular.has(code.toLowerCase())) return null
  // Longer words would pass as tags of languages nobody has registered yet.
  if (!/^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?$/i.test(code)) return undefined
  const [tag] = Intl.getCanonicalLocales(code)
  return tag !== undefined && names.of(tag) !== undefined ? tag : undefined
}
