/** A password that stands in no command line, where every user of the machine would see it, and on no screen. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Refused } from './refused.ts'

export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean }
  /** Shows what is asked for. */
  readonly say: (words: string) => void
}

/** Takes what is typed and shows nothing of it. */
const unseen = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/** At a terminal it is asked for twice; otherwise it is the first line of what comes in. */
export const askPassword = async ({ input, say }: Terminal): Promise<string> => {
  if (input.isTTY !== true) {
    const [line = ''] = (await text(input)).split(/\r?\n/)
    if (line === '') throw new Refused('A password is needed: ADMIN_PASSWORD, or a line on standard input')
    return line
  }
  const lines = createInterface({ input, output: unseen(), terminal: true })
  try {
    const typed = lines[Symbol.asyncIterator]()
    const ask = async (words: string): Promise<string> => {
      say(words)
      const line = await typed.next()
      say('\n')
      if (line.done === true) throw new Refused('Nothing was made')
      return line.value
    }
    const password = await ask('Password: ')
    if ((await ask('Once more: ')) !== password) throw new Refused('These are two passwords')
    return password
  } finally {
    lines.close()
  }
}
