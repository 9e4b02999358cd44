/** The body of a request: judged by its length and its type, then parsed (413, 415, 400). */
import { bodyParser } from '@koa/bodyparser'
import type { Context } from 'koa'
import { E } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import type { BodyRefusal } from './refused.ts'

/** In bytes. */
export const bodyLimit = 1024 * 1024

const parse = bodyParser({
  enableTypes: ['json'],
  // What `isJson` lets through is JSON, whatever it is called.
  detectJSON: () => true,
  jsonLimit: bodyLimit,
})

/** What was sent, undefined where nothing was. */
export const readBody = async (ctx: Context): Promise<Either<BodyRefusal, unknown>> => {
  // 0 where it was not said, as of a body in chunks.
  const length = Number(ctx.get('Content-Length'))
  if (length > bodyLimit) return tooLarge(ctx)
  if (length === 0 && ctx.get('Transfer-Encoding') === '') return E.right(undefined)
  const refusal = typeRefusal(ctx)
  if (refusal !== null) return E.left(refusal)
  try {
    await parse(ctx, () => Promise.resolve())
    // None is set for a client that has gone away.
    return ctx.request.body === undefined ? E.left({ type: 'MalformedRequest' }) : E.right(ctx.request.body)
  } catch (error) {
    return refusalOf(ctx, error)
  }
}

const typeRefusal = (ctx: Context): BodyRefusal | null => {
  if (!isJson(ctx.get('Content-Type')))
    return { type: 'UnsupportedMediaType', message: 'The body must be application/json in UTF-8' }
  const coding = ctx.get('Content-Encoding').trim().toLowerCase()
  return coding === '' || coding === 'identity'
    ? null
    : { type: 'UnsupportedMediaType', message: 'The body must not be compressed' }
}

const isJson = (header: string): boolean => {
  const [type = '', ...parameters] = header.split(';').map(part => part.trim().toLowerCase())
  const charset = parameters.find(parameter => parameter.startsWith('charset='))?.slice(8)
  return (
    /^application\/(?:[\w.!#$&^-]+\+)?json$/.test(type) &&
    (charset === undefined || /^"?utf-?8"?$/.test(charset))
  )
}

/** The rest is read and thrown away, so that a client which is still sending comes to read the answer. */
const tooLarge = (ctx: Context): Either<BodyRefusal, never> => {
  ctx.req.resume()
  return E.left({ type: 'BodyTooLarge', limit: bodyLimit })
}

/** What the parser throws carries a status; anything else is a bug. */
const refusalOf = (ctx: Context, error: unknown): Either<BodyRefusal, never> => {
  if (error instanceof SyntaxError) return E.left({ type: 'MalformedJson' })
  if (!(error instanceof Error) || !('status' in error)) throw error
  return error.status === 413 ? tooLarge(ctx) : E.left({ type: 'MalformedRequest' })
}
