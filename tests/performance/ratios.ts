/** Which floor a scenario is held against, and how far above it may lie. */
import type { LegName } from './legs.ts'
import type { ScenarioName } from './scenarios.ts'

export const floorNames = ['raw-pair', 'raw-detail', 'empty-koa', 'empty-http'] as const
export type FloorName = (typeof floorNames)[number]

/** A renewal, an eligibility and a list have no script of their own: the empty route says what of them is HTTP. */
export const floorOf: Readonly<Record<ScenarioName, FloorName>> = {
  'checkout-and-return': 'raw-pair',
  renewal: 'empty-koa',
  'book-detail': 'raw-detail',
  me: 'empty-koa',
  eligibility: 'empty-koa',
  'list-page': 'empty-koa',
}

/** The highest ratio of processor time that was agreed on; null: none was. */
export const goalOf = (scenario: string, leg: LegName): number | null => {
  if (scenario === 'checkout-and-return') return leg === 'postgres' ? 4.5 : 5
  if (scenario === 'book-detail') return leg === 'postgres' ? null : 4
  return scenario === 'me' ? 4 : null
}
