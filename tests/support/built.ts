/** The product as `npm run build` makes it, for tests that run it as processes of their own: they start in half the time. */
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))
/** What the compiler writes last. */
const stamp = join(repository, 'dist/.tsbuildinfo')

const changedAt = (file: string): number =>
  statSync(join(repository, file), { throwIfNoEntry: false })?.mtimeMs ?? 0

const newestSource = (): number =>
  Math.max(
    ...['core', 'adapters', 'app', 'migrations'].flatMap(folder =>
      readdirSync(join(repository, folder), { encoding: 'utf8', recursive: true })
        .filter(file => file.endsWith('.ts'))
        .map(file => changedAt(join(folder, file))),
    ),
    changedAt('tsconfig.json'),
    changedAt('tsconfig.build.json'),
  )

let isBuilt = false

/**
 * Once in a process; where several run it, before they are there. Builds what is not built yet, or was changed since: `dist` is never older than the code that a test stands beside.
 * @throws what the compiler says against it
 */
export const build = (): void => {
  if (isBuilt) return
  if ((statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newestSource()) {
    try {
      execFileSync('npm', ['run', '--silent', 'build'], { cwd: repository, encoding: 'utf8' })
    } catch (error) {
      throw new Error(`The product cannot be built:\n${(error as { readonly stdout: string }).stdout}`, {
        cause: error,
      })
    }
    // Of a file that says the same as before the compiler takes no note.
    const now = new Date()
    utimesSync(stamp, now, now)
  }
  isBuilt = true
}

/** The path of one of its programs, as `main` or `cli`. */
export const builtProgram = (name: 'main' | 'cli'): string => {
  build()
  return join(repository, 'dist/app', `${name}.js`)
}
