/** The floors' processes: started, given orders, and asked for their processor time from outside. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FloorAct, FloorLibrary, Order, Reply } from './floors/orders.ts'
import type { Timed } from './measured.ts'
import { endWithUs } from './undo.ts'

export interface FloorProcess {
  readonly pid: number
  readonly run: (act: FloorAct, seconds: number) => Promise<Timed>
}

const launched = (name: string, args: readonly string[] = []): ChildProcess => {
  const child = fork(fileURLToPath(new URL(`./floors/${name}.ts`, import.meta.url)), [...args], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  endWithUs(child)
  return child
}

/** The next message. @throws when the process ends instead */
const answerOf = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const ended = (): void => {
      reject(new Error('A floor ended unasked'))
    }
    child.once('exit', ended)
    child.once('message', message => {
      child.off('exit', ended)
      resolve(message as Message)
    })
  })

/** @throws what the floor failed of */
const told = async (child: ChildProcess, message: FloorLibrary | Order): Promise<Reply> => {
  const answer = answerOf<Reply>(child)
  child.send(message)
  const reply = await answer
  if ('failed' in reply) throw new Error(`The floor failed: ${reply.failed}`)
  return reply
}

/** The plain statements, on the library. */
export const startStatements = async (
  driver: 'sqlite' | 'postgres',
  library: FloorLibrary,
): Promise<FloorProcess> => {
  const child = launched(driver)
  await told(child, library)
  return {
    pid: child.pid ?? 0,
    run: async (act, seconds) => {
      const reply = await told(child, { act, seconds })
      if (!('timed' in reply)) throw new Error('The floor did not say what it did')
      return reply.timed
    },
  }
}

/** An empty route. */
export const startEmptyRoute = async (
  kind: 'koa' | 'http',
): Promise<{ readonly pid: number; readonly url: string }> => {
  const child = launched('http', [kind])
  const { url } = await answerOf<{ url: string }>(child)
  return { pid: child.pid ?? 0, url }
}
