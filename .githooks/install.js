/** Run by `npm ci`: this checkout uses the hooks beside this file. Outside a checkout there is nothing to do. */
import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'

const here = dirname(import.meta.dirname)

const git = (...args) =>
  execFileSync('git', args, { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

try {
  const top = git('rev-parse', '--show-toplevel')
  if (realpathSync(top) === realpathSync(here)) git('config', 'core.hooksPath', '.githooks')
} catch {
  // No git, no checkout (a tarball, an image), or one that may not be written: the hooks are a convenience.
}
