/** How often each member was denied something within the hour: of many times the audit tells a few. */
import type { CountDenial } from '../../core/identity/use-cases/record-denial.ts'
import type { MemberId } from '../../core/shared/id.ts'
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
  const members = new Map<MemberId, Counted>()
  return (memberId, at) => {
    const found = members.get(memberId)
    if (found === undefined || at - found.since >= hour) {
      for (const [other, { since }] of members) if (at - since >= hour) members.delete(other)
      members.set(memberId, { since: at, times: 1 })
      return 1
    }
    const times = found.times + 1
    members.set(memberId, { ...found, times })
    return isTold(times) ? times : null
  }
}
