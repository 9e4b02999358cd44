/** Who may use which route, in words; the walk holds it against docs/permissions.md and against the answers. */
import type { Subject } from '../../../core/identity/permissions.ts'
import { id } from '../../../core/shared/id.ts'
import type { BranchId } from '../../../core/shared/id.ts'
import { enrolled, otpAt, secondFactor } from '../../support/second-factor.ts'
import { done, newFine, post } from '../../support/world.ts'
import type { Movement } from '../../support/world.ts'
import { idOf } from './client.ts'
import { freshToken } from './fresh-token.ts'
import { people } from './library.ts'
import { newcomer, resetToken } from './mails.ts'
import type { Person } from './library.ts'
import { allows } from './permissions-page.ts'
import type { Column, Said } from './permissions-page.ts'
import type { World } from './world.ts'

export type Who = Person | 'anonymous'
export const everybody: readonly Who[] = ['anonymous', ...people]

export interface Attempt {
  readonly path: string
  readonly body?: object
  /** If-Match, where the route requires it. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Expectation {
  /** Who gets a 2xx; everybody else gets 401 without a token, 403 with one. */
  readonly for: readonly Who[]
  /** A request that succeeds for those who may; made ready in the world beforehand. */
  readonly attempt: (world: World, who: Who) => Attempt | Promise<Attempt>
  /** Whose it is and where it lies; nobody's and nowhere when left out. */
  readonly subject?: (world: World, who: Who) => Subject
}

const all = everybody
const known: readonly Who[] = people
const staff: readonly Who[] = ['librarian', 'manager', 'stranger', 'admin']
const deskHere: readonly Who[] = ['librarian', 'manager', 'admin']
/** `user` is the one it belongs to. */
const ownerOrStaff: readonly Who[] = ['user', ...staff]
const ownerOrDeskHere: readonly Who[] = ['user', ...deskHere]
const admin: readonly Who[] = ['admin']

const at = (path: string) => () => ({ path })
const ofUser = ({ ids }: World): Subject => ({ memberId: ids.user })
const here = ({ here: branchId }: World): Subject => ({ branchId })
const ofUserHere = (world: World): Subject => ({ ...ofUser(world), ...here(world) })
const ofCaller = ({ ids }: World, who: Who): Subject => (who === 'anonymous' ? {} : { memberId: ids[who] })

/** Made by the admin beforehand. */
const made = async ({ call, tokens }: World, path: string, body: object): Promise<string> =>
  `${path}/${idOf(await call('POST', path, { token: tokens.admin, body }))}`

/** `user` has the first copy, lent by the desk of the branch `here`. */
const lent = (world: World): Promise<string> =>
  made(world, '/borrowings', { user_id: world.ids.user, barcode: 'C-1', branch_id: world.here })

/** `user` waits for the book, to be fetched in the branch `here`. */
const reserved = (world: World): Promise<string> =>
  world
    .call('POST', `/books/${world.bookId}/reserve`, {
      token: world.tokens.admin,
      body: { user_id: world.ids.user, branch_id: world.here },
    })
    .then(reply => `/reservations/${idOf(reply)}`)

/** `user` owes 250 of a fine for a loan of the branch `here`; what else moved on it stands behind. */
const fined = async (world: World, ...movements: readonly Movement[]): Promise<{ readonly path: string }> => {
  const { persistence, ids } = world
  const loanId = id<'loan'>(Number((await lent(world)).split('/').at(-1)))
  const fine = await newFine(persistence, { memberId: ids.user, loanId }, ['charge', 250], ...movements)
  await post(persistence, fine)
  return { path: `/fines/${fine.id}` }
}

const storm = { from: '2026-12-09', to: '2026-12-10', reason: 'Storm' }
const stormOf = (world: World): Promise<string> =>
  made(world, `/branches/${world.here}/emergency-closure`, storm)

