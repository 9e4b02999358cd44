/** Which of the two forms of an error a client asked for (RFC 9110, 12.5.1). */

interface Range {
  readonly type: string
  readonly quality: number
}

const problem = 'application/problem+json'

/**
 * Only a client that names problem+json gets it, unless it likes plain JSON better; the wildcards of a browser ask for
 * nothing in particular.
 */
export const wantsProblem = (accept: string): boolean => {
  const ranges = rangesOf(accept)
  const named = ranges.find(({ type }) => type === problem)
  return named !== undefined && named.quality > 0 && named.quality >= qualityOfJson(ranges)
}

const qualityOfJson = (ranges: readonly Range[]): number =>
  ['application/json', 'application/*', '*/*']
    .map(type => ranges.find(range => range.type === type)?.quality)
    .find(quality => quality !== undefined) ?? 0

const rangesOf = (accept: string): readonly Range[] =>
  accept.split(',').map(range => {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
    const quality = parameters.find(parameter => parameter.startsWith('q='))?.slice(2)
    return { type, quality: quality === undefined ? 1 : qualityOf(quality) }
  })

/** What is no quality value asks for nothing. */
const qualityOf = (text: string): number =>
  /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0
