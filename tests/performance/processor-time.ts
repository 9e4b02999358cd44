/** Processor time of processes as the operating system accounts for it: /proc of Linux, and nothing elsewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** What had been spent at one moment, in milliseconds. */
export interface Sample {
  readonly threads: ReadonlyMap<string, number>
  /** By children that have ended. */
  readonly ended: number
}

/** Whether processor time can be told at all here. */
export const isAccounted = existsSync('/proc/self/stat')

/** Linux tells it in hundredths of a second on every architecture that Node runs on. */
const tick = 10

/** Of `/proc/…/stat`: the parent, and milliseconds of the thread or process itself and of its children that have ended. */
export const parseStat = (text: string): { parent: number; own: number; ended: number } => {
  // The name in brackets may hold blanks and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const at = (index: number): number => Number(fields[index])
  return { parent: at(1), own: (at(11) + at(12)) * tick, ended: (at(13) + at(14)) * tick }
}

/** Of `/proc/…/schedstat`: milliseconds on a processor, exact to the nanosecond; null where the kernel keeps none. */
export const parseSchedstat = (text: string): number | null => {
  const nanoseconds = Number(text.split(' ')[0])
  return nanoseconds > 0 ? nanoseconds / 1e6 : null
}

/** null: the process or thread has ended meanwhile, or there is no such file. */
const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const listed = (path: string): readonly string[] => {
  try {
    return readdirSync(path).filter(name => /^\d+$/.test(name))
  } catch {
    return []
  }
}

const threadsOf = (pid: number): readonly (readonly [string, number])[] =>
  listed(`/proc/${String(pid)}/task`).flatMap(thread => {
    const folder = `/proc/${String(pid)}/task/${thread}`
    const exact = parseSchedstat(read(`${folder}/schedstat`) ?? '')
    const stat = exact === null ? read(`${folder}/stat`) : null
    const spent = exact ?? (stat === null ? null : parseStat(stat).own)
    return spent === null ? [] : [[thread, spent] as const]
  })

/** All threads of one process. */
export const sampleProcess = (pid: number): Sample => ({ threads: new Map(threadsOf(pid)), ended: 0 })

/** A process, its children, and its children that have ended: Postgres, which has a process for each connection. */
export const sampleFamily = (pid: number): Sample => {
  const children = listed('/proc').filter(
    other => parseStat(read(`/proc/${other}/stat`) ?? ') ').parent === pid,
  )
  return {
    threads: new Map([pid, ...children.map(Number)].flatMap(threadsOf)),
    ended: parseStat(read(`/proc/${String(pid)}/stat`) ?? ') ').ended || 0,
  }
}

/** Milliseconds between two samples of the same processes. */
export const spentBetween = (before: Sample, after: Sample): number => {
  const running = [...after.threads].reduce(
    (sum, [thread, spent]) => sum + spent - (before.threads.get(thread) ?? 0),
    0,
  )
  // A child that ended counts whole in `ended`: what it had spent before does not belong here.
  const earlier = [...before.threads].reduce(
    (sum, [thread, spent]) => sum + (after.threads.has(thread) ? 0 : spent),
    0,
  )
  const ended = after.ended - before.ended
  return running + Math.max(0, ended - earlier)
}
