/** Ends a server without cutting off what is under way. */
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Call it before the server listens. Node's `closeIdleConnections` leaves alone who never asked anything, and an answer
 * that is given while the server closes keeps its connection open for the next request.
 * @returns what closes the server; requests under way have so many milliseconds to end
 */
export const gracefulClose = (server: Server): ((patience: number) => Promise<void>) => {
  const connections = new Set<Socket>()
  const underWay = new Set<ServerResponse>()
  let closing = false

  const closeQuiet = (): void => {
    const busy = new Set([...underWay].map(({ req }) => req.socket))
    for (const connection of connections) if (!busy.has(connection)) connection.destroySoon()
  }

  server.on('connection', connection => {
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
  })
  const follow = (_request: unknown, response: ServerResponse): void => {
    underWay.add(response)
    response.once('close', () => {
      underWay.delete(response)
      if (closing) closeQuiet()
    })
  }
  // A request with an `Expect` that Node does not know comes as the second.
  server.on('request', follow).on('checkExpectation', follow)

  return async patience => {
    const closed = new Promise(resolve => server.close(resolve))
    closing = true
    for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close')
    closeQuiet()
    const timer = setTimeout(() => {
      server.closeAllConnections()
    }, patience)
    await closed
    clearTimeout(timer)
  }
}
