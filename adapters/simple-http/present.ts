/** How an answer goes over the wire: bare JSON when it went well, else the envelope of API-1 or RFC 9457. */
import { STATUS_CODES } from 'node:http'
import type { Context } from 'koa'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { refused } from './refused.ts'
import type { Refused, SimpleError } from './refused.ts'

/** What is so now is kept by nobody on the way. */
export const present = (ctx: Context, status: 200 | 201, result: Either<SimpleError, object>): void => {
  ctx.set('Cache-Control', 'no-store')
  if (E.isRight(result)) write(ctx, status, result.right, 'application/json; charset=utf-8')
  else presentRefusal(ctx, refused(result.left))
}

const presentRefusal = (ctx: Context, refusal: Refused): void => {
  ctx.vary('Accept')
  ctx.set({ ...refusal.headers })
  if (wantsProblem(ctx)) {
    write(ctx, refusal.status, problem(refusal, ctx.path), 'application/problem+json')
  } else {
    write(ctx, refusal.status, envelope(refusal), 'application/json; charset=utf-8')
  }
}

/** Only a client that names it gets it: the wildcards of a browser ask for nothing in particular. */
const wantsProblem = (ctx: Context): boolean =>
  /application\/problem\+json/i.test(ctx.get('Accept')) &&
  ctx.accepts('application/problem+json', 'application/json') === 'application/problem+json'

const envelope = ({ status, code, message, details }: Refused): object => ({
  success: false,
  error: { message, code, details, status_code: status },
})

const problem = ({ status, code, message, details }: Refused, instance: string): object => ({
  type: `/docs/errors#${code}`,
  title: STATUS_CODES[status],
  status,
  detail: message,
  instance,
  code,
  details,
})

const write = (ctx: Context, status: number, body: object, type: string): void => {
  ctx.status = status
  ctx.body = JSON.stringify(body)
  // After the body: Koa takes a string for plain text.
  ctx.set('Content-Type', type)
}
