/** Requests to a server process, and what of the answer the races and crashes look at. */

/** Who asks, and what the request carries beside its body. */
export interface Asked {
  readonly token?: string
  readonly key?: string
  readonly ifMatch?: string
}

export interface Answer {
  readonly status: number
  /** The whole body, byte for byte. */
  readonly text: string
  readonly etag: string | null
  readonly replayed: boolean
}

export const ask = async (
  { url }: { readonly url: string },
  method: string,
  path: string,
  body: object | null,
  { token, key, ifMatch }: Asked = {},
): Promise<Answer> => {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    text: await response.text(),
    etag: response.headers.get('etag'),
    replayed: response.headers.get('idempotency-replayed') === 'true',
  }
}

/** What a success carries. */
export const dataOf = ({ text }: Answer): Readonly<Record<string, unknown>> =>
  (JSON.parse(text) as { readonly data: Readonly<Record<string, unknown>> }).data

/** How a refusal is called, and the rules that failed: `CHECKOUT_REFUSED loan-limit`. */
export const refusalOf = ({ text }: Answer): string => {
  const { error } = JSON.parse(text) as {
    readonly error?: { readonly code: string; readonly details?: unknown }
  }
  if (error === undefined) return text
  const details = Array.isArray(error.details) ? (error.details as readonly { rule?: string }[]) : []
  return [error.code, ...details.flatMap(({ rule }) => rule ?? [])].join(' ')
}

/** The answers of each status, `201: 1, 409: 199`. */
export const tally = (answers: readonly Answer[]): Readonly<Record<number, number>> => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
