/** How often each caller was denied something within the hour: of many times the audit tells a few. */
import type { CountDenial } from '../../core/identity/use-cases/record-denial.ts'
import type { Instant } from '../../core/shared/local-time.ts'

const hour = 3_600_000
/** Each of the first ones is told; then each time that they have doubled: 40, 80, 160 … */
const toldEach = 20

const isTold = (times: number): boolean => times <= toldEach || isDoubled(times / toldEach)

const isDoubled = (factor: number): boolean => Number.isInteger(Math.log2(factor))

interface Counted {
  readonly since: Instant
  readonly times: number
}

/** Of this process. */
export const denialCount = (): CountDenial => {
  const callers = new Map<string, Counted>()
  return (caller, at) => {
    const found = callers.get(caller)
    if (found === undefined || at - found.since >= hour) {
      for (const [other, { since }] of callers) if (at - since >= hour) callers.delete(other)
      callers.set(caller, { since: at, times: 1 })
      return 1
    }
    const times = found.times + 1
    callers.set(caller, { ...found, times })
    return isTold(times) ? times : null
  }
}
