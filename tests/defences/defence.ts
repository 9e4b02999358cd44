/** The smallest change that takes something out of a file, and still loads. */
export interface Change {
  readonly file: string
  /** Stands in the file once. */
  readonly text: string
  readonly instead: string
}

/** What stands in the way of somebody, as docs/security.md has it; how it is taken out; and the test that fails then. */
export interface Defence extends Change {
  /** The requirements of ASVS 5.0.0 in whose rows the test stands. */
  readonly of: readonly string[]
  /** What is taken out, in words. */
  readonly what: string
  /** A second one behind it, that does the same: neither is missed while the other is there. */
  readonly also?: Change
  /** A file of tests, and the words of one of them: as the row names both. */
  readonly test: string
  readonly words: string
}

/** All that is taken out. */
export const changesOf = ({ file, text, instead, also }: Defence): readonly Change[] => [
  { file, text, instead },
  ...(also === undefined ? [] : [also]),
]

/** How often the text of a defence stands in its file: once, or nobody knows what is taken out. */
export const timesIn = (content: string, { text }: Pick<Change, 'text'>): number =>
  content.split(text).length - 1

/** Documents have the apostrophe of print, where a test may have the one of the keyboard. */
export const plain = (words: string): string => words.replaceAll('’', "'")
