/** Things that have something in common, side by side. */

/** In the order in which each key is met first. */
export const grouped = <Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> => {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? []
    group.push(item)
    groups.set(keyOf(item), group)
  }
  return groups
}

/** The groups of more than one. */
export const repeated = <Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): readonly (readonly [Key, readonly Item[]])[] =>
  [...grouped(items, keyOf)].filter(([, group]) => group.length > 1)

/** Those that share their key with no other. */
export const single = <Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): readonly Item[] =>
  [...grouped(items, keyOf).values()].filter(({ length }) => length === 1).flat()
