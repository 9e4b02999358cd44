/** A copy of the whole tree, in which a defence is taken out while nobody else works on it. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { timesIn } from './defence.ts'
import type { Change } from './defence.ts'

/** Made, or not ours to copy; `node_modules` is linked. */
const left: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist', 'coverage', 'data', '.env'])

export interface Tree {
  readonly folder: string
  /** Makes the changes for as long as this runs. */
  readonly changed: <Result>(changes: readonly Change[], run: () => Promise<Result>) => Promise<Result>
  readonly remove: () => void
}

/** @param root of the tree that is copied */
export const copyOf = (root: string): Tree => {
  const folder = mkdtempSync(join(tmpdir(), 'library-defences-'))
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true })
  }
  // Also where the run is interrupted.
  process.once('exit', remove)
  cpSync(root, folder, { recursive: true, filter: path => path === root || !left.has(basename(path)) })
  // What a defence needed and nothing else does is left over where it was taken out.
  const config = join(folder, 'tsconfig.json')
  writeFileSync(config, readFileSync(config, 'utf8').replace(/"noUnused(\w+)": true/g, '"noUnused$1": false'))
  symlinkSync(realpathSync(join(root, 'node_modules')), join(folder, 'node_modules'))
  return {
    folder,
    changed: async (changes, run) => {
      const wholes = new Map<string, string>()
      try {
        for (const change of changes) {
          const path = join(folder, change.file)
          const content = readFileSync(path, 'utf8')
          if (timesIn(content, change) !== 1) throw new Error(`${change.file} has not once: ${change.text}`)
          if (!wholes.has(path)) wholes.set(path, content)
          writeFileSync(path, content.split(change.text).join(change.instead))
        }
        return await run()
      } finally {
        for (const [path, whole] of wholes) writeFileSync(path, whole)
      }
    },
    remove,
  }
}
