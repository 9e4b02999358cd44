/** How the text of a variable is read: a value, or nothing where it does not fit. */
import { isIP } from 'node:net'
import * as t from 'io-ts'

const codec = <A>(name: string, read: (text: string) => A | undefined): t.Decoder<string, A> =>
  new t.Type<A, A, string>(
    name,
    (_value): _value is A => true,
    (text, context) => {
      const value = read(text)
      return value === undefined ? t.failure(text, context) : t.success(value)
    },
    t.identity,
  )

export const words = <Word extends string>(...allowed: readonly Word[]) =>
  codec('Words', text => allowed.find(word => word === text))

export const onOff = codec('OnOff', text => (text === 'on' ? true : text === 'off' ? false : undefined))

export const integer = (least: number, most: number) =>
  codec('Integer', text => {
    const value = Number(text)
    return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined
  })

export const text = (pattern: RegExp) => codec('Text', given => (pattern.test(given) ? given : undefined))

export const optional = <A>(some: t.Decoder<string, A>): t.Decoder<string, A | null> =>
  codec<A | null>('Optional', given => {
    const decoded = some.decode(given)
    return decoded._tag === 'Right' ? decoded.right : undefined
  })

/** Several texts between commas, each of a form, none of them twice. */
export const texts = (pattern: RegExp) =>
  codec<readonly string[]>('Texts', given => {
    const parts = given.split(',').map(part => part.trim())
    return parts.every(part => pattern.test(part)) && new Set(parts).size === parts.length ? parts : undefined
  })

const isNetwork = (given: string): boolean => {
  const [address = '', prefix, ...rest] = given.split('/')
  const version = isIP(address)
  // One that is mapped into IPv6 is written as the IPv4 address that it is.
  if (version === 0 || /^::ffff:|%/i.test(address) || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

/** Addresses and networks between commas. */
export const networks = codec<readonly string[]>('Networks', given => {
  const parts = given.split(',').map(part => part.trim())
  return parts.every(isNetwork) ? parts : undefined
})
