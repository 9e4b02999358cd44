/** Notices, wired: the outbox is handed to the notifier, which writes to the log. */
import { ContainerModule } from 'inversify'
import { logNotifier } from '../../adapters/logging/log-notifier.ts'
import { sendOutbox } from '../../core/notices/use-cases/send-outbox.ts'
import { LOG, NOTIFIER, PERSISTENCE, REAL_CLOCK, SEND_OUTBOX } from '../tokens.ts'

export const noticesModule = new ContainerModule(({ bind }) => {
  bind(NOTIFIER).toResolvedValue(logNotifier, [LOG]).inSingletonScope()
  bind(SEND_OUTBOX)
    .toResolvedValue(
      ({ outbox }, notifier, clock) => sendOutbox({ outbox, notifier, clock }),
      [PERSISTENCE, NOTIFIER, REAL_CLOCK],
    )
    .inSingletonScope()
})
