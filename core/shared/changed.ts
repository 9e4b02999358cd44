/** What an aggregate's move gives: the new state, and the events that tell of it, to be saved together. */
import type { Instant } from './local-time.ts'

export interface Changed<State, Event> {
  readonly state: State
  readonly events: readonly Event[]
}

/** A change of one state, told by its events in order. */
export const changed = <State, Event>(state: State, ...events: readonly Event[]): Changed<State, Event> => ({
  state,
  events,
})

/**
 * A fact that happened, in the past tense. `payload` holds ids, numbers and instants, never personal data: what is
 * stored of an event outlives the member's wish to be forgotten.
 */
export interface DomainEvent<Type extends string = string, Payload extends object = object> {
  readonly type: Type
  /** Of the payload's shape; a reader decodes by (type, version). */
  readonly version: number
  readonly aggregate: 'loan' | 'reservation' | 'member' | 'fine' | 'book' | 'copy' | 'account_token'
  readonly aggregateId: number
  /** Library time. The store adds its own real time of recording. */
  readonly occurredAt: Instant
  readonly payload: Payload
}
