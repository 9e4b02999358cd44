/** One leg: the product on its library, and the floors beside it, ready to be run in turns. */
import { costed } from './costed.ts'
import { startEmptyRoute, startStatements } from './floor-process.ts'
import type { Ground } from './grounds.ts'
import { underLoad } from './load.ts'
import type { Ask } from './load.ts'
import type { Contender } from './measured.ts'
import type { Options } from './options.ts'
import { floorNames, floorOf } from './ratios.ts'
import type { FloorName } from './ratios.ts'
import { bringBack, checkOut, scenarios } from './scenarios.ts'
import type { Scenario, Stage } from './scenarios.ts'
import type { ProductServer } from './server.ts'

const ask = async ({ url, token }: ProductServer, { method, path, body }: Ask) => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { data } = (await response.json()) as { data?: { id?: number } }
  return { status: response.status, id: data?.id ?? 0 }
}

/** Makes the loans that are renewed. */
export const stageOf = async (
  { library }: Ground,
  server: ProductServer,
  { connections }: Options,
): Promise<Stage> => {
  const loanIds: number[] = []
  for (const slot of library.renewals) {
    const { status, id } = await ask(server, checkOut(slot))
    if (status !== 201) throw new Error(`The loans to be renewed cannot be made: ${String(status)}`)
    loanIds.push(id)
  }
  return { library, loanIds, connections, out: new Map() }
}

const ofScenario = (
  { name, requestsPerOperation, login, cycleOf }: Scenario,
  stage: Stage,
  server: ProductServer,
  databasePid: number | null,
): Contender => {
  const load = {
    url: server.url,
    token: login ? server.token : null,
    connections: stage.connections,
    cycleOf: (connection: number) => cycleOf(stage, connection),
  }
  const contender = costed(server.pid, databasePid, {
    name,
    requestsPerOperation,
    run: seconds => underLoad(load, seconds),
  })
  return {
    ...contender,
    // A run is cut short in the middle of things: what is out then comes back, outside of what is measured.
    run: async seconds => {
      const did = await contender.run(seconds)
      for (const slot of stage.out.values()) await ask(server, bringBack(slot))
      stage.out.clear()
      return did
    },
  }
}

const ofFloor = async (name: FloorName, ground: Ground, options: Options): Promise<Contender> => {
  const { floor, databasePid } = ground
  if (name === 'raw-pair' || name === 'raw-detail') {
    const { pid, run } = await startStatements(databasePid === null ? 'sqlite' : 'postgres', floor)
    const act = name === 'raw-pair' ? 'pair' : 'detail'
    return costed(pid, databasePid, { name, requestsPerOperation: 1, run: seconds => run(act, seconds) })
  }
  const { pid, url } = await startEmptyRoute(name === 'empty-koa' ? 'koa' : 'http')
  const load = {
    url,
    token: null,
    connections: options.connections,
    cycleOf: () => [(): Ask => ({ method: 'GET', path: '/empty' })],
  }
  return costed(pid, null, { name, requestsPerOperation: 1, run: seconds => underLoad(load, seconds) })
}

/** Each floor that is needed, followed by what is held against it: neighbours in time meet the same machine. */
export const contendersOf = async (
  ground: Ground,
  server: ProductServer,
  stage: Stage,
  options: Options,
): Promise<readonly Contender[]> => {
  const wanted = scenarios.filter(({ name }) => options.scenarios.includes(name))
  const contenders: Contender[] = []
  for (const name of floorNames) {
    const above = wanted.filter(scenario => floorOf[scenario.name] === name)
    if (above.length === 0 && name !== 'empty-http') continue
    contenders.push(
      await ofFloor(name, ground, options),
      ...above.map(scenario => ofScenario(scenario, stage, server, ground.databasePid)),
    )
  }
  return contenders
}
