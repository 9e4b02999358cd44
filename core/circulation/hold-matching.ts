/** Who of those that wait can be served by what is there, no copy going to two of them (circulation R5.2, R6.3). */

/**
 * A maximum matching. Whoever was served stays so, if by another offer: those who come first lose nothing to those who come later.
 * @param fitting what each could be served with, the best first
 */
export const matching = <Wanted, Offered>(
  inOrder: readonly Wanted[],
  fitting: (one: Wanted) => readonly Offered[],
): ReadonlyMap<Offered, Wanted> => {
  const offers = new Map(inOrder.map(one => [one, fitting(one)]))
  const taken = new Map<Offered, Wanted>()
  const serve = (one: Wanted, asked: Set<Offered>): boolean => {
    const mine = (offers.get(one) ?? []).filter(offer => !asked.has(offer))
    for (const offer of mine) asked.add(offer)
    const found =
      mine.find(offer => !taken.has(offer)) ??
      mine.find(offer => {
        const holder = taken.get(offer)
        return holder !== undefined && serve(holder, asked)
      })
    if (found === undefined) return false
    taken.set(found, one)
    return true
  }
  for (const one of inOrder) serve(one, new Set())
  return taken
}

/**
 * The largest number of those who wait that can have a copy each.
 * @param fills may this copy go to this one?
 */
export const mostServed = <Waiting, Copy>(
  waiting: readonly Waiting[],
  copies: readonly Copy[],
  fills: (copy: Copy, waiting: Waiting) => boolean,
): number =>
  // By their places: two may look alike.
  matching([...waiting.entries()], ([, one]) =>
    copies.flatMap((copy, place) => (fills(copy, one) ? [place] : [])),
  ).size
