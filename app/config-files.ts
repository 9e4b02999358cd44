/** Where the texts of the configuration come from: the environment, `.env`, CONFIG_FILE, and files of one secret each. */
import { existsSync, readFileSync } from 'node:fs'
import { parse as parseDotenv } from 'dotenv'
import { variables } from './config-variables.ts'
import type { Name, Variable } from './config-variables.ts'

export type Source = Readonly<Record<string, string | undefined>>

/** An empty text is none: `PORT=` is how compose files and shells leave a variable out. */
export const isSet = (found: string | undefined): found is string => found !== undefined && found !== ''

/** The environment over the `.env` of the working folder. */
export const environment = (): Source => ({
  ...(existsSync('.env') ? parseDotenv(readFileSync('.env')) : {}),
  ...process.env,
})

/** NAME_FILE names a file that holds a secret; CONFIG_FILE one that holds what is none. The environment wins. */
export const withFiles = (source: Source, faults: string[]): Source => {
  const given = Object.fromEntries(Object.entries(source).filter(([, found]) => isSet(found)))
  const configFile = given['CONFIG_FILE']
  const fromFile = configFile === undefined ? {} : readConfigFile(configFile, faults)
  const secrets = Object.entries<Variable<unknown>>(variables).flatMap(([name, { secret }]) => {
    const path = given[`${name}_FILE`]
    if (secret !== true || path === undefined) return []
    const content = readText(path)
    if (content === null)
      faults.push(`${name}_FILE: found ${JSON.stringify(path)}, allowed is a file that can be read`)
    return content === null ? [] : [[name, content.trim()] as const]
  })
  return { ...fromFile, ...Object.fromEntries(secrets), ...given }
}

const readConfigFile = (path: string, faults: string[]): Source => {
  const content = readText(path)
  const parsed = content === null ? undefined : parseObject(content)
  if (parsed === undefined) {
    faults.push(
      `CONFIG_FILE: found ${JSON.stringify(path)}, allowed is a file with one JSON object of names and values`,
    )
    return {}
  }
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) => {
      const known: Variable<unknown> | undefined = Object.hasOwn(variables, name)
        ? variables[name as Name]
        : undefined
      if (known === undefined)
        faults.push(`CONFIG_FILE: found ${JSON.stringify(name)}, allowed are the names of .env.example`)
      else if (known.secret === true && name !== 'STORAGE') {
        faults.push(`CONFIG_FILE: found ${name}, allowed is what is not secret; use ${name}_FILE`)
      } else if (typeof value === 'string' || typeof value === 'number')
        return [[name, String(value)] as const]
      else
        faults.push(`CONFIG_FILE: found ${name} as ${JSON.stringify(value)}, allowed is a text or a number`)
      return []
    }),
  )
}

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const parseObject = (content: string): object | undefined => {
  try {
    const parsed: unknown = JSON.parse(content)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
