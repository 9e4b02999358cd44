/** Secrets that nobody set, made once and kept in the data folder: outside production only. */
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as t from 'io-ts'
import { newSigningKey } from '../adapters/security/access-tokens.ts'
import type { Config } from './config.ts'

export interface InstallationSecrets {
  readonly tokenSigningKey: string
  readonly passwordPepper: string
}

const kept = t.type({ token_signing_key: t.string, password_pepper: t.string })

/**
 * What the config has, and what it lacks from `secrets.json`: read when it is there, else created exclusively (mode
 * 600), so that of two processes that start at once one makes it and both use it.
 */
export const installationSecrets = async (config: Config): Promise<InstallationSecrets> => {
  const { tokenSigningKey, passwordPepper } = config
  if (tokenSigningKey !== null && passwordPepper !== null) return { tokenSigningKey, passwordPepper }
  if (config.production) throw new Error('Secrets are missing')
  const stored = await readOrMake(join(config.dataDir, 'secrets.json'), config.dataDir)
  return {
    tokenSigningKey: tokenSigningKey ?? stored.token_signing_key,
    passwordPepper: passwordPepper ?? stored.password_pepper,
  }
}

const readOrMake = async (path: string, folder: string): Promise<t.TypeOf<typeof kept>> => {
  const made = {
    token_signing_key: await newSigningKey(),
    password_pepper: randomBytes(32).toString('base64url'),
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Whole or not there: it gets its name only when it is written, and only where no other has it.
  // Not by the process id: in two containers it is the same.
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, path)
    return made
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return readKept(path)
  } finally {
    unlinkSync(draft)
  }
}

const readKept = (path: string): t.TypeOf<typeof kept> => {
  const decoded = kept.decode(parsed(readFileSync(path, 'utf8')))
  if (decoded._tag === 'Right') return decoded.right
  throw new Error(`${path} holds no secrets; remove it to have new ones made (every login ends with them)`)
}

/** The parser's own error would quote what the file holds. */
const parsed = (content: string): unknown => {
  try {
    return JSON.parse(content)
  } catch {
    return null
  }
}
