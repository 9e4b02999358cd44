/** Histories by chance; one that goes wrong is cut down to what matters of it, and told so that a person can read it. */
import fc from 'fast-check'
import { historyOf, told } from './operations.ts'
import type { Operation } from './operations.ts'

/** As much as `npm run torture` does. */
export const full = process.env['TORTURE'] === 'full'

/** Operations of one history. */
const length = 1000
/** Histories on memory alone. */
export const histories = full ? 60 : 5
/** Histories on every store, step by step. */
export const compared = full ? 10 : 1

/** The same ones each time in `npm test`, others each time in `npm run torture`; `HISTORY_SEED` plays a failure again. */
const seed = Number(process.env['HISTORY_SEED'] ?? (full ? Date.now() % 2 ** 31 : 20_260_329))

/** The most that one may take to be cut down, in milliseconds. */
const patience = 3 * 60_000
export const timeout = patience + (full ? 30 : 3) * 60_000

/** Something is not as it must be, after an operation of a history. */
export class WentWrong extends Error {
  readonly step: number

  constructor(step: number, reason: string) {
    super(reason)
    this.step = step
  }
}

type Property = (history: readonly Operation[]) => Promise<void>

/** What goes wrong in it, null when nothing does. */
const faultIn = async (property: Property, history: readonly Operation[]): Promise<WentWrong | null> => {
  try {
    await property(history)
    return null
  } catch (error) {
    if (error instanceof WentWrong) return error
    throw error
  }
}

interface Failure {
  readonly history: readonly Operation[]
  readonly fault: WentWrong
}

/** What came behind the fault is beside the point. */
const upToTheFault = (history: readonly Operation[], fault: WentWrong): Failure => ({
  history: history.slice(0, fault.step + 1),
  fault,
})

/** Leaves out stretches, ever shorter ones, as long as something goes wrong without them. */
const cutDown = async (property: Property, whole: Failure): Promise<Failure> => {
  const until = performance.now() + patience
  let shortest = whole
  for (let stretch = whole.history.length >> 1; stretch >= 1; stretch >>= 1) {
    for (let end = shortest.history.length - 1; end > 0; end -= stretch) {
      if (performance.now() > until) return shortest
      const without = shortest.history.filter((_operation, at) => at < end - stretch || at >= end)
      const fault = await faultIn(property, without)
      if (fault !== null) shortest = upToTheFault(without, fault)
    }
  }
  return shortest
}

const story = ({ history, fault }: Failure): string =>
  [
    `A history goes wrong; HISTORY_SEED=${seed} plays it again. What matters of it, in ${history.length} operations:`,
    ...history.map((operation, index) => `${String(index + 1).padStart(4)}. ${told(operation)}`),
    `After the last of them: ${fault.message}`,
  ].join('\n')

/** @param property throws WentWrong where a history must not have gone so */
export const everyHistory = async (runs: number, property: Property): Promise<void> => {
  for (const history of fc.sample(historyOf(length), { seed, numRuns: runs })) {
    const fault = await faultIn(property, history)
    if (fault !== null) throw new Error(story(await cutDown(property, upToTheFault(history, fault))))
  }
}