/** Of the caller, begun for the occasion: the one that he asks with goes on. */
const anotherSession = async (world: World, who: Who): Promise<Attempt> => {
  const { call, tokens } = world
  const another = await freshToken(world, who === 'anonymous' ? 'user' : who)
  const { data } = await call('GET', '/auth/sessions', {
    token: who === 'anonymous' ? another : tokens[who],
  })
  const begun = data as readonly { readonly id: number; readonly current: boolean }[]
  return { path: `/auth/sessions/${String(Math.max(...begun.map(({ id: each }) => each)))}` }
}

/** Whoever calls, whatever he had before. */
const withFactor = async (
  { persistence, ids }: World,
  who: Who,
  state: 'none' | 'begun' | 'in force',
): Promise<void> => {
  if (who === 'anonymous') return
  await done(persistence, ({ secondFactors }) => secondFactors.remove(ids[who]))
  if (state !== 'none') await enrolled(persistence, ids[who], secondFactor, state === 'in force')
}

const withCode =
  (path: string, state: 'begun' | 'in force'): Expectation['attempt'] =>
  async (world, who) => {
    await withFactor(world, who, state)
    return { path, body: { otp: otpAt(world.clock.now()) } }
  }

const changeOf =
  (path: string, body: object, change: object): Expectation['attempt'] =>
  async world => ({
    path: await made(world, path, body),
    body: change,
  })

const anAuthor = { name: 'Octavia E. Butler' }
const aPublisher = { name: 'Beacon Press' }
const aGenre = { name: 'Science fiction' }
const anApiKey = { name: 'Sorting machine', scopes: ['catalogue:read'] }
const aBranch = { name: 'Elsewhere', time_zone: 'Europe/Berlin' }
const aMember = {
  username: 'newcomer',
  email: 'newcomer@example.org',
  password: 'a long password',
  first_name: 'New',
  last_name: 'Comer',
}

const changes = (expectation: Expectation, ...paths: readonly string[]) =>
  Object.fromEntries(
    paths.flatMap(path => [
      [`PUT ${path}`, expectation],
      [`PATCH ${path}`, expectation],
    ]),
  )

