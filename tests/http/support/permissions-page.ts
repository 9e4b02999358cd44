/** docs/permissions.md: written from the routes and the permission table, and read again by the walk over all routes. */
import { readFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { looksAtToken } from '../../../adapters/http/openapi/errors-of-route.ts'
import { tagOf, tags } from '../../../adapters/http/openapi/tags.ts'
import type { Route } from '../../../adapters/http/routes.ts'
import {
  companionsOf,
  grantsOf,
  isAdministrative,
  isScope,
  permissions,
  reachOfScope,
} from '../../../core/identity/permissions.ts'
import type { Permission, Reach } from '../../../core/identity/permissions.ts'
import { id } from '../../../core/shared/id.ts'

const words: Readonly<Record<Reach | 'nothing', string>> = {
  any: 'any',
  own: 'own',
  branch: 'here',
  own_or_branch: 'own or here',
  nothing: '—',
}

const wordOf = (reach: Reach | null | undefined): string => words[reach ?? 'nothing']

/** Those who call, by the heads of their columns. */
const columns = {
  anonymous: 'Nobody in particular',
  user: 'User',
  librarian: 'Librarian',
  branch_manager: 'Branch manager',
  admin: 'Administrator',
  key: 'Key with the scope',
  branchKey: 'The same, of a branch',
} as const

export type Column = keyof typeof columns

const cellsOf = (permission: Permission): Readonly<Record<Column, string>> => {
  const { anonymous, user, librarian, branch_manager, admin } = grantsOf(permission)
  const key = (branchId: Parameters<typeof reachOfScope>[1]) =>
    wordOf(isScope(permission) ? reachOfScope(permission, branchId) : null)
  return {
    anonymous: wordOf(anonymous),
    user: wordOf(user),
    librarian: wordOf(librarian),
    branch_manager: wordOf(branch_manager),
    admin: wordOf(admin),
    key: key(null),
    branchKey: key(id(1)),
  }
}

/** Whoever starts a session has none: he is asked for nothing, and nobody looks at what he sends. */
const cellsOfRoute = (route: Route): Readonly<Record<Column, string>> => {
  const cells = cellsOf(route.permission)
  return looksAtToken(route) ? cells : { ...cells, key: cells.anonymous, branchKey: cells.anonymous }
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n')

const guarded = (permission: Permission): string => (isAdministrative(permission) ? 'yes' : '')

const routesTable = (routes: readonly Route[]): string =>
  table(
    ['Route', 'Permission', ...Object.values(columns), 'Administrative'],
    routes.map(route => [
      `\`${route.method} ${route.path}\``,
      `\`${route.permission}\``,
      ...Object.values(cellsOfRoute(route)),
      guarded(route.permission),
    ]),
  )

const permissionsTable = (): string =>
  table(
    ['Permission', ...Object.values(columns), 'Simple API', 'A key needs beside it', 'Administrative'],
    permissions.map(permission => [
      `\`${permission}\``,
      ...Object.values(cellsOf(permission)),
      wordOf(grantsOf(permission).kiosk),
      (isScope(permission) ? companionsOf(permission) : []).map(name => `\`${name}\``).join(', '),
      guarded(permission),
    ]),
  )

const pageAbout = `# Who may do what

Made of \`core/identity/permissions.ts\` and of the routes by \`npm run docs:permissions\`; \`tests/http/roles.test.ts\` reads it, and tries every route as each of these.

- **any**: whatever it is about. **own**: what is the member's own, or that of a minor whose guardian he is. **here**: what lies at the branch where he has his desk. **own or here**: either of the two. **—**: nothing.
- Whoever may not is answered 403 PERMISSION_DENIED, without a login 401 TOKEN_MISSING. A list that is open to somebody shows him no more than that.
- *Nobody in particular* has no token and no key. A *user* is a member without a desk. A *key* of another system has its scopes, and without
  the scope it may do nothing, not even what is open to all; one that is made for a branch acts there.
- *Administrative* is what no role but the administrator's has. Where \`ADMIN_ALLOWED_ADDRESSES\` is set it is done from these addresses alone (403 ADDRESS_NOT_ALLOWED).
`

/** As prettier would leave it. */
export const permissionsPage = async (routes: readonly Route[]): Promise<string> => {
  const sections = tags.flatMap(({ name }) => {
    const ofTag = routes.filter(({ permission }) => tagOf(permission) === name)
    return ofTag.length === 0 ? [] : [`### ${name}`, routesTable(ofTag)]
  })
  const text = [pageAbout, '## Routes', 'Below `/api/v1`.', ...sections, '## Permissions', permissionsTable()]
  const options = await resolveConfig(pagePath)
  return format(text.join('\n\n'), { ...options, parser: 'markdown' })
}

export const pagePath = new URL('../../../docs/permissions.md', import.meta.url)

export const writtenPage = (): string => readFileSync(pagePath, 'utf8')

/** What the page says of a route to each of those who call. */
export type Said = Readonly<Record<Column, string>>

/** By method and path. */
export const saidOfRoutes = (page: string): ReadonlyMap<string, Said> =>
  new Map(
    [...page.matchAll(/^\| `([A-Z]+ \/[^`]*)` *\|(.*)\|$/gm)].map(([, name = '', rest = '']) => {
      const [, ...cells] = rest.split('|').map(cell => cell.trim())
      const said = Object.keys(columns).map((column, index) => [column, cells[index]])
      return [name, Object.fromEntries(said)]
    }),
  )

/** May he, when the page says this, and it is his own or lies at his branch? */
export const allows = (said: string, its: { readonly own: boolean; readonly here: boolean }): boolean => {
  switch (said) {
    case 'any':
      return true
    case 'own':
      return its.own
    case 'here':
      return its.here
    case 'own or here':
      return its.own || its.here
    case '—':
      return false
    default:
      throw new Error(`docs/permissions.md says "${said}", which is none of its words`)
  }
}
