/** Notices, wired: the outbox is handed to the notifier, which writes to the log, and outside production mails to files. */
import { join } from 'node:path'
import { ContainerModule } from 'inversify'
import { logNotifier } from '../../adapters/logging/log-notifier.ts'
import { mailbox } from '../../adapters/mailbox/mailbox.ts'
import { writeLetter } from '../../core/identity/use-cases/write-letter.ts'
import { sendOutbox } from '../../core/notices/use-cases/send-outbox.ts'
import { CONFIG, LOG, NOTIFIER, PERSISTENCE, REAL_CLOCK, SEND_OUTBOX, TOKEN_TEXTS } from '../tokens.ts'

export const noticesModule = new ContainerModule(({ bind }) => {
  bind(NOTIFIER)
    .toResolvedValue(
      (log, { production, dataDir }) =>
        production ? logNotifier(log) : mailbox(join(dataDir, 'mails'), logNotifier(log)),
      [LOG, CONFIG],
    )
    .inSingletonScope()
  bind(SEND_OUTBOX)
    .toResolvedValue(
      ({ outbox, work, ids }, notifier, texts, clock) =>
        sendOutbox({ outbox, notifier, writeEnclosure: writeLetter({ work, ids, texts, clock }), clock }),
      [PERSISTENCE, NOTIFIER, TOKEN_TEXTS, REAL_CLOCK],
    )
    .inSingletonScope()
})
