/** `npm run docs:permissions`. */
import { writeFileSync } from 'node:fs'
import { api } from '../../../adapters/http/api.ts'
import { nothing } from './nothing.ts'
import { pagePath, permissionsPage } from './permissions-page.ts'

writeFileSync(pagePath, await permissionsPage(api(nothing)))
