/** A notifier that writes notices to the log: what a library without mail has, and what the tests look at. */
import { TE } from '../../core/shared/fp.ts'
import type { Notifier } from '../../core/notices/ports.ts'
import type { Logger } from './logger.ts'

export const logNotifier = (log: Logger): Notifier => ({
  send: notice => {
    log.info('notice', {
      key: notice.key,
      kind: notice.kind,
      ...('memberId' in notice ? { member_id: notice.memberId } : { branch_id: notice.branchId }),
      at: notice.at,
      facts: notice.facts,
    })
    return TE.right(undefined)
  },
})
