/** What the product knows of its own package: its version and license, and where the files of another lie. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Product } from '../adapters/http/deps.ts'

/** Built or not, the package lies somewhere above this file. */
const packageFile = (folder: string): string => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? file : packageFile(dirname(folder))
}

export const product = (): Product => {
  const { version, license } = JSON.parse(readFileSync(packageFile(import.meta.dirname), 'utf8')) as Product
  return { version, license }
}

/** The folder of the pages' scripts and styles. */
export const swaggerUiFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
