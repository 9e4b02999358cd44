/** How often a database is asked: counted at its driver, whoever asks. */
import Sqlite from 'better-sqlite3'
import pg from 'pg'

export interface Asked {
  readonly statements: number
  /** How often an answer was waited for before the next was asked on the same connection; SQLite waits for nobody. */
  readonly turns: number
}

type Method = (this: object, ...args: unknown[]) => unknown

/** Calls `seen` with each object whose method is called. @returns puts it back */
const watch = (
  prototype: object,
  name: string,
  seen: (on: object, result: unknown) => void,
): (() => void) => {
  const methods = prototype as Record<string, Method>
  const original = methods[name] as Method
  methods[name] = function (...args) {
    const result = original.apply(this, args)
    seen(this, result)
    return result
  }
  return () => {
    methods[name] = original
  }
}

const statementsOfSqlite = (): object => {
  const database = new Sqlite(':memory:')
  const prototype = Object.getPrototypeOf(database.prepare('select 1')) as object
  database.close()
  return prototype
}

/** What the databases of this process are asked while `work` goes on. */
export const asked = async (work: () => Promise<unknown>): Promise<Asked> => {
  let statements = 0
  let turns = 0
  const underWay = new Map<object, number>()
  const end = (client: object) => () => {
    underWay.set(client, (underWay.get(client) ?? 1) - 1)
  }
  const ended = [
    ...['all', 'run', 'get'].map(name =>
      watch(statementsOfSqlite(), name, () => {
        statements += 1
      }),
    ),
    watch(pg.Client.prototype, 'query', (client, result) => {
      statements += 1
      const waiting = underWay.get(client) ?? 0
      if (waiting === 0) turns += 1
      // Knex passes a callback in place of waiting for a promise, one statement at a time.
      if (!(result instanceof Promise)) return
      underWay.set(client, waiting + 1)
      void result.then(end(client), end(client))
    }),
  ]
  try {
    await work()
  } finally {
    for (const putBack of ended) putBack()
  }
  return { statements, turns }
}
