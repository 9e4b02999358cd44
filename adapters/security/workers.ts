/** Worker threads for what would hold up the event loop. */
import { Piscina } from 'piscina'

export interface Workers<Task, Result> {
  readonly run: (task: Task) => Promise<Result>
  readonly close: () => Promise<void>
}

export interface WorkerOptions {
  /** Of a file of this folder, without its ending. */
  readonly file: string
  readonly threads: number
  /** Milliseconds after which a thread with nothing to do ends. */
  readonly idle: number
}

/** No thread starts before there is work for it. */
export const workers = <Task, Result>({ file, threads, idle }: WorkerOptions): Workers<Task, Result> => {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const pool = new Piscina<Task, Result>({
    filename: new URL(`./${file}.${ending}`, import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idle,
  })
  return { run: task => pool.run(task), close: () => pool.destroy() }
}
