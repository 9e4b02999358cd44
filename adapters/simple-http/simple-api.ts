/**
 * API-7: five calls for classrooms and kiosks, under `/` and `/api`, with and without a slash at the end. Nobody is asked who
 * he is: every call is an act of the kiosk, who may do what the permission table says.
 */
import Router from '@koa/router'
import type { RouterMiddleware } from '@koa/router'
import type { Context, Middleware } from 'koa'
import { kiosk } from '../../core/identity/actor.ts'
import type { Act } from '../../core/identity/actor.ts'
import { pipe, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import { readBody } from './body.ts'
import type { SimpleDeps } from './deps.ts'
import { Borrowing, memberIn, NewBook, NewUser, readForm } from './forms.ts'
import { addBook, addUser, borrow, borrowedBy, bringBack } from './lending.ts'
import { present } from './present.ts'
import type { SimpleError } from './refused.ts'

/** What the server around it has to know of a request, and to be told. */
export interface SimpleState {
  requestId: string
  /** The pattern of the route that was met, for the log. */
  route: string | null
}

type Step = RouterMiddleware<SimpleState>

/** What it does not know it leaves to whoever comes next; of its own paths that one learns the methods (`ctx.matched`). */
export const simpleApi = (deps: SimpleDeps): Middleware<SimpleState> => {
  const router = new Router<SimpleState>({ sensitive: true })
  for (const base of ['', '/api']) {
    const post = (path: string, handle: Step) => router.post(base + path, met(base + path), handle)
    post(
      '/books',
      posted(deps, 201, body => readForm(NewBook, body), addBook(deps)),
    )
    post(
      '/users',
      posted(deps, 201, body => readForm(NewUser, body), addUser(deps)),
    )
    post(
      '/borrow',
      posted(deps, 200, body => readForm(Borrowing, body), borrow(deps)),
    )
    post(
      '/return',
      posted(deps, 200, body => readForm(Borrowing, body), bringBack(deps)),
    )
    router.get(
      `${base}/users/:id/borrowed`,
      met(`${base}/users/{id}/borrowed`),
      shown(deps, borrowedBy(deps)),
    )
  }
  return router.routes() as Middleware<SimpleState>
}

const met =
  (pattern: string): Step =>
  (ctx, next) => {
    ctx.state.route = pattern
    return next()
  }

const posted =
  <Form>(
    { keepTime }: Pick<SimpleDeps, 'keepTime'>,
    status: 200 | 201,
    read: (body: unknown) => Either<SimpleError, Form>,
    handle: (act: Act, form: Form) => TaskEither<SimpleError, object>,
  ): Step =>
  async ctx => {
    const result = await pipe(
      (): Promise<Either<SimpleError, unknown>> => readBody(ctx),
      TE.flatMap(body => TE.fromEither(read(body))),
      TE.tap(() => keepTime),
      TE.flatMap(form => handle(actOf(ctx), form)),
    )()
    present(ctx, status, result)
  }

const shown =
  ({ keepTime }: Pick<SimpleDeps, 'keepTime'>, handle: ReturnType<typeof borrowedBy>): Step =>
  async ctx => {
    const result = await pipe(
      TE.fromEither(memberIn(ctx.params['id'] ?? '')),
      TE.tap((): TaskEither<SimpleError, void> => keepTime),
      TE.flatMap((member): TaskEither<SimpleError, object> => handle(actOf(ctx), member)),
    )()
    present(ctx, 200, result)
  }

const actOf = (ctx: Context & { readonly state: SimpleState }): Act => ({
  actor: kiosk,
  requestId: ctx.state.requestId,
  address: ctx.ip,
  expects: null,
})
