/**
 * `npm run defences [-- V6 V7.4.1 …]`: takes each defence of docs/security.md out of a copy of the tree, one at a time, and runs the test
 * that names it, which has to fail. Fails itself where one could go unnoticed.
 */
import { sharePostgres, stopPostgres } from '../support/postgres.ts'
import { defences } from './all.ts'
import { changesOf, plain } from './defence.ts'
import type { Defence } from './defence.ts'
import { runNamed } from './named-test.ts'
import { copyOf } from './tree.ts'
import type { Tree } from './tree.ts'
import { verdictOn } from './verdict.ts'

/** Trees, and so runs at once. */
const atOnce = 2

const asked = process.argv.slice(2)
const chosen = defences.filter(
  ({ of }) =>
    asked.length === 0 || asked.some(id => of.some(each => each === id || each.startsWith(`${id}.`))),
)

/** Each is done in one of the trees, as soon as one is free. */
const inTrees = async <Job>(
  trees: readonly Tree[],
  jobs: readonly Job[],
  work: (tree: Tree, job: Job) => Promise<void>,
): Promise<void> => {
  const waiting = jobs.values()
  await Promise.all(
    trees.map(async tree => {
      for (const job of waiting) await work(tree, job)
    }),
  )
}

/** What is wrong, a line each. */
const faults: string[] = []
const fault = (line: string): void => {
  faults.push(line)
  console.log(line)
}

/** With every defence in its place the tests pass, and there is one for all words. */
const whole = async ({ folder }: Tree, file: string): Promise<void> => {
  const words = [...new Set(chosen.filter(({ test }) => test === file).map(each => each.words))]
  const { report, said } = await runNamed(folder, { file, words, bail: false })
  if (report === null) fault(`BROKEN         ${file} does not run:\n${said}`)
  for (const { fullTitle } of report?.failures ?? [])
    fault(`FAILS ANYWAY   ${file} “${fullTitle}”, with nothing taken out`)
  for (const each of words)
    if (report?.passes.some(({ fullTitle }) => plain(fullTitle).includes(plain(each))) === false)
      fault(`NO TEST        ${file} “${each}”`)
}

const without = async (tree: Tree, defence: Defence): Promise<void> => {
  const { of, what, test, words } = defence
  const { report, said } = await tree.changed(changesOf(defence), () =>
    runNamed(tree.folder, { file: test, words: [words], bail: true }),
  )
  const verdict = verdictOn(report, said)
  const subject = `${of.join(', ')}: ${what} → ${test}`
  if (verdict.kind === 'missed')
    console.log(`fails          ${subject} “${verdict.by}”\n               ${verdict.why}`)
  else if (verdict.kind === 'unnoticed') fault(`STILL PASSES   ${subject} “${words}”`)
  else fault(`BROKEN         ${subject} “${words}”: ${verdict.why}`)
}

const trees = Array.from({ length: atOnce }, () => copyOf(process.cwd()))
try {
  await sharePostgres()
  await inTrees(trees, [...new Set(chosen.map(({ test }) => test))], whole)
  await inTrees(trees, chosen, without)
} finally {
  await stopPostgres()
  for (const tree of trees) tree.remove()
}
console.log(`${String(chosen.length)} defences taken out, ${String(faults.length)} faults`)
process.exit(faults.length === 0 && chosen.length > 0 ? 0 : 1)
