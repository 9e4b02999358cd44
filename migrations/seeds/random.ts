/** Chance that can be repeated: the same seed gives the same library. */

export interface Chance {
  /** From 0 up to, not including, 1. */
  readonly next: () => number
  /** An integer of `least` to `most`, both included. */
  readonly integer: (least: number, most: number) => number
  readonly pick: <A>(from: readonly A[]) => A
  /** True in `share` of the cases. */
  readonly happens: (share: number) => boolean
}

/** Mulberry32 (Tommy Ettinger, public domain): small, fast, good enough for samples and for nothing secret. */
export const chance = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    integer,
    pick: from => from[integer(0, from.length - 1)] as (typeof from)[number],
    happens: share => next() < share,
  }
}
