/** Rounds: everything in turn, again and again, so that whatever the machine does meets all alike. */
import type { Contender, Measured } from './measured.ts'

/** All rounds of one contender. */
export interface Series {
  readonly name: string
  readonly requestsPerOperation: number
  readonly rounds: readonly Measured[]
}

const warmSeconds = 2
const warmRequests = 2000
/** Where 2000 requests take too long, it is warm after so many times of two seconds anyway. */
const mostWarmUps = 10

/** Code is compiled while it runs: what comes before counts for nothing. */
const warmUp = async ({ run }: Contender): Promise<void> => {
  let done = 0
  for (let times = 0; times < mostWarmUps && done < warmRequests; times += 1) {
    done += (await run(warmSeconds)).done
  }
}

/** @param say is told what is being run */
export const inRounds = async (
  contenders: readonly Contender[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  say: (words: string) => void,
): Promise<readonly Series[]> => {
  for (const contender of contenders) {
    say(`warming up: ${contender.name}`)
    await warmUp(contender)
  }
  const series = contenders.map(({ name, requestsPerOperation }) => ({
    name,
    requestsPerOperation,
    rounds: [] as Measured[],
  }))
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      say(`round ${String(round)} of ${String(rounds)}: ${contender.name}`)
      series[index]?.rounds.push(await contender.run(seconds))
    }
  }
  return series
}
