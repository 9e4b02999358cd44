/** Text that is stored encrypted, and bound to whose it is and what it is for: in another row it is of no use. */
import type { MemberId } from './id.ts'

export interface Belonging {
  readonly memberId: MemberId
  /** Another for each kind of text. */
  readonly purpose: string
}

export interface FieldEncryption {
  /** Another text each time. */
  readonly seal: (text: string, belonging: Belonging) => string
  /** Throws, like the reading of any damaged row: it was changed, is another's, or nobody has its key any more. */
  readonly open: (sealed: string, belonging: Belonging) => string
}
