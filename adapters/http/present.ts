/** How an answer goes over the wire: the envelope of API-1, or RFC 9457 for errors where the client asked for it. */
import { STATUS_CODES } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Context } from 'koa'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { wantsProblem } from './accept.ts'
import { refused } from './answer.ts'
import type { ApiError, Refused } from './answer.ts'
import type { Answer } from './success.ts'

export const present = (ctx: Context, result: Either<ApiError, Answer>): void => {
  if (E.isRight(result)) presentSuccess(ctx, result.right)
  else presentRefusal(ctx, result.left)
}

const presentSuccess = (ctx: Context, { status, message, data, meta, headers }: Answer): void =>
  write(ctx, status, { success: true, message, data, meta }, 'application/json; charset=utf-8', headers)

const presentRefusal = (ctx: Context, error: ApiError): void => {
  const refusal = refused(error)
  ctx.vary('Accept')
  // A refusal tells how things stand for one caller at one moment.
  const headers = { ...refusal.headers, 'Cache-Control': 'no-store' }
  if (wantsProblem(ctx.get('Accept'))) {
    write(
      ctx,
      refusal.status,
      problem(refusal, ctx.originalUrl.replace(/[?#].*/s, '')),
      'application/problem+json',
      headers,
    )
  } else {
    write(ctx, refusal.status, envelope(refusal), 'application/json; charset=utf-8', headers)
  }
  if (error.type === 'BodyTooLarge') closeAfter(ctx)
}

/** The form of API-1. */
export const envelope = ({ status, code, message, details }: Refused): object => ({
  success: false,
  error: { message, code, details, status_code: status },
})

/** `type` names the kind of problem by its place in the error reference. */
const problem = ({ status, code, message, details }: Refused, instance: string): object => ({
  type: `/docs/errors#${code}`,
  title: STATUS_CODES[status],
  status,
  detail: message,
  instance,
  code,
  details,
})

const write = (
  ctx: Context,
  status: number,
  body: object,
  type: string,
  headers: Readonly<Record<string, string>>,
): void => {
  ctx.status = status
  ctx.body = JSON.stringify(body)
  // After the body: Koa takes a string for plain text.
  ctx.set({ ...headers, 'Content-Type': type })
}

/** How long a client may go on sending after it was told to stop. */
const patience = 2000

/**
 * The whole answer goes out at once, and the connection is closed when the client has stopped sending or had time enough
 * to read it: closing it over unread input would reset it, and the answer would be lost.
 */
const closeAfter = (ctx: Context): void => {
  const text = ctx.body as string
  ctx.set('Connection', 'close')
  ctx.body = lingering(text, ctx.req)
  ctx.length = Buffer.byteLength(text)
}

const lingering = (text: string, request: IncomingMessage): Readable => {
  const body = new Readable({ read: () => undefined })
  body.push(text)
  const finish = () => {
    clearTimeout(timer)
    body.push(null)
  }
  const timer = setTimeout(finish, patience)
  request.once('end', finish).once('close', finish).resume()
  return body
}
