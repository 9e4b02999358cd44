/** One client that says one thing after another to a server, and keeps what it was told. */
import { ask } from '../fire/ask.ts'
import type { Asked } from '../fire/ask.ts'

/** What an answer carries, as far as a desk looks at it. */
export interface Told {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>>
  readonly meta: Readonly<Record<string, unknown>>
  /** The rules that failed, or the code of the error; empty after a success. */
  readonly refused: readonly string[]
}

export interface Talk {
  readonly say: (method: string, path: string, body?: object | null, asked?: Asked) => Promise<Told>
  /** From now on this token is shown where no other one is. */
  readonly be: (token: string) => void
  /** What was said and told, a line each, with times rounded so that a slow store says the same as a quick one. */
  readonly lines: () => readonly string[]
}

interface Body {
  readonly data?: Told['data'] | null
  readonly meta?: Told['meta']
  readonly error?: { readonly code: string; readonly details?: unknown }
}

/** To the ten minutes: whatever happens on one visit happens in one of them. */
const rounded = (text: string): string => text.replaceAll(/(\d{4}-\d\d-\d\dT\d\d:\d)\d:\d\d\.\d{3}Z/g, '$1')

/** Real time, of which a slow store needs more. */
const stamps = ['created_at', 'updated_at', 'recorded_at']

/** Postgres keeps the fields of what is stored as JSON in an order of its own. */
const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder)
  return typeof value !== 'object' || value === null
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, part]) => [name, stamps.includes(name) ? typeof part : inOrder(part)]),
      )
}

/** The same text for the same thing in every store. */
export const written = (value: unknown): string => rounded(JSON.stringify(inOrder(value)))

const rulesOf = ({ error }: Body): readonly string[] => {
  if (error === undefined) return []
  const details = Array.isArray(error.details) ? (error.details as readonly { rule?: string }[]) : []
  const rules = details.flatMap(({ rule }) => rule ?? [])
  return rules.length === 0 ? [error.code] : rules
}

/** Rejects with what was told when the server is at fault: nothing a desk says makes a 500, and nobody else is here to wait for. */
export const talkTo = (server: { readonly url: string }): Talk => {
  const lines: string[] = []
  let own: Asked = {}
  return {
    be: token => {
      own = { token }
    },
    lines: () => lines,
    say: async (method, path, body = null, asked = {}) => {
      const answer = await ask(server, method, path, body, { ...own, ...asked })
      const heard = JSON.parse(answer.text) as Body
      const secret = path.startsWith('/auth/')
      lines.push(`${method} ${path} ${written(body)}: ${answer.status} ${secret ? '' : written(heard)}`)
      if (answer.status >= 500) throw new Error(lines.at(-1))
      return {
        status: answer.status,
        data: heard.data ?? {},
        meta: heard.meta ?? {},
        refused: rulesOf(heard),
      }
    },
  }
}
