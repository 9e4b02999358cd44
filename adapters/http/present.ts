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
import { etagOf, isKnown } from './etag.ts'
import type { Answer } from './success.ts'

/** An answer as it is sent: nothing of it is made anew when it is sent again. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const success = ({ status, message, data, meta, headers, version }: Answer): Reply => {
  // Written once, for the body and for its tag.
  const shown = JSON.stringify(data)
  return {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      ...headers,
      ...(version === null ? {} : { ETag: etagOf(version, shown) }),
    },
    body: `{"success":true,"message":${JSON.stringify(message)},"data":${shown},"meta":${JSON.stringify(meta)}}`,
  }
}

/** Of a request, what the form of a refusal goes by. */
export interface Asked {
  readonly accept: string
  /** Without query and fragment, which may hold what nobody else should read. */
  readonly path: string
}

export const askedOf = (ctx: Context): Asked => ({
  accept: ctx.get('Accept'),
  path: ctx.originalUrl.replace(/[?#].*/s, ''),
})

export const refusal = (error: ApiError, { accept, path }: Asked): Reply => {
  const said = refused(error)
  const [form, type] = wantsProblem(accept)
    ? [problem(said, path), 'application/problem+json']
    : [envelope(said), 'application/json; charset=utf-8']
  return {
    status: said.status,
    // A refusal tells how things stand for one caller at one moment.
    headers: { ...said.headers, 'Cache-Control': 'no-store', 'Content-Type': type },
    body: JSON.stringify(form),
  }
}

export const present = (ctx: Context, result: Either<ApiError, Reply>): void => {
  if (E.isRight(result)) {
    send(ctx, result.right)
    return
  }
  send(ctx, refusal(result.left, askedOf(ctx)))
  if (result.left.type === 'BodyTooLarge') closeAfter(ctx)
}

const send = (ctx: Context, { status, headers, body }: Reply): void => {
  const { ETag: etag } = headers
  const tagged = etag !== undefined && ['GET', 'HEAD'].includes(ctx.method)
  if (status >= 400 || tagged) ctx.vary('Accept')
  // Whoever keeps it asks each time whether it is still so.
  if (tagged && !ctx.res.hasHeader('Cache-Control')) ctx.set('Cache-Control', 'no-cache')
  if (tagged && isKnown(etag, ctx.get('If-None-Match'))) {
    ctx.status = 304
    ctx.set('ETag', etag)
    return
  }
  ctx.status = status
  ctx.body = body
  // After the body: Koa takes a string for plain text.
  ctx.set(headers)
}

/** The form of API-1. */
export const envelope = ({ status, code, message, details }: Refused): object => ({
  success: false,
  error: { message, code, details, status_code: status },
})

/** `type` names the kind of problem by its place in the error reference. */
export const problem = ({ status, code, message, details }: Refused, instance: string): object => ({
  type: `/docs/errors#${code}`,
  title: STATUS_CODES[status],
  status,
  detail: message,
  instance,
  code,
  details,
})

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
