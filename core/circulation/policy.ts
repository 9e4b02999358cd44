/** How policies are asked: all of them, and all refusals reported with their numbers (circulation R2.1). */
import type { Verdict } from '../shared/refusal.ts'
import type { Override } from './loan.ts'

/** What a policy found: whether it holds, what it allows and what it met. */
export interface Finding {
  readonly holds: boolean
  readonly limit: number | string | null
  readonly actual: number | string | null
}

/** A named value that looks at facts and answers. The list of them is handed in when the product is wired. */
export interface Policy<Facts> {
  readonly rule: string
  readonly kind: Verdict['kind']
  /** What it demands, in the words of the desk. */
  readonly message: string
  readonly ask: (facts: Facts) => Finding
}

/** Fails above the limit; null is unlimited. */
export const atMost = (limit: number | null, actual: number): Finding => ({
  holds: limit === null || actual <= limit,
  limit,
  actual,
})

/** Fails at the limit: one more must still fit. null is unlimited. */
export const roomFor = (limit: number | null, actual: number): Finding => ({
  holds: limit === null || actual < limit,
  limit,
  actual,
})

export const holds = (
  condition: boolean,
  limit: Finding['limit'] = null,
  actual: Finding['actual'] = null,
): Finding => ({ holds: condition, limit, actual })

/** Every policy's verdict, passed ones included, in the order of the list. */
export const evaluate =
  <Facts>(policies: readonly Policy<Facts>[]) =>
  (facts: Facts): readonly Verdict[] =>
    policies.map(({ rule, kind, message, ask }) => {
      const { holds: passed, limit, actual } = ask(facts)
      return { rule, verdict: passed ? 'pass' : 'fail', kind, message, limit, actual }
    })

export const failed = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.filter(({ verdict }) => verdict === 'fail')

/** The failures that stand in the way: blockers, and overridable ones that the override does not name. */
export const refusing = (verdicts: readonly Verdict[], override: Override | null): readonly Verdict[] =>
  failed(verdicts).filter(
    ({ kind, rule }) =>
      kind === 'blocker' || (kind === 'overridable' && override?.rules.includes(rule) !== true),
  )

/** The part of an override that was needed: what is recorded is what was set aside, not what was offered. */
export const used = (verdicts: readonly Verdict[], override: Override | null): Override | null => {
  const rules = failed(verdicts)
    .filter(({ kind, rule }) => kind === 'overridable' && override?.rules.includes(rule) === true)
    .map(({ rule }) => rule)
  return override === null || rules.length === 0 ? null : { rules, reason: override.reason }
}
