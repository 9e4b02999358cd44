/** Estimates how long a password would take to guess: on a worker thread, which alone holds the dictionaries. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import type { Estimate } from '../../core/identity/password-policy.ts'

export interface StrengthTask {
  readonly password: string
  readonly words: readonly string[]
}

/** What is strong up to here is strong with what follows; to read further takes a second and more. */
const readCharacters = 64

const guesser = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  maxLength: readCharacters,
})

/** Some fifty thousand, from leaks, the most frequent ones first. */
const leaked: ReadonlySet<string> = new Set(
  Object.values(common.dictionary['passwords-common'] as readonly (string | number)[]).map(String),
)

export default ({ password, words }: StrengthTask): Estimate => ({
  score: guesser.check(password, [...words]).score,
  common: leaked.has(password) || leaked.has(password.toLowerCase()),
})
