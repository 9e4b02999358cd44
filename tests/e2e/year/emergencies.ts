/** Days on which nobody can come: declared, carried out by the job, and taken back where it came to nothing (R6.9). */
import { expect } from 'chai'
import type { Day } from '../../../core/shared/local-time.ts'
import type { Visit } from './desk.ts'
import type { Emergency } from './length.ts'
import type { Told } from './talk.ts'

const moved = ({ data }: Told): number =>
  ['loans', 'reservations'].reduce((sum, kind) => sum + (data[kind] as { readonly moved: number }).moved, 0)

/** The job goes down the list at once. @returns how it stands then */
const runTo = async ({ talk }: Visit, path: string, state: string): Promise<Told> => {
  const ran = await talk.say('POST', '/admin/jobs/emergency-closures/run', {})
  expect(ran.data, talk.lines().at(-1)).to.include({ failed: 0 })
  const stands = await talk.say('GET', path)
  expect(stands.data['state'], talk.lines().at(-1)).to.equal(state)
  return stands
}

const declare = async (visit: Visit, today: Day, { from, to }: Emergency): Promise<void> => {
  const { talk, town, known, summary } = visit
  const path = `/branches/${town.main.id}/emergency-closure`
  const told = await talk.say('POST', path, { from, to, reason: 'Nobody can come' })
  expect(told.status, talk.lines().at(-1)).to.equal(201)
  const declared = `${path}/${String(told.data['id'])}`
  summary.count(today, 'moved', moved(await runTo(visit, declared, 'applied')))
  known.emergencies.set(today, declared)
}

const undo = async (visit: Visit, path: string): Promise<void> => {
  const told = await visit.talk.say('POST', `${path}/undo`, {})
  expect(told.status, visit.talk.lines().at(-1)).to.equal(200)
  await runTo(visit, path, 'undone')
}

/** What is declared or taken back this morning. */
export const emergenciesOf = async (
  visit: Visit,
  today: Day,
  emergencies: readonly Emergency[],
): Promise<void> => {
  for (const emergency of emergencies) {
    if (emergency.declaredOn === today) await declare(visit, today, emergency)
    if (emergency.undoneOn === today) await undo(visit, visit.known.emergencies.get(emergency.declaredOn)!)
  }
}

/** Is the door shut in an emergency that was not taken back? */
export const isShut = (today: Day, emergencies: readonly Emergency[]): boolean =>
  emergencies.some(({ from, to, undoneOn }) => undoneOn === null && from <= today && today <= to)
