/** Postgres databases that one test has after another: emptied in between, which takes a fraction of what making one takes. */
import pg from 'pg'
import { freshPostgres } from './databases.ts'
import type { FreshDatabase } from './databases.ts'

/** All that is in a database. */
interface State {
  /** By table, as JSON. */
  readonly rows: Readonly<Record<string, string>>
  /** By sequence: the next number, and whether it was given already. */
  readonly sequences: Readonly<Record<string, readonly [last: string, given: boolean]>>
}

/** With whatever somebody left in them. */
const used: FreshDatabase[] = []
let migrated: Promise<State> | null = null

const kept = ['schema_migrations', 'schema_migrations_lock']

const onDatabase = async <A>(storage: string, doing: (client: pg.Client) => Promise<A>): Promise<A> => {
  const client = new pg.Client({ connectionString: storage })
  await client.connect()
  try {
    return await doing(client)
  } finally {
    await client.end()
  }
}

const tablesOf = async (client: pg.Client): Promise<readonly string[]> =>
  (
    await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    )
  ).rows
    .map(({ name }) => name)
    .filter(name => !kept.includes(name))

const stateOf = (storage: string): Promise<State> =>
  onDatabase(storage, async client => {
    const rows: Record<string, string> = {}
    for (const table of await tablesOf(client)) {
      const { rows: found } = await client.query<{ all: string | null }>(
        `select json_agg(t)::text as all from ${table} t`,
      )
      if (found[0]?.all) rows[table] = found[0].all
    }
    const { rows: names } = await client.query<{ name: string }>(
      "select sequencename as name from pg_sequences where schemaname = 'public'",
    )
    const sequences: Record<string, [string, boolean]> = {}
    for (const { name } of names) {
      const { rows: found } = await client.query<{ last_value: string; is_called: boolean }>(
        `select last_value, is_called from ${name}`,
      )
      sequences[name] = [found[0]!.last_value, found[0]!.is_called]
    }
    return { rows, sequences }
  })

/** Whoever is still connected is not any more: he is told in his own test. */
const cutOff = (storage: string): Promise<void> =>
  onDatabase(storage, async client => {
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
  })

const fill = (storage: string, { rows, sequences }: State): Promise<void> =>
  onDatabase(storage, async client => {
    const tables = await tablesOf(client)
    await client.query(
      [
        'begin',
        // Neither foreign keys nor the triggers that keep the audit look at this.
        'set local session_replication_role = replica',
        ...tables.map(table => `delete from ${table}`),
        ...Object.entries(rows).map(
          ([table, all]) =>
            `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, ${pg.escapeLiteral(all)})`,
        ),
        ...Object.entries(sequences).map(
          ([name, [last, given]]) => `select setval('${name}', ${last}, ${String(given)})`,
        ),
        'commit',
      ].join(';\n'),
    )
  })

const inState = async (state: State): Promise<FreshDatabase> => {
  const { storage, drop } = used.pop() ?? (await freshPostgres())
  await fill(storage, state)
  return {
    storage,
    drop: async () => {
      await cutOff(storage)
      used.push({ storage, drop })
    },
  }
}

/** As the migrations leave it. */
const readMigrated = async (): Promise<State> => {
  const { storage, drop } = await freshPostgres()
  const state = await stateOf(storage)
  used.push({ storage, drop })
  return state
}

/** For tests that leave the schema as it is. */
export const reusedPostgres = async (): Promise<FreshDatabase> => {
  const first = (migrated ??= readMigrated())
  // The next one tries again.
  first.catch(() => (migrated = null))
  return inState(await first)
}

/** Of one that nobody writes into any more, and which is dropped; for tests that leave the schema as it is. */
export const copiesOfPostgres = async ({
  storage,
  drop,
}: FreshDatabase): Promise<() => Promise<FreshDatabase>> => {
  const state = await stateOf(storage)
  await drop()
  return () => inState(state)
}
