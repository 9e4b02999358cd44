/** The body of a request: read up to a limit, then judged by its type, then by its form (413, 415, 400). */
import type { IncomingMessage } from 'node:http'
import { E, pipe, TE } from '../../core/shared/fp.ts'
import type { Either, TaskEither } from '../../core/shared/fp.ts'
import { parseJson } from './json.ts'
import type { HttpRefusal } from './refusals.ts'

export const bodyLimit = 1024 * 1024

/** The JSON that was sent, undefined where no body was. */
export const readBody = (request: IncomingMessage): TaskEither<HttpRefusal, unknown> =>
  pipe(
    () => bytesOf(request),
    TE.flatMap(bytes =>
      TE.fromEither(
        bytes.length === 0
          ? E.right(undefined)
          : pipe(
              isJson(request),
              E.flatMap(() => parseJson(bytes)),
            ),
      ),
    ),
  )

const tooLarge: HttpRefusal = { type: 'BodyTooLarge', limit: bodyLimit }

/**
 * Settles as soon as it is known to be too large, by its announced or its real length, while the client is still
 * sending; the rest is not kept.
 */
const bytesOf = (request: IncomingMessage): Promise<Either<HttpRefusal, Uint8Array>> =>
  new Promise(resolve => {
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
      resolve(E.left(tooLarge))
      return
    }
    const chunks: Buffer[] = []
    let length = 0
    const stop = () => request.off('data', take).off('end', end).off('close', cutOff)
    const take = (chunk: Buffer) => {
      length += chunk.length
      if (length <= bodyLimit) {
        chunks.push(chunk)
        return
      }
      stop()
      request.pause()
      resolve(E.left(tooLarge))
    }
    const end = () => {
      stop()
      resolve(E.right(Buffer.concat(chunks)))
    }
    const cutOff = () => {
      stop()
      resolve(E.left({ type: 'MalformedRequest' }))
    }
    request.on('data', take).on('end', end).on('close', cutOff)
  })

const isJson = ({ headers }: IncomingMessage): Either<HttpRefusal, void> => {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map(part => part.trim().toLowerCase())
  const charset = parameters
    .find(parameter => parameter.startsWith('charset='))
    ?.slice(8)
    .replace(/"/g, '')
  if (!/^application\/(?:[\w.!#$&^-]+\+)?json$/.test(type))
    return unsupported('The body must be application/json')
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    return unsupported('The body must be UTF-8')
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  return coding === 'identity' || coding === ''
    ? E.right(undefined)
    : unsupported('The body must not be compressed')
}

const unsupported = (message: string): Either<HttpRefusal, never> =>
  E.left({ type: 'UnsupportedMediaType', message })
