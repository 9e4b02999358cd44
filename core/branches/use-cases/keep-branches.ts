/** BRN-1: branches are made by the admin; their manager keeps his own. */
import type { Act } from '../../identity/actor.ts'
import { recordKept } from '../../identity/audit.ts'
import type { AuditStores } from '../../identity/audit.ts'
import { permitted } from '../../identity/permissions.ts'
import { pipe, TE } from '../../shared/fp.ts'
import type { BranchId } from '../../shared/id.ts'
import { addRecord, changeRecord, removeRecord } from '../../shared/records.ts'
import type { Keeping } from '../../shared/records.ts'
import { invalidInput } from '../../shared/refusal.ts'
import type { UnitOfWork } from '../../shared/unit-of-work.ts'
import type { BranchDetails } from '../branch.ts'
import type { BranchStores } from '../ports.ts'

type Stores = Pick<BranchStores, 'branches' | 'managers'> & AuditStores

export interface KeepBranchesDeps {
  readonly work: UnitOfWork<Stores>
}

const keepBranches = ({ work }: KeepBranchesDeps): Keeping<Stores, BranchId, BranchDetails, Act> => ({
  work,
  resource: 'branch',
  of: stores => stores.branches,
  allowed: ({ actor }, doing, id) =>
    doing === 'add'
      ? permitted(actor, 'branch:create')
      : permitted(actor, doing === 'change' ? 'branch:write' : 'branch:delete', { branchId: id }),
  record: recordKept('branch'),
  check: ({ managers }, { managerId }) =>
    managerId === null
      ? TE.right(undefined)
      : pipe(
          managers.known(managerId),
          TE.flatMap(known =>
            known
              ? TE.right(undefined)
              : TE.left(invalidInput('manager_id', 'UNKNOWN_REFERENCE', 'There is no such member')),
          ),
        ),
})

export const addBranch = (deps: KeepBranchesDeps) => addRecord(keepBranches(deps))
export const changeBranch = (deps: KeepBranchesDeps) => changeRecord(keepBranches(deps))
export const removeBranch = (deps: KeepBranchesDeps) => removeRecord(keepBranches(deps))
