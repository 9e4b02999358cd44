/** One history on memory, SQLite and Postgres: every operation is answered alike, and the same is to be read afterwards. */
import { isDeepStrictEqual } from 'node:util'
import { backends } from '../support/backends.ts'
import type { OpenLibrary } from '../support/backends.ts'
import { compared, everyHistory, timeout, WentWrong } from './histories.ts'
import type { Operation } from './operations.ts'
import { playerIn } from './playing.ts'
import type { Player } from './playing.ts'
import { readAll } from './reading.ts'
import { aSmallWorld, start } from './world.ts'
import type { SmallWorld } from './world.ts'

interface Playing {
  readonly name: string
  readonly library: OpenLibrary
  readonly world: SmallWorld
  readonly player: Player
}

const everywhere = (): Promise<readonly Playing[]> =>
  Promise.all(
    backends.map(async (backend): Promise<Playing> => {
      const library = await backend.open(() => start)
      const world = await aSmallWorld(library)
      return { name: backend.name, library, world, player: playerIn(world) }
    }),
  )

/** Steps after which all is read. */
const reading = 200

/** By what was asked, what was answered. */
type Said = Readonly<Record<string, string>>

const differences = (
  first: Said,
  second: Said,
  [a, b]: readonly [one: string, other: string],
): readonly string[] =>
  Object.keys({ ...first, ...second }).flatMap(asked => {
    const [one = 'nothing', other = 'nothing'] = [first[asked], second[asked]]
    const shown = fromTheDifference(one, other)
    return one === other ? [] : [`${asked}\n  ${a}: ${shown(one)}\n  ${b}: ${shown(other)}`]
  })

/** Signs before the first one that differs. */
const before = 80
/** Signs that are told in all. */
const most = 400

const fromTheDifference = (one: string, other: string): ((text: string) => string) => {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const from = Math.max(0, at - before)
  return text => text.slice(from, from + most)
}

const play = async (history: readonly Operation[]): Promise<void> => {
  const playing = await everywhere()
  /** The first is memory: what the others say is held against it. */
  const alike = async (step: number, ask: (one: Playing) => Promise<Said>): Promise<void> => {
    const [first, ...others] = await Promise.all(
      playing.map(async one => ({ name: one.name, said: await ask(one) })),
    )
    for (const { name, said } of others) {
      if (isDeepStrictEqual(said, first!.said)) continue
      throw new WentWrong(step, differences(first!.said, said, [first!.name, name]).join('\n'))
    }
  }
  try {
    for (const [step, operation] of history.entries()) {
      await alike(step, async ({ player }) =>
        Object.fromEntries(
          (await player.play(operation)).map(({ asked, answer }, index) => [
            `${index + 1}. ${asked}`,
            answer,
          ]),
        ),
      )
      if ((step + 1) % reading === 0 || step + 1 === history.length)
        await alike(step, ({ world }) => readAll(world))
    }
  } finally {
    for (const { world, library } of playing) {
      await world.close()
      await library.destroy()
    }
  }
}

describe('one history on every store', function () {
  this.timeout(timeout)

  it('is answered alike, step by step', () => everyHistory(compared, play))
})
