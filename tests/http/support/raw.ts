/** Requests byte by byte, for what no client library would send. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface RawConnection {
  readonly socket: Socket
  /** All that came back so far. */
  readonly text: () => string
  /** Waits until the whole of it matches. */
  readonly until: (pattern: RegExp) => Promise<string>
  readonly closed: Promise<void>
}

export const rawConnection = async (port: number): Promise<RawConnection> => {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', chunk => (received += chunk.toString('latin1')))
  socket.on('error', () => undefined)
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  await new Promise<void>(resolve => socket.once('connect', resolve))
  return {
    socket,
    text: () => received,
    until: async pattern => {
      const deadline = performance.now() + 5000
      while (!pattern.test(received)) {
        if (performance.now() > deadline) throw new Error(`${String(pattern)} did not come, but: ${received}`)
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      return received
    },
    closed,
  }
}

/** Sends it and gives back what came until the connection was closed. */
export const exchange = async (port: number, request: string): Promise<string> => {
  const { socket, text, closed } = await rawConnection(port)
  socket.write(request, 'latin1')
  await closed
  return text()
}
