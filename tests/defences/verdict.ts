/** What a run of one test says of a defence: that it was missed, or that it could go unnoticed. */

/** As mocha's JSON reporter tells it, as far as it is read here. */
export interface Report {
  readonly stats: { readonly passes: number; readonly failures: number }
  readonly passes: readonly { readonly fullTitle: string }[]
  readonly failures: readonly {
    readonly fullTitle: string
    readonly err: { readonly message?: string; readonly stack?: string }
  }[]
}

export type Verdict =
  /** By the test that failed, and what it says. */
  | { readonly kind: 'missed'; readonly by: string; readonly why: string }
  /** The test passes without it. */
  | { readonly kind: 'unnoticed' }
  /** Nothing is shown: the change does not load, or no test has these words. */
  | { readonly kind: 'broken'; readonly why: string }

/** What could not be built or loaded, or does not run, proves nothing; nor does what was waited for in vain, or a database that is away. */
const unrun =
  /cannot be built|ECONNREFUSED|SyntaxError|ReferenceError|MODULE_NOT_FOUND|Transform failed|does not provide an export|is not a function|^(?:Error: )?Timeout of \d+ms/

/** What fails before or after a test may fail for anything. */
const hook = /"(?:before|after) (?:all|each)" hook/

/** The end of the first line says what differs; before it may stand a whole answer. */
const shortly = (message: string): string => message.split('\n')[0]?.slice(-160) ?? ''

/** @param report null: mocha ended before it had one */
export const verdictOn = (report: Report | null, said: string): Verdict => {
  if (report === null) return { kind: 'broken', why: said.trim().split('\n').slice(-12).join('\n') }
  const [failure] = report.failures
  if (failure === undefined)
    return report.stats.passes === 0
      ? { kind: 'broken', why: 'no test has these words' }
      : { kind: 'unnoticed' }
  const { message = '', stack = '' } = failure.err
  return hook.test(failure.fullTitle) || unrun.test(`${stack}\n${message}`)
    ? { kind: 'broken', why: `${failure.fullTitle}: ${message}` }
    : { kind: 'missed', by: failure.fullTitle, why: shortly(message) }
}
