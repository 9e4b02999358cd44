import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Whether nothing of a statement is left at run time. */
const isType = (statement: ts.Statement): boolean =>
  ts.isInterfaceDeclaration(statement) ||
  ts.isTypeAliasDeclaration(statement) ||
  (ts.isImportDeclaration(statement) &&
    statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) ||
  (ts.isExportDeclaration(statement) && statement.isTypeOnly)

const holdsNoCode = (file: string): boolean =>
  ts
    .createSourceFile(file, readFileSync(join(repository, file), 'utf8'), ts.ScriptTarget.Latest)
    .statements.every(isType)

const filesOf = (folder: string): string[] =>
  readdirSync(join(repository, folder), { encoding: 'utf8', recursive: true })
    .filter(file => file.endsWith('.ts'))
    .map(file => `${folder}/${file.replaceAll('\\', '/')}`)

describe('coverage', () => {
  // A file of types never runs, and c8 would count each of its lines as uncovered.
  it('leaves out exactly the files without code, listed in .c8rc.json', () => {
    const { exclude } = JSON.parse(readFileSync(join(repository, '.c8rc.json'), 'utf8')) as {
      exclude: string[]
    }
    const withoutCode = ['core', 'adapters', 'app'].flatMap(filesOf).filter(holdsNoCode).sort()
    expect(exclude).to.deep.equal(['tests/**', ...withoutCode])
  })
})
