/** One crash in the middle of operations of all kinds, and the look at what it has left. */
import { expect } from 'chai'
import type { MeasuredServer } from '../../support/measured-server.ts'
import type { Answer } from './ask.ts'
import { askedAgain } from './asked-again.ts'
import type { Burning } from './burning.ts'
import { expectConsistent } from './consistent.ts'
import { expectDoneOnce, expectToldOnce } from './done-once.ts'
import { operationsAtOnce } from './length.ts'
import { sendAll } from './sending.ts'
import { expectNoStandstill } from './standstill.ts'
import { plan } from './traffic.ts'

export interface Crash {
  /** Of those to whom it was answered before the crash, or told that the database was away. */
  readonly answers: readonly Answer[]
  readonly retries: number
  /** The server that is up afterwards. */
  readonly server: MeasuredServer
}

/** @param name of the crash, once in the life of the database */
export const crashOnce = async (
  { token, looking }: Burning,
  name: string,
  server: MeasuredServer,
  /** Breaks what it breaks; */
  strike: () => void,
  /** and this is the server that is asked when all is up again. */
  recovered: () => Promise<MeasuredServer>,
): Promise<Crash> => {
  const operations = await looking(tables => plan(tables, name))
  const moment = 30 + Math.floor(Math.random() * operationsAtOnce * 0.6)
  const outcomes = await sendAll(server, token, operations, before => {
    if (before === moment) strike()
  })
  const answers = outcomes.flatMap(({ answer }) => answer ?? [])
  expect(answers.some(({ status }) => status === 503) || answers.length < outcomes.length, 'struck').to.equal(
    true,
  )
  expect(
    answers.filter(({ status }) => status === 500).map(({ text }) => text),
    'bugs',
  ).to.deep.equal([])
  const next = await recovered()
  return looking(async tables => {
    const { ends, retries } = await askedAgain(next, token, tables, outcomes)
    await expectDoneOnce(tables, ends)
    await expectToldOnce(tables)
    await expectConsistent(next)
    await expectNoStandstill(tables)
    for (const one of [server, next]) expect(one.output()).not.to.contain('"message":"bug"')
    return { answers, retries, server: next }
  })
}
