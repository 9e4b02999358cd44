/** What the races have in common: two processes, a clerk at each, and rounds with and without a forced overlap. */
import type { MeasuredServer } from '../../support/measured-server.ts'
import { aLibrary, addBook } from '../../support/world.ts'
import type { World } from '../../support/world.ts'
import { ask } from './ask.ts'
import type { Answer, Asked } from './ask.ts'
import { logIn, openSite } from './site.ts'
import type { Site, SiteOptions } from './site.ts'
import { overlapping } from './overlap.ts'
import type { Overlap } from './overlap.ts'

export interface Track extends Site {
  readonly servers: readonly MeasuredServer[]
  readonly world: World
  /** By turns: the first to one process, the second to the other; the clerk asks unless it is said who. */
  readonly desk: (
    index: number,
    method: string,
    path: string,
    body: object | null,
    asked?: Asked,
  ) => Promise<Answer>
  /** Members who want the same; those with a token check out for themselves, the others come to the desk. */
  readonly crowd: readonly { readonly id: number; readonly token: string | null }[]
  readonly newBook: (copies: number) => ReturnType<typeof addBook>
}

export interface Race {
  readonly title: string
  /** @returns one round: it prepares, runs, checks its answers, and tells those of the race itself */
  readonly setUp: (track: Track) => Promise<(round: number) => Promise<readonly Answer[]>>
}

const crowdSize = 200
const selfService = 20

const gather = ({ join, hash }: Site, server: MeasuredServer): Promise<Track['crowd']> =>
  Promise.all(
    Array.from({ length: crowdSize }, async (_, index) => {
      const name = `crowd.${index}`
      const { id } = await join(name, hash)
      return { id, token: index < selfService ? await logIn(server, name) : null }
    }),
  )

/** Whoever is lucky in round after round is not told that he borrows too fast: it is the last copy that is raced for. */
const unhurried = async ({ tables }: Site): Promise<void> => {
  const rules = tables.write('circulation_rules')
  const [row] = await rules.clone().select<{ id: number; values: string }[]>('id', 'values')
  const said = { ...(JSON.parse(row!.values) as object), max_checkouts_per_hour: null }
  await rules.where({ id: row!.id }).update({ values: JSON.stringify(said) })
}

export const openTrack = async (options: SiteOptions): Promise<Track> => {
  const site = await openSite(options)
  const world = await aLibrary(site.library, { copies: 0, members: 0 })
  await unhurried(site)
  const servers = await Promise.all([site.start(), site.start()])
  const token = await logIn(servers[0], 'clerk')
  const crowd = await gather(site, servers[0])
  let books = 0
  return {
    ...site,
    servers,
    world,
    crowd,
    desk: (index, method, path, body, asked = {}) =>
      ask(servers[index % servers.length]!, method, path, body, { token, ...asked }),
    newBook: copies => {
      books += 1
      return addBook(site.library, world, { title: `Title ${books}` }, copies)
    },
    close: async () => {
      await Promise.all(servers.map(server => server.stop()))
      await site.close()
    },
  }
}

/** So many at once, in every second round piled up behind the row they all need. */
export const atOnce = (
  { tables }: Track,
  round: number,
  overlap: Overlap,
  count: number,
  send: (index: number) => Promise<Answer>,
): Promise<readonly Answer[]> => {
  const all = () => Promise.all(Array.from({ length: count }, (_, index) => send(index)))
  return round % 2 === 0 ? overlapping(tables, overlap, all) : all()
}
