/**
 * Mails as files of a folder, for whoever tries the product out: what a channel of mail will send, one can read there. Not for
 * production: whoever reads the folder is in.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Notifier } from '../../core/notices/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import { toIso } from '../../core/shared/local-time.ts'

/** Keeps what encloses something, each in a file of its own by its key, and hands all on to another. */
export const mailbox = (folder: string, next: Notifier): Notifier => ({
  send: notice => {
    if ('enclosed' in notice) {
      const { to, token, expiresAt } = notice.enclosed
      const mail = { to, kind: notice.kind, user_id: notice.memberId, token, expires_at: toIso(expiresAt) }
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeFileSync(join(folder, `${notice.key}.json`), `${JSON.stringify(mail, null, 2)}\n`, {
          mode: 0o600,
        })
      } catch (error) {
        return TE.left({ type: 'NotSent', detail: error instanceof Error ? error.message : String(error) })
      }
    }
    return next.send(notice)
  },
})
