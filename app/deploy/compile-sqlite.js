/**
 * Run by `npm ci`: sees to it that better-sqlite3 has its native part. A prebuilt one is taken where it can be
 * fetched, else it is compiled against the headers that lie beside this Node, so that nothing has to be
 * fetched and no setting of npm is needed (ADR 13). Where npm ran the package's own script, nothing is left to do.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const manifest = require.resolve('better-sqlite3/package.json')
const packageRequire = createRequire(manifest)
const packageFolder = dirname(manifest)

const works = () => {
  try {
    // In a process of its own: a half-written binary may take its process down.
    execFileSync(process.execPath, ['-e', "new (require('better-sqlite3'))(':memory:').close()"], {
      cwd: packageFolder,
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

const run = (script, args) =>
  execFileSync(process.execPath, [script, ...args], {
    cwd: packageFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })

/** Where this Node keeps its headers, if it came with the very ones: its archive, its image and Debian's package do. */
const ownHeaders = () => {
  const prefix = dirname(dirname(realpathSync(process.execPath)))
  const versionFile = join(prefix, 'include', 'node', 'node_version.h')
  if (!existsSync(versionFile)) return []
  const text = readFileSync(versionFile, 'utf8')
  const part = name => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1]
  const version = [part('MAJOR'), part('MINOR'), part('PATCH')].join('.')
  return version === process.versions.node ? [`--nodedir=${prefix}`] : []
}

const fetched = () => {
  try {
    run(packageRequire.resolve('prebuild-install/bin.js'), [])
    return works()
  } catch {
    return false
  }
}

if (!works() && !fetched()) {
  const nodeGyp = process.env.npm_config_node_gyp
  if (nodeGyp === undefined)
    throw new Error('npm names its node-gyp to the scripts it runs: use npm run postinstall')
  run(nodeGyp, ['rebuild', '--release', ...ownHeaders()])
}
