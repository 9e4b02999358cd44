/** The server: reads the config, prepares the storage, listens, and stops gracefully. */
import 'reflect-metadata'
import { environment } from './config-files.ts'
import { readConfig } from './config.ts'
import { startServer } from './server.ts'
import type { RunningServer } from './server.ts'

const config = readConfig(environment())

if ('faults' in config) {
  process.stderr.write(
    `The configuration is wrong:\n${config.faults.map(fault => `  ${fault}`).join('\n')}\n`,
  )
  process.exitCode = 78
} else {
  let server: RunningServer | null = null
  let stopping = false
  const stop = (): void => {
    // Before it has started there is nothing to wait for; a second signal means it.
    if (server === null || stopping) process.exit(1)
    stopping = true
    void server.stop().then(() => {
      process.exitCode = 0
    })
  }
  // Heard before it says that it listens: whoever waits for that may stop it at once.
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    server = await startServer(config)
  } catch (error) {
    process.stderr.write(`The start failed: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
