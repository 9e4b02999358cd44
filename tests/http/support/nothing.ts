/** What routes are made of, where nothing of it is needed: to list them, to describe them. */
import type { HttpDeps } from '../../../adapters/http/deps.ts'

export const nothing: HttpDeps = new Proxy({} as HttpDeps, { get: () => nothing })

export const aProduct = { version: '1.2.3', license: 'MIT' }
