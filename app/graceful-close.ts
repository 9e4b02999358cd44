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
  server.on('request', (_request, response) => {
    underWay.add(response)
    response.once('close', () => {
      underWay.delete(response)
      if (closing) closeQuiet()
    })
  })

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
