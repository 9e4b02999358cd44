/** What is answered when it went well. */

/** A success. `data` is a view already. */
export interface Answer {
  readonly status: 200 | 201
  readonly message: string
  readonly data: unknown
  readonly meta: object
  readonly headers: Headers
}

type Headers = Readonly<Record<string, string>>

export const ok = (message: string, data: unknown, meta: object = {}, headers: Headers = {}): Answer => ({
  status: 200,
  message,
  data,
  meta,
  headers,
})

/** `location` is the path of what was made. */
export const created = (message: string, location: string, data: unknown, meta: object = {}): Answer => ({
  status: 201,
  message,
  data,
  meta,
  headers: { Location: location },
})
