/** What the two databases say differently: instants, flags and JSON, written and read in one place. */
import { fold } from '../../core/shared/text.ts'
import { instant, toIso } from '../../core/shared/local-time.ts'
import type { Instant } from '../../core/shared/local-time.ts'

/** Postgres' parser has made it a number already; SQLite keeps the text. */
export type StoredInstant = string | number

export type StoredFlag = boolean | number

/** The same text is an instant in both databases. */
export const fromInstant = (at: Instant): string => toIso(at)
export const toInstant = (stored: StoredInstant): Instant =>
  instant(typeof stored === 'number' ? stored : Date.parse(stored))

export const fromOptionalInstant = (at: Instant | null): string | null =>
  at === null ? null : fromInstant(at)
export const toOptionalInstant = (stored: StoredInstant | null): Instant | null =>
  stored === null ? null : toInstant(stored)

export const toFlag = (stored: StoredFlag): boolean => stored === true || stored === 1

export const fromJson = (value: unknown): string => JSON.stringify(value)
/** Both databases give it as text; what is stored is always an object or an array. */
export const toJson = (stored: unknown): unknown => JSON.parse(String(stored))

/** The key a text is sorted by; null stays null. */
export const sortKey = (text: string | null): string | null => (text === null ? null : fold(text))
