/** Worker threads for what would hold up the event loop. */
import { Piscina } from 'piscina'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { storeFailure } from '../../core/shared/unit-of-work.ts'
import type { StoreFailure } from '../../core/shared/unit-of-work.ts'

export interface Workers<Task, Result> {
  /** `busy`: as many wait as may. */
  readonly run: (task: Task) => Promise<Either<StoreFailure, Result>>
  readonly close: () => Promise<void>
}

export interface WorkerOptions {
  /** Of a file of this folder, without its ending. */
  readonly file: string
  readonly threads: number
  /** Tasks that wait for a thread: one more is refused at once, so that nobody waits for minutes and no queue grows without end. */
  readonly waiting: number
  /** Milliseconds after which a thread with nothing to do ends. */
  readonly idle: number
}

/** No thread starts before there is work for it. */
export const workers = <Task, Result>({
  file,
  threads,
  waiting,
  idle,
}: WorkerOptions): Workers<Task, Result> => {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const pool = new Piscina<Task, Result>({
    filename: new URL(`./${file}.${ending}`, import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idle,
  })
  let underWay = 0
  return {
    run: async task => {
      if (underWay >= threads + waiting) return E.left(storeFailure('busy', `${file}: as many wait as may`))
      underWay += 1
      try {
        return E.right(await pool.run(task))
      } finally {
        underWay -= 1
      }
    },
    close: () => pool.destroy(),
  }
}
