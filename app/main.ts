/** The server: reads the config, prepares the storage, listens, and stops gracefully. */
import 'reflect-metadata'
import { environment, readConfig } from './config.ts'
import { startServer } from './server.ts'

const config = readConfig(environment())

if ('faults' in config) {
  process.stderr.write(
    `The configuration is wrong:\n${config.faults.map(fault => `  ${fault}`).join('\n')}\n`,
  )
  process.exitCode = 78
} else {
  try {
    const server = await startServer(config)
    let stopping = false
    const stop = (): void => {
      // A second signal means it: the process ends at once.
      if (stopping) process.exit(1)
      stopping = true
      void server.stop().then(() => {
        process.exitCode = 0
      })
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  } catch (error) {
    process.stderr.write(`The start failed: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
