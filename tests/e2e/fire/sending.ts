/** Operations sent by 40 connections at once, some of which are cut off. */
import { setTimeout as wait } from 'node:timers/promises'
import type { MeasuredServer } from '../../support/measured-server.ts'
import { ask, refusalOf } from './ask.ts'
import type { Answer } from './ask.ts'
import type { Operation } from './traffic.ts'

const connections = 40

export interface Outcome {
  readonly operation: Operation
  /** null: it was cut off, and nobody knows what became of it. */
  readonly answer: Answer | null
}

/** All of them, so many at a time. */
export const inTurns = async <Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const rest = [...items]
  const line = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: connections }, line))
}

const send = (server: MeasuredServer, token: string, operation: Operation): Promise<Answer> => {
  const { method, path, body, key } = operation
  return ask(server, method, path, body, { token, ...(key === null ? {} : { key }) })
}

/** @param answered hears of each answer how many there were before it */
export const sendAll = async (
  server: MeasuredServer,
  token: string,
  operations: readonly Operation[],
  answered: (before: number) => void = () => undefined,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = []
  let answers = 0
  await inTurns(operations, async operation => {
    const answer = await send(server, token, operation).catch(() => null)
    outcomes.push({ operation, answer })
    if (answer === null) return
    answered(answers)
    answers += 1
    // As it is told to by Retry-After, if shorter.
    if (answer.status === 503) await wait(50)
  })
  return outcomes
}

/** What it is told in the end: while the database is away, or wakes up, it asks again. */
export const insist = async (
  server: MeasuredServer,
  token: string,
  operation: Operation,
): Promise<Answer> => {
  for (let left = 300; ; left -= 1) {
    const answer = await send(server, token, operation)
    if (answer.status !== 503 || left === 0) return answer
    await wait(50)
  }
}

/** Somebody was at it when the crash came, and his lease runs. */
export const isUnderWay = (answer: Answer): boolean =>
  answer.status === 409 && refusalOf(answer) === 'IDEMPOTENCY_CONFLICT'
