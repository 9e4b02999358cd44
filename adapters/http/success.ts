/** What is answered when it went well. */

/** A success. `data` is a view already. */
export interface Answer {
  readonly status: 200 | 201
  readonly message: string
  readonly data: unknown
  readonly meta: object
  readonly headers: Headers
  /** Of the one thing that is shown, for its ETag; null for a list and for what has no version. */
  readonly version: number | null
}

type Headers = Readonly<Record<string, string>>

export const ok = (message: string, data: unknown, meta: object = {}, headers: Headers = {}): Answer => ({
  status: 200,
  message,
  data,
  meta,
  headers,
  version: null,
})

/** `location` is the path of what was made. */
export const created = (message: string, location: string, data: unknown, meta: object = {}): Answer => ({
  status: 201,
  message,
  data,
  meta,
  headers: { Location: location },
  version: null,
})

/** The answer shows one thing, of this version. */
export const ofVersion = (version: number, answer: Answer): Answer => ({ ...answer, version })
