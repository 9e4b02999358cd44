/** The product as `npm run build` makes it, for tests that run it as processes of their own: they start in half the time. */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))
/** What the compiler writes last. */
const stamp = 'dist/.tsbuildinfo'

/** Milliseconds since 1970; of a folder it is when a file came or went. */
const changedAt = (file: string): number =>
  statSync(join(repository, file), { throwIfNoEntry: false })?.mtimeMs ?? 0

const newest = (times: readonly number[]): number => Math.max(0, ...times)

const sources = (): { readonly files: number; readonly folders: number } => {
  const roots = ['core', 'adapters', 'app', 'migrations']
  const within = roots.flatMap(root => [
    { path: root, isFolder: true },
    ...readdirSync(join(repository, root), { withFileTypes: true, recursive: true }).map(entry => ({
      path: join(relative(repository, entry.parentPath), entry.name),
      isFolder: entry.isDirectory(),
    })),
  ])
  const changed = (areFolders: boolean): number =>
    newest(within.filter(({ isFolder }) => isFolder === areFolders).map(({ path }) => changedAt(path)))
  return {
    files: newest([changed(false), changedAt('tsconfig.json'), changedAt('tsconfig.build.json')]),
    folders: changed(true),
  }
}

let isBuilt = false

/**
 * Once in a process; where several run it, before they are there. Builds what is not built yet, or was changed since: `dist` is
 * never older than the code that a test stands beside.
 * @throws what the compiler says against it
 */
export const build = (): void => {
  if (isBuilt) return
  const [built, { files, folders }] = [changedAt(stamp), sources()]
  // What was made of a file that is gone would be found on.
  if (built < folders) rmSync(join(repository, 'dist'), { recursive: true, force: true })
  if (built < Math.max(files, folders)) {
    const begun = new Date()
    try {
      execFileSync('npm', ['run', '--silent', 'build'], { cwd: repository, encoding: 'utf8' })
    } catch (error) {
      // It says that all is built, whatever it told against it.
      rmSync(join(repository, stamp), { force: true })
      throw new Error(`The product cannot be built:\n${(error as { readonly stdout: string }).stdout}`, {
        cause: error,
      })
    }
    // Of a file that says the same as before the compiler takes no note; what was changed while it ran is not in it.
    utimesSync(join(repository, stamp), begun, begun)
  }
  isBuilt = true
}

/** The path of one of its programs, as `main` or `cli`. */
export const builtProgram = (name: 'main' | 'cli'): string => {
  build()
  return join(repository, 'dist/app', `${name}.js`)
}
