/** Entity tags (RFC 9110, 8.8.3): `"<version>-<hash>"`, the version of the row and a hash of what is shown of it. */
import { createHash } from 'node:crypto'

/** Two rows of one version may be shown differently: counts and names come from elsewhere. */
export const etagOf = (version: number, body: string): string =>
  `"${String(version)}-${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`

interface Tag {
  readonly weak: boolean
  /** Between the quotes. */
  readonly opaque: string
}

/** What stands between two commas and is no tag is passed over: it is the tag of nothing. */
const tagsOf = (header: string): readonly Tag[] =>
  [...header.matchAll(/\s*(?:(W\/)?"([!\x23-\x7e\x80-\xff]*)"|[^,]*)\s*(?:,|$)/g)].flatMap(
    ([, weak, opaque]) => (opaque === undefined ? [] : [{ weak: weak !== undefined, opaque }]),
  )

const isAny = (header: string): boolean => header.trim() === '*'

/** If-None-Match, compared weakly: does the client have it already? */
export const isKnown = (etag: string, ifNoneMatch: string): boolean =>
  isAny(ifNoneMatch) || tagsOf(ifNoneMatch).some(({ opaque }) => `"${opaque}"` === etag)

/**
 * If-Match, compared strongly and by the versions alone: whoever read the present version loses no update, whatever
 * else was shown with it. null is any version; what is weak or no tag of ours means none.
 */
export const versionsOf = (ifMatch: string): readonly number[] | null =>
  isAny(ifMatch)
    ? null
    : tagsOf(ifMatch).flatMap(({ weak, opaque }) => {
        const version = /^([1-9]\d{0,14})-[\w-]{22}$/.exec(opaque)?.[1]
        return weak || version === undefined ? [] : [Number(version)]
      })
