/** What the library decides for itself as a whole, and may change while it runs (R0.1). */

export const controllingBranches = ['copy', 'transaction', 'member'] as const

/** Whose calendar, time zone and rules count: the copy's branch, the one where it happens, or the member's home branch. */
export type ControllingBranch = (typeof controllingBranches)[number]

export interface LibrarySettings {
  readonly controllingBranch: ControllingBranch
  /** Whether a member may return what he borrowed himself, without a desk. */
  readonly selfReturn: boolean
  /** Days that a returned loan is kept with the name of its member; null is for ever. */
  readonly historyDays: number | null
  /** Days that a copy may be on its way before it is looked for. */
  readonly transferDays: number
  /** Days before it is due that a member is reminded of a loan, 0 on the day itself; null is never. */
  readonly dueReminderDays: number | null
}

export interface Settings extends LibrarySettings {
  readonly version: number
}

/** Of a new library. */
export const firstSettings: Settings = {
  version: 1,
  controllingBranch: 'copy',
  selfReturn: true,
  historyDays: null,
  transferDays: 7,
  dueReminderDays: 3,
}