export const expectations: Readonly<Record<string, Expectation>> = {
  'POST /auth/login': {
    for: all,
    attempt: () => ({ path: '/auth/login', body: { login: 'user', password: 'correct horse battery' } }),
  },
  'POST /auth/refresh': {
    for: all,
    attempt: ({ refreshTokens }) => ({ path: '/auth/refresh', body: { refresh_token: refreshTokens.user } }),
  },
  'POST /auth/logout': { for: known, attempt: at('/auth/logout'), subject: ofCaller },
  'GET /auth/me': { for: known, attempt: at('/auth/me'), subject: ofCaller },
  'GET /auth/sessions': { for: known, attempt: at('/auth/sessions'), subject: ofCaller },
  'DELETE /auth/sessions/{id}': { for: known, attempt: anotherSession, subject: ofCaller },

  'PUT /auth/password': {
    for: known,
    attempt: () => ({
      path: '/auth/password',
      body: { current_password: 'correct horse battery', new_password: 'quiet lamp by the stairs' },
    }),
    subject: ofCaller,
  },
  'POST /auth/forgot-password': {
    for: all,
    attempt: () => ({ path: '/auth/forgot-password', body: { email: 'user@example.org' } }),
  },
  'POST /auth/reset-password': {
    for: all,
    attempt: async world => ({
      path: '/auth/reset-password',
      body: { token: await resetToken(world), password: 'quiet lamp by the stairs' },
    }),
  },
  'POST /auth/verify-email': {
    for: all,
    attempt: async world => ({
      path: '/auth/verify-email',
      body: { token: (await newcomer(world)).token },
    }),
  },
  'POST /users/{id}/reset-password': {
    for: ownerOrStaff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/reset-password` }),
    subject: ofUser,
  },
  'POST /auth/mfa/enrol': {
    for: known,
    attempt: async (world, who) => {
      await withFactor(world, who, 'none')
      return { path: '/auth/mfa/enrol' }
    },
    subject: ofCaller,
  },
  'POST /auth/mfa/confirm': {
    for: known,
    attempt: withCode('/auth/mfa/confirm', 'begun'),
    subject: ofCaller,
  },
  'POST /auth/mfa/recovery-codes': {
    for: known,
    attempt: withCode('/auth/mfa/recovery-codes', 'in force'),
    subject: ofCaller,
  },
  'DELETE /auth/mfa': { for: known, attempt: withCode('/auth/mfa', 'in force'), subject: ofCaller },
  'DELETE /users/{id}/mfa': {
    for: admin,
    attempt: async world => {
      await withFactor(world, 'user', 'in force')
      return { path: `/users/${world.ids.user}/mfa` }
    },
  },

  'GET /api-keys': { for: admin, attempt: at('/api-keys') },
  'POST /api-keys': { for: admin, attempt: () => ({ path: '/api-keys', body: anApiKey }) },
  'POST /api-keys/{id}/rotate': {
    for: admin,
    attempt: async world => ({ path: `${await made(world, '/api-keys', anApiKey)}/rotate` }),
  },
  'DELETE /api-keys/{id}': {
    for: admin,
    attempt: async world => ({ path: await made(world, '/api-keys', anApiKey) }),
  },

  'GET /audit': { for: admin, attempt: at('/audit') },
  'GET /audit/verify': { for: admin, attempt: at('/audit/verify') },

  'GET /settings': { for: admin, attempt: at('/settings') },
  ...changes(
    {
      for: admin,
      attempt: () => ({ path: '/settings', body: { transfer_days: 5 }, headers: { 'If-Match': '*' } }),
    },
    '/settings',
  ),

  'GET /circulation-rules': { for: staff, attempt: at('/circulation-rules') },
  'GET /circulation-rules/resolve': { for: staff, attempt: at('/circulation-rules/resolve') },
  'GET /circulation-rules/history': { for: staff, attempt: at('/circulation-rules/history') },
  'PUT /circulation-rules': {
    for: admin,
    attempt: async ({ call, tokens }) => ({
      path: '/circulation-rules',
      body: (await call('GET', '/circulation-rules', { token: tokens.admin })).data as object,
      headers: { 'If-Match': '*' },
    }),
  },

  'PUT /admin/clock': {
    for: admin,
    attempt: () => ({ path: '/admin/clock', body: { now: '2027-03-27T10:00:00Z' } }),
  },

  'POST /admin/jobs/{name}/run': { for: admin, attempt: at('/admin/jobs/recount/run') },
  'POST /admin/consistency-check': { for: admin, attempt: at('/admin/consistency-check') },

  'GET /admin/books/borrowers': { for: admin, attempt: at('/admin/books/borrowers') },

  'GET /books': { for: all, attempt: at('/books') },
  'GET /books/{id}': { for: all, attempt: ({ bookId }) => ({ path: `/books/${bookId}` }) },
  'POST /books': {
    for: staff,
    attempt: ({ authorId }) => ({ path: '/books', body: { title: 'Kindred', author_id: authorId } }),
  },
  ...changes(
    { for: staff, attempt: ({ bookId }) => ({ path: `/books/${bookId}`, body: { pages: 341 } }) },
    '/books/{id}',
  ),

  'GET /books/{id}/copies': { for: all, attempt: ({ bookId }) => ({ path: `/books/${bookId}/copies` }) },
  'POST /books/{id}/copies': {
    for: deskHere,
    attempt: ({ bookId, here: branch_id }) => ({
      path: `/books/${bookId}/copies`,
      body: { branch_id, barcode: 'C-9' },
    }),
    subject: here,
  },
  'GET /copies/{id}': { for: all, attempt: ({ copies }) => ({ path: `/copies/${copies[0]!.id}` }) },
  ...changes(
    {
      for: deskHere,
      attempt: ({ copies }) => ({ path: `/copies/${copies[0]!.id}`, body: { condition: 'poor' } }),
      subject: here,
    },
    '/copies/{id}',
  ),
  'DELETE /copies/{id}': {
    for: deskHere,
    attempt: ({ copies }) => ({ path: `/copies/${copies[0]!.id}` }),
    subject: here,
  },

  'GET /copies/{id}/in-house-uses': {
    for: staff,
    attempt: ({ copies }) => ({ path: `/copies/${copies[0]!.id}/in-house-uses` }),
  },

  'GET /authors': { for: all, attempt: at('/authors') },
  'GET /authors/{id}': { for: all, attempt: ({ authorId }) => ({ path: `/authors/${authorId}` }) },
  'POST /authors': { for: staff, attempt: () => ({ path: '/authors', body: anAuthor }) },
  ...changes({ for: staff, attempt: changeOf('/authors', anAuthor, { nationality: 'US' }) }, '/authors/{id}'),
  'DELETE /authors/{id}': {
    for: admin,
    attempt: async world => ({ path: await made(world, '/authors', anAuthor) }),
  },

  'GET /publishers': { for: all, attempt: at('/publishers') },
  'GET /publishers/{id}': {
    for: all,
    attempt: async world => ({ path: await made(world, '/publishers', aPublisher) }),
  },
  'POST /publishers': { for: staff, attempt: () => ({ path: '/publishers', body: aPublisher }) },
  ...changes(
    { for: staff, attempt: changeOf('/publishers', aPublisher, { city: 'Boston' }) },
    '/publishers/{id}',
  ),
  'DELETE /publishers/{id}': {
    for: admin,
    attempt: async world => ({ path: await made(world, '/publishers', aPublisher) }),
  },

  'GET /genres': { for: all, attempt: at('/genres') },
  'GET /genres/{id}': { for: all, attempt: async world => ({ path: await made(world, '/genres', aGenre) }) },
  'POST /genres': { for: staff, attempt: () => ({ path: '/genres', body: aGenre }) },
  ...changes(
    { for: staff, attempt: changeOf('/genres', aGenre, { description: 'Other worlds' }) },
    '/genres/{id}',
  ),
  'DELETE /genres/{id}': {
    for: admin,
    attempt: async world => ({ path: await made(world, '/genres', aGenre) }),
  },

  'GET /branches': { for: all, attempt: at('/branches') },
  'GET /branches/{id}': { for: all, attempt: ({ here: id }) => ({ path: `/branches/${id}` }) },
  'POST /branches': { for: admin, attempt: () => ({ path: '/branches', body: aBranch }) },
  ...changes(
    {
      for: ['manager', 'admin'],
      attempt: ({ here: id }) => ({ path: `/branches/${id}`, body: { city: 'Berlin' } }),
      subject: here,
    },
    '/branches/{id}',
  ),
  'DELETE /branches/{id}': {
    for: admin,
    attempt: async world => ({ path: await made(world, '/branches', aBranch) }),
  },

  'GET /branches/{id}/closures': {
    for: all,
    attempt: ({ here: id }) => ({ path: `/branches/${id}/closures` }),
  },
  'POST /branches/{id}/closures': {
    for: ['manager', 'admin'],
    attempt: ({ here: id }) => ({
      path: `/branches/${id}/closures`,
      body: { date: '2026-12-24', reason: 'Christmas' },
    }),
    subject: here,
  },
  'DELETE /branches/{id}/closures/{closure_id}': {
    for: ['manager', 'admin'],
    attempt: async world => ({
      path: await made(world, `/branches/${world.here}/closures`, {
        date: '2026-12-24',
        reason: 'Christmas',
      }),
    }),
    subject: here,
  },

  'POST /branches/{id}/emergency-closure': {
    for: ['manager', 'admin'],
    attempt: ({ here: id }) => ({ path: `/branches/${id}/emergency-closure`, body: storm }),
    subject: here,
  },
  'GET /branches/{id}/emergency-closures': {
    for: ['manager', 'admin'],
    attempt: ({ here: id }) => ({ path: `/branches/${id}/emergency-closures` }),
    subject: here,
  },
  'GET /branches/{id}/emergency-closure/{closure_id}/moves': {
    for: ['manager', 'admin'],
    attempt: async world => ({ path: `${await stormOf(world)}/moves` }),
    subject: here,
  },
  'GET /branches/{id}/emergency-closure/{closure_id}': {
    for: ['manager', 'admin'],
    attempt: async world => ({ path: await stormOf(world) }),
    subject: here,
  },
  'POST /branches/{id}/emergency-closure/{closure_id}/undo': {
    for: ['manager', 'admin'],
    attempt: async world => ({ path: `${await stormOf(world)}/undo` }),
    subject: here,
  },

  'GET /users': { for: staff, attempt: at('/users') },
  'GET /users/{id}': {
    for: ownerOrStaff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}` }),
    subject: ofUser,
  },
  'POST /users': { for: all, attempt: () => ({ path: '/users', body: aMember }) },
  ...changes(
    {
      for: ownerOrStaff,
      attempt: ({ ids }) => ({ path: `/users/${ids.user}`, body: { city: 'Berlin' } }),
      subject: ofUser,
    },
    '/users/{id}',
  ),

  'POST /users/{id}/unlock': {
    for: staff,
    attempt: async ({ ids, call }) => {
      await call('POST', '/auth/login', { body: { login: 'user', password: 'a wrong guess' } })
      return { path: `/users/${ids.user}/unlock` }
    },
    subject: ofUser,
  },
  'DELETE /users/{id}/sessions': {
    for: admin,
    attempt: ({ ids }) => ({ path: `/users/${ids.other}/sessions` }),
  },
  'GET /users/{id}/blocks': {
    for: staff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/blocks` }),
    subject: ofUser,
  },
  'POST /users/{id}/blocks': {
    for: staff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/blocks`, body: { reason: 'A lost card' } }),
    subject: ofUser,
  },
  'DELETE /users/{id}/blocks/{block_id}': {
    for: staff,
    attempt: async world => ({
      path: await made(world, `/users/${world.ids.user}/blocks`, { reason: 'A lost card' }),
    }),
    subject: ofUser,
  },

  'POST /borrowings': {
    for: ownerOrDeskHere,
    attempt: ({ ids, here: branch_id }) => ({
      path: '/borrowings',
      body: { user_id: ids.user, barcode: 'C-1', branch_id },
    }),
    subject: ofUserHere,
  },
  'POST /borrowings/batch': {
    // It happens at the desk of whoever lends.
    for: ownerOrStaff,
    attempt: ({ ids }) => ({
      path: '/borrowings/batch',
      body: { user_id: ids.user, barcodes: ['C-1'] },
    }),
    subject: (world, who) => ({
      ...ofUser(world),
      branchId: who === 'stranger' ? world.there : world.here,
    }),
  },
  'POST /offline': {
    for: deskHere,
    attempt: async world => {
      await lent(world)
      const at = new Date(world.clock.now()).toISOString()
      const operation = { client_id: 'desk-1', at, type: 'return', barcode: 'C-1', branch_id: world.here }
      return { path: '/offline', body: { operations: [operation] } }
    },
    subject: here,
  },
  'PUT /borrowings/{id}/return': {
    for: ownerOrDeskHere,
    attempt: async world => ({ path: `${await lent(world)}/return`, body: { branch_id: world.here } }),
    subject: ofUserHere,
  },
  'POST /returns': {
    for: deskHere,
    attempt: async world => {
      await lent(world)
      return { path: '/returns', body: { barcode: 'C-1', branch_id: world.here } }
    },
    subject: here,
  },
  'PUT /borrowings/{id}/renew': {
    for: ownerOrDeskHere,
    attempt: async world => {
      const path = `${await lent(world)}/renew`
      // A renewal on the very day would give the same due date again.
      world.clock.minutes(14 * 60)
      return { path }
    },
    subject: ofUserHere,
  },
  'POST /borrowings/{id}/report-lost': {
    for: ownerOrDeskHere,
    attempt: async world => ({ path: `${await lent(world)}/report-lost` }),
    subject: ofUserHere,
  },
  'POST /borrowings/{id}/claim-returned': {
    for: deskHere,
    attempt: async world => ({ path: `${await lent(world)}/claim-returned` }),
    subject: ofUserHere,
  },
  'POST /borrowings/{id}/report-damaged': {
    for: deskHere,
    attempt: async world => ({
      path: `${await lent(world)}/report-damaged`,
      body: { severity: 'minor', description: 'Wet' },
    }),
    subject: ofUserHere,
  },
  'POST /copies/{id}/missing': {
    for: deskHere,
    attempt: ({ copies }) => ({ path: `/copies/${copies[0]!.id}/missing` }),
    subject: here,
  },
  'POST /copies/{id}/found': {
    for: deskHere,
    attempt: async ({ call, tokens, copies, here: branch_id }) => {
      const copy = `/copies/${copies[0]!.id}`
      await call('POST', `${copy}/missing`, { token: tokens.admin })
      return { path: `${copy}/found`, body: { branch_id } }
    },
    subject: here,
  },
  'POST /users/{id}/renew-all': {
    for: ownerOrStaff,
    attempt: async world => {
      await lent(world)
      world.clock.minutes(14 * 60)
      return { path: `/users/${world.ids.user}/renew-all` }
    },
    subject: ofUser,
  },
  'GET /borrowings': { for: staff, attempt: at('/borrowings') },
  'GET /borrowings/overdue': { for: staff, attempt: at('/borrowings/overdue') },
  'GET /borrowings/{id}': {
    for: ownerOrStaff,
    attempt: async world => ({ path: await lent(world) }),
    subject: ofUser,
  },
  'GET /borrowings/{id}/explain': {
    for: ownerOrStaff,
    attempt: async world => ({ path: `${await lent(world)}/explain` }),
    subject: ofUser,
  },
  'GET /users/{id}/borrowings': {
    for: ownerOrStaff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/borrowings` }),
    subject: ofUser,
  },
  'POST /books/{id}/reserve': {
    for: ownerOrDeskHere,
    attempt: ({ bookId, ids, here: branch_id }) => ({
      path: `/books/${bookId}/reserve`,
      body: { user_id: ids.user, branch_id },
    }),
    subject: ofUserHere,
  },
  'GET /reservations': { for: staff, attempt: at('/reservations') },
  'GET /reservations/{id}': {
    for: ownerOrStaff,
    attempt: async world => ({ path: await reserved(world) }),
    subject: ofUser,
  },
  ...changes(
    {
      for: ownerOrDeskHere,
      attempt: async world => ({ path: await reserved(world), body: { suspended_until: '2027-01-15' } }),
      subject: ofUserHere,
    },
    '/reservations/{id}',
  ),
  'DELETE /reservations/{id}': {
    for: ownerOrDeskHere,
    attempt: async world => ({ path: await reserved(world) }),
    subject: ofUserHere,
  },
  'GET /users/{id}/reservations': {
    for: ownerOrStaff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/reservations` }),
    subject: ofUser,
  },
  'GET /branches/{id}/pull-list': {
    for: staff,
    attempt: ({ here: branch }) => ({ path: `/branches/${branch}/pull-list` }),
  },
  'GET /branches/{id}/hold-shelf': {
    for: staff,
    attempt: ({ here: branch }) => ({ path: `/branches/${branch}/hold-shelf` }),
  },
  'POST /transfers': {
    for: deskHere,
    attempt: world => ({ path: '/transfers', body: { barcode: 'C-1', to_branch_id: world.there } }),
    subject: here,
  },
  'GET /branches/{id}/transfers': {
    for: staff,
    attempt: ({ here: branch }) => ({ path: `/branches/${branch}/transfers` }),
  },
  'GET /users/{id}/eligibility': {
    for: ownerOrStaff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/eligibility?barcode=C-1` }),
    subject: ofUser,
  },

  'GET /fines': { for: staff, attempt: at('/fines') },
  'GET /staff': { for: admin, attempt: at('/staff') },
  'GET /staff/{id}': { for: admin, attempt: ({ ids }) => ({ path: `/staff/${ids.librarian}` }) },
  'POST /staff': {
    for: admin,
    attempt: ({ ids, here: branchId }) => ({
      path: '/staff',
      body: { user_id: ids.other, role: 'librarian', branch_id: branchId },
    }),
  },
  ...changes(
    {
      for: admin,
      attempt: ({ ids }) => ({
        path: `/staff/${ids.stranger}`,
        body: { withheld_permissions: ['fine:waive'] },
      }),
    },
    '/staff/{id}',
  ),
  'DELETE /staff/{id}': { for: admin, attempt: ({ ids }) => ({ path: `/staff/${ids.librarian}` }) },

  'GET /fines/{id}': { for: ownerOrStaff, attempt: world => fined(world), subject: ofUser },
  'GET /users/{id}/fines': {
    for: ownerOrStaff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/fines` }),
    subject: ofUser,
  },
  'GET /users/{id}/ledger': {
    for: ownerOrStaff,
    attempt: ({ ids }) => ({ path: `/users/${ids.user}/ledger` }),
    subject: ofUser,
  },
  'POST /fines/{id}/payments': {
    for: deskHere,
    attempt: async world => ({
      path: `${(await fined(world)).path}/payments`,
      body: { amount: 250, method: 'cash' },
    }),
    subject: ofUserHere,
  },
  'POST /fines/{id}/waive': {
    for: deskHere,
    attempt: async world => ({ path: `${(await fined(world)).path}/waive`, body: { reason: 'A flood' } }),
    subject: ofUserHere,
  },
  'POST /fines/{id}/refund': {
    for: deskHere,
    attempt: async world => ({
      path: `${(await fined(world, ['payment', -250])).path}/refund`,
      body: { reason: 'A flood' },
    }),
    subject: ofUserHere,
  },
}

