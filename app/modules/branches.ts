/** Branches, wired. */
import { ContainerModule } from 'inversify'
import { addBranch, changeBranch, removeBranch } from '../../core/branches/use-cases/keep-branches.ts'
import { addClosure, removeClosure } from '../../core/branches/use-cases/keep-closures.ts'
import { BRANCHES, PERSISTENCE } from '../tokens.ts'

export const branchesModule = new ContainerModule(({ bind }) => {
  bind(BRANCHES)
    .toResolvedValue(
      ({ work, queries }) => ({
        queries: queries.branches,
        addBranch: addBranch({ work }),
        changeBranch: changeBranch({ work }),
        removeBranch: removeBranch({ work }),
        addClosure: addClosure({ work }),
        removeClosure: removeClosure({ work }),
      }),
      [PERSISTENCE],
    )
    .inSingletonScope()
})
