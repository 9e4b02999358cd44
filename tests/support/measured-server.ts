/** A server process that tells how late its event loop was. */
import { setTimeout as wait } from 'node:timers/promises'
import { startServerProcess } from './server.ts'
import type { Environment, ServerProcess } from './server.ts'

export interface MeasuredServer extends ServerProcess {
  /** Milliseconds by which its event loop was late at the most since this was asked last. */
  readonly lag: () => Promise<number>
}

const preload = new URL('./event-loop-lag.js', import.meta.url).href

const lagsIn = (output: string): readonly number[] =>
  [...output.matchAll(/^\{"message":"event loop","lag":(\d+)\}$/gm)].map(([, lag]) => Number(lag))

export const startMeasuredServer = async (env: Environment): Promise<MeasuredServer> => {
  const server = await startServerProcess(env, [preload])
  let heard = 0
  return {
    ...server,
    lag: async () => {
      process.kill(server.pid, 'SIGUSR2')
      let lags = lagsIn(server.output())
      while (lags.length === heard) {
        await wait(5)
        lags = lagsIn(server.output())
      }
      heard = lags.length
      return lags.at(-1)!
    },
  }
}