const columnOf = {
  anonymous: 'anonymous',
  user: 'user',
  other: 'user',
  librarian: 'librarian',
  manager: 'branch_manager',
  stranger: 'branch_manager',
  admin: 'admin',
} as const satisfies Readonly<Record<Who, Column>>

/** Where he has his desk. */
const deskOf = (world: World, who: Who): BranchId | null =>
  who === 'stranger' ? world.there : ['librarian', 'manager', 'admin'].includes(who) ? world.here : null

/** What docs/permissions.md says of a route to somebody. */
export const pageAllows = (
  said: Said,
  { subject }: Pick<Expectation, 'subject'>,
  world: World,
  who: Who,
): boolean => {
  const { memberId, branchId } = subject?.(world, who) ?? {}
  return allows(said[columnOf[who]], {
    own: who !== 'anonymous' && memberId === world.ids[who],
    here: deskOf(world, who) !== null && branchId === deskOf(world, who),
  })
}

/** The same, to a key with the scope; with a branch to one that is made for that one. */
export const pageAllowsKey = (
  said: Said,
  { subject }: Pick<Expectation, 'subject'>,
  world: World,
  at: { readonly branchId: BranchId; readonly who: Who } | null,
): boolean =>
  at === null
    ? allows(said.key, { own: false, here: false })
    : allows(said.branchKey, { own: false, here: subject?.(world, at.who).branchId === at.branchId })
