/** Where guesses come from. */

const groupsOfNetwork = 4

/**
 * What counts as one address: of IPv6 the first 64 bits, for whoever has one address there has them all.
 * @param address as the socket tells it, an IPv4 one perhaps within IPv6
 */
export const networkOf = (address: string): string => {
  const [plain = ''] = address.toLowerCase().split('%')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1]
  if (mapped !== undefined) return mapped
  return plain.includes(':') ? `${prefixOf(plain).join(':')}::/64` : plain
}

/** Without leading zeroes, so that one network is spelled one way. */
const prefixOf = (address: string): readonly string[] => {
  const [head = '', tail = ''] = address.split('::')
  const [before, after] = [groupsOf(head), groupsOf(tail)]
  const left = address.includes('::')
    ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
    : []
  return [...before, ...left, ...after].slice(0, groupsOfNetwork).map(group => group.replace(/^0+(?=.)/, ''))
}

const groupsOf = (part: string): readonly string[] => (part === '' ? [] : part.split(':'))
