/** Circulation, wired: here the lists of policies are handed in. */
import { ContainerModule } from 'inversify'
import { borrowingPolicies } from '../../core/circulation/borrowing-policies.ts'
import { renewalPolicies } from '../../core/circulation/renewal-policies.ts'
import { checkEligibility } from '../../core/circulation/use-cases/check-eligibility.ts'
import { checkOut } from '../../core/circulation/use-cases/check-out.ts'
import { addCopy, changeCopy } from '../../core/circulation/use-cases/keep-copies.ts'
import { listLoans, listMemberLoans, showLoan } from '../../core/circulation/use-cases/list-loans.ts'
import { renewLoan } from '../../core/circulation/use-cases/renew.ts'
import { returnCopy } from '../../core/circulation/use-cases/return-copy.ts'
import { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import { BORROWING_POLICIES, CIRCULATION, LIBRARY_CLOCK, PERSISTENCE, RENEWAL_POLICIES } from '../tokens.ts'

export const circulationModule = new ContainerModule(({ bind }) => {
  bind(BORROWING_POLICIES).toConstantValue(borrowingPolicies)
  bind(RENEWAL_POLICIES).toConstantValue(renewalPolicies)
  bind(CIRCULATION)
    .toResolvedValue(
      ({ work, look, ids, queries }, clock, borrowing, renewal) => ({
        queries: queries.circulation,
        addCopy: addCopy({ work }),
        changeCopy: changeCopy({ work }),
        checkOut: checkOut({ work, clock, ids, policies: borrowing }),
        returnLoan: returnLoan({ work, clock, ids }),
        returnCopy: returnCopy({ work, clock, ids }),
        renewLoan: renewLoan({ work, clock, ids, policies: renewal }),
        listLoans: listLoans({ queries: queries.circulation, clock }),
        listMemberLoans: listMemberLoans({ queries: queries.circulation, members: queries.members, clock }),
        showLoan: showLoan({ queries: queries.circulation, clock }),
        checkEligibility: checkEligibility({ look, clock, borrowing, renewal }),
      }),
      [PERSISTENCE, LIBRARY_CLOCK, BORROWING_POLICIES, RENEWAL_POLICIES],
    )
    .inSingletonScope()
})
