/** Starts the server and stops it: storage, sample, HTTP, outbox and jobs. */
import type { AddressInfo } from 'node:net'
import type { Container } from 'inversify'
import { api } from '../adapters/http/api.ts'
import { httpServer } from '../adapters/http/listener.ts'
import { httpApp } from '../adapters/http/server.ts'
import { simpleApi } from '../adapters/simple-http/simple-api.ts'
import { startBackground } from './background.ts'
import type { Config } from './config.ts'
import { buildContainer } from './container.ts'
import { gracefulClose } from './graceful-close.ts'
import { httpDeps } from './http.ts'
import { prepareStorage } from './prepare.ts'
import type { SampleLogin } from './sample-library.ts'
import { LOG, PASSWORD_STRENGTH, PASSWORDS, PERSISTENCE, SIMPLE_API } from './tokens.ts'

export interface RunningServer {
  readonly url: string
  /** Lets requests under way end, then closes everything. */
  readonly stop: () => Promise<void>
}

export const startServer = async (config: Config): Promise<RunningServer> => {
  const container = await buildContainer(config)
  try {
    return await start(config, container)
  } catch (error) {
    // What is open keeps the process from ending.
    await closeStorage(container)
    throw error
  }
}

const closeStorage = async (container: Container): Promise<void> => {
  await container.get(PASSWORDS).close()
  await container.get(PASSWORD_STRENGTH).close()
  await container.get(PERSISTENCE).close()
}

const start = async (config: Config, container: Container): Promise<RunningServer> => {
  const log = container.get(LOG)
  const { sampleLogins } = await prepareStorage(config, container, () => undefined)
  const deps = httpDeps(container)
  const beside = config.simpleApi ? [simpleApi(container.get(SIMPLE_API))] : []
  const server = httpServer(httpApp(deps, api(deps), beside), deps)
  const close = gracefulClose(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  const background = startBackground(config, container)
  const { address, port, family } = server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${String(port)}`
  if (config.production)
    log.warn('no mail', {
      meaning: 'No mail adapter is set up: nobody gets the mails that verify addresses and reset passwords',
    })
  log.info('listening', { url, storage: config.storage.split(':')[0] })
  greet(config, url, sampleLogins)

  const stop = async (): Promise<void> => {
    await close(config.shutdownTimeout)
    await background.stop()
    await closeStorage(container)
    log.info('stopped')
  }
  return { url, stop }
}

/** What a person at a terminal needs: where it is, and how to log in to the sample. */
const greet = (config: Config, url: string, logins: readonly SampleLogin[]): void => {
  if (config.logLevel === 'silent') return
  // In production the output is a log that others read.
  const shown = config.production ? [] : logins
  const lines = shown.map(
    ({ role, login, password }) => `  ${role.padEnd(15)} ${login.padEnd(34)} ${password}`,
  )
  const sample =
    logins.length === 0
      ? []
      : [`The sample library was loaded. Logins (kept in ${config.dataDir}/sample-logins.json):`, ...lines]
  process.stdout.write(`${['', `The library is open at ${url}`, ...sample, ''].join('\n')}\n`)
}
