/** What the product knows of its own package: its version, and where the files of another lie. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Built or not, the package lies somewhere above this file. */
const packageFile = (folder: string): string => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? file : packageFile(dirname(folder))
}

export const productVersion = (): string =>
  (JSON.parse(readFileSync(packageFile(import.meta.dirname), 'utf8')) as { readonly version: string }).version

/** The folder of the pages' scripts and styles. */
export const swaggerUiFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
