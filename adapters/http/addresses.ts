/** AUT-8: where a request comes from, and from where administrative ones may come. */
import { BlockList, isIP, SocketAddress } from 'node:net'

/** Tells addresses that lie within a list of networks, as `10.0.0.0/8`, or are one of its addresses. */
export type Within = (address: string) => boolean

/** @param networks addresses and CIDR networks whose form was looked at before */
export const within = (networks: readonly string[]): Within => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = familyOf(address)
    list.addSubnet(address, prefix === undefined ? bitsOf[family] : Number(prefix), family)
  }
  return address => isIP(address) !== 0 && list.check(address, familyOf(address))
}

const bitsOf = { ipv4: 32, ipv6: 128 } as const

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/**
 * One form for each address: without the zone of a link, in the shortest spelling, and an IPv4 address that came mapped into IPv6
 * as what it is. null for what is no address.
 */
export const plainAddress = (text: string): string | null => {
  const [address = ''] = text.split('%')
  if (isIP(address) === 4) return address
  if (isIP(address) !== 6) return null
  const short = new SocketAddress({ address, family: 'ipv6' }).address
  const mapped = short.slice('::ffff:'.length)
  return short.startsWith('::ffff:') && isIP(mapped) === 4 ? mapped : short
}

/** Some proxies write the port too, and IPv6 in brackets. */
const withoutPort = (hop: string): string =>
  /^\[(.*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop

/**
 * Of a request: the socket's address, or, where that is a trusted proxy's, the last one before it in X-Forwarded-For that is not.
 * Whatever stands left of that was written by somebody who is not trusted; what is no address ends the walk at the proxy that
 * handed it on.
 */
export const clientAddress =
  (trusted: Within) =>
  (socket: string, forwardedFor: string | undefined): string => {
    let client = plainAddress(socket) ?? ''
    if (forwardedFor === undefined) return client
    const hops = forwardedFor.split(',')
    while (trusted(client)) {
      const before = plainAddress(withoutPort((hops.pop() ?? '').trim()))
      if (before === null) return client
      client = before
    }
    return client
  }
