/** How many of those who wait can be served by what is there: a maximum matching (circulation R5.2). */

/**
 * The largest number of those who wait that can have a copy each, no copy going to two of them.
 * @param fills may this copy go to this one?
 */
export const mostServed = <Waiting, Copy>(
  waiting: readonly Waiting[],
  copies: readonly Copy[],
  fills: (copy: Copy, waiting: Waiting) => boolean,
): number => {
  /** Whom each copy, by its place in the list, is meant for so far. */
  const meantFor = new Map<number, Waiting>()
  /** A free copy, or one whose taker finds another: a path along which everybody moves up by one. */
  const serve = (one: Waiting, tried: Set<number>): boolean =>
    copies.some((copy, place) => {
      if (tried.has(place) || !fills(copy, one)) return false
      tried.add(place)
      const taker = meantFor.get(place)
      if (taker !== undefined && !serve(taker, tried)) return false
      meantFor.set(place, one)
      return true
    })
  return waiting.filter(one => serve(one, new Set())).length
}
