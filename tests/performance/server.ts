/** The product as it is built, in a process of its own, on a library that is ready. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { codeAt } from '../../adapters/security/one-time-codes.ts'
import { instant } from '../../core/shared/local-time.ts'
import { bare, listeningAt } from '../support/server.ts'
import type { Environment } from '../support/server.ts'
import type { Library } from './library.ts'
import { endWithUs } from './undo.ts'

export interface ProductServer {
  readonly url: string
  readonly pid: number
  /** Of the librarian. */
  readonly token: string
  readonly stop: () => Promise<void>
}

const main = fileURLToPath(new URL('../../dist/app/main.js', import.meta.url))
/** Milliseconds. */
const patience = 30_000

/** What it logs goes into a file, as behind any service manager. */
export const startProduct = async (
  library: Library,
  folder: string,
  env: Environment,
): Promise<ProductServer> => {
  const log = join(folder, 'server.log')
  const out = openSync(log, 'a')
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { ...bare(), ...library.env, ...env },
    stdio: ['ignore', out, out],
  })
  closeSync(out)
  endWithUs(child)
  const until = Date.now() + patience
  let url = listeningAt(readFileSync(log, 'utf8'))
  while (url === null) {
    if (child.exitCode !== null || Date.now() > until || child.pid === undefined)
      throw new Error(`The server did not start:\n${readFileSync(log, 'utf8')}`)
    await wait(50)
    url = listeningAt(readFileSync(log, 'utf8'))
  }
  return {
    url,
    pid: child.pid ?? 0,
    token: await logIn(url, library.librarian),
    stop: async () => {
      child.kill('SIGTERM')
      while (child.exitCode === null && child.signalCode === null) await wait(20)
    },
  }
}

const logIn = async (url: string, { login, password, otpSecret }: Library['librarian']): Promise<string> => {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password, otp: codeAt(otpSecret, instant(Date.now())) }),
  })
  const { data } = (await response.json()) as { data?: { access_token?: string } }
  if (data?.access_token === undefined) throw new Error(`The login failed: ${String(response.status)}`)
  return data.access_token
}
