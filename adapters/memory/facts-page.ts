/** Facts to be checked, page by page. */

export const nextById = <Row extends { readonly id: number }>(
  rows: readonly Row[],
  after: number | null,
  limit: number,
): readonly Row[] =>
  rows
    .filter(({ id }) => id > (after ?? 0))
    .sort((a, b) => a.id - b.id)
    .slice(0, limit)
