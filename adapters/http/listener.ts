/** The socket: limits of time, and answers to what never became a request. */
import { createServer, STATUS_CODES } from 'node:http'
import type { Server, ServerOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import type Koa from 'koa'
import { refused } from './answer.ts'
import { envelope } from './present.ts'
import type { HttpDeps } from './deps.ts'
import type { RequestState } from './endpoint.ts'
import type { HttpRefusal } from './refusals.ts'

/** How long a client may take: for its headers, and for the whole of its request. */
const patience: ServerOptions = { headersTimeout: 20_000, requestTimeout: 60_000 }

/** The server that `listen` is called on. */
export const httpServer = (
  app: Koa<RequestState>,
  { newRequestId }: Pick<HttpDeps, 'newRequestId'>,
  limits = patience,
): Server => {
  const handle = app.callback()
  const onRequest: Parameters<typeof createServer>[1] = (request, response) => void handle(request, response)
  return (
    createServer(limits, onRequest)
      // An expectation we do not know is passed over, as RFC 9110 (10.1.1) allows; Node would answer without an envelope.
      .on('checkExpectation', onRequest)
      .on('clientError', (error: NodeJS.ErrnoException, socket) => {
        if (error.code === 'ECONNRESET' || !socket.writable || hasBegunToAnswer(socket)) socket.destroy()
        else sayAndClose(socket, refusalText(error.code ?? '', newRequestId()))
      })
  )
}

/** The other side gets the time to read it; what it still sends is looked at no more. */
const sayAndClose = (socket: Duplex, text: string): void => {
  socket.end(text)
  setTimeout(() => socket.destroy(), 1000).unref()
}

/** An answer is under way on this socket: a second one into it would spoil both. Node keeps it in this field itself. */
const hasBegunToAnswer = (socket: Duplex): boolean =>
  (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent === true

const refusals: Readonly<Record<string, HttpRefusal>> = {
  HPE_HEADER_OVERFLOW: { type: 'HeadersTooLarge' },
  ERR_HTTP_REQUEST_TIMEOUT: { type: 'RequestTimeout' },
}

const refusalText = (errorCode: string, requestId: string): string => {
  const said = refused(refusals[errorCode] ?? { type: 'MalformedRequest' })
  const { status } = said
  const body = JSON.stringify(envelope(said))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
