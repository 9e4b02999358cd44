/** Circulation, wired: here the lists of policies are handed in. */
import { ContainerModule } from 'inversify'
import { borrowingPolicies } from '../../core/circulation/borrowing-policies.ts'
import { renewalPolicies } from '../../core/circulation/renewal-policies.ts'
import { reservationPolicies } from '../../core/circulation/reservation-policies.ts'
import { applyOffline } from '../../core/circulation/use-cases/apply-offline.ts'
import { cancelReservation } from '../../core/circulation/use-cases/cancel-reservation.ts'
import { changeReservation } from '../../core/circulation/use-cases/change-reservation.ts'
import { checkEligibility } from '../../core/circulation/use-cases/check-eligibility.ts'
import { checkOutBatch } from '../../core/circulation/use-cases/check-out-batch.ts'
import { checkOut, lendAt } from '../../core/circulation/use-cases/check-out.ts'
import { changeRules, tryRules } from '../../core/circulation/use-cases/change-rules.ts'
import {
  declareEmergencyClosure,
  tryEmergencyClosure,
} from '../../core/circulation/use-cases/declare-emergency-closure.ts'
import { explainLoan } from '../../core/circulation/use-cases/explain-loan.ts'
import { addCopy, changeCopy } from '../../core/circulation/use-cases/keep-copies.ts'
import { listBookBorrowers } from '../../core/circulation/use-cases/list-book-borrowers.ts'
import { listInHouseUses } from '../../core/circulation/use-cases/list-in-house-uses.ts'
import { listLoans, listMemberLoans, showLoan } from '../../core/circulation/use-cases/list-loans.ts'
import {
  listMemberReservations,
  listReservations,
  showReservation,
} from '../../core/circulation/use-cases/list-reservations.ts'
import { missCopy } from '../../core/circulation/use-cases/miss-copy.ts'
import { listRuleChanges } from '../../core/circulation/use-cases/list-rule-changes.ts'
import { listHoldShelf, listPulls } from '../../core/circulation/use-cases/list-shelves.ts'
import {
  listEmergencyClosures,
  listEmergencyMoves,
} from '../../core/circulation/use-cases/list-emergency-closures.ts'
import { listTransfers } from '../../core/circulation/use-cases/list-transfers.ts'
import { sendCopy } from '../../core/circulation/use-cases/send-copy.ts'
import { renewAll } from '../../core/circulation/use-cases/renew-all.ts'
import { renewLoan } from '../../core/circulation/use-cases/renew.ts'
import { claimReturned, reportDamage, reportLost } from '../../core/circulation/use-cases/report-loan.ts'
import { reserve } from '../../core/circulation/use-cases/reserve.ts'
import { returnCopy, takeBack } from '../../core/circulation/use-cases/return-copy.ts'
import { returnLoan } from '../../core/circulation/use-cases/return-loan.ts'
import { resolveRules, showRules } from '../../core/circulation/use-cases/show-rules.ts'
import {
  showEmergencyClosure,
  undoEmergencyClosure,
} from '../../core/circulation/use-cases/undo-emergency-closure.ts'
import { emergencies } from './jobs.ts'
import {
  BORROWING_POLICIES,
  CIRCULATION,
  LIBRARY_CLOCK,
  PERSISTENCE,
  REAL_CLOCK,
  RENEWAL_POLICIES,
  RESERVATION_POLICIES,
  RULES,
} from '../tokens.ts'

export const circulationModule = new ContainerModule(({ bind }) => {
  bind(BORROWING_POLICIES).toConstantValue(borrowingPolicies)
  bind(RENEWAL_POLICIES).toConstantValue(renewalPolicies)
  bind(RESERVATION_POLICIES).toConstantValue(reservationPolicies)
  bind(CIRCULATION)
    .toResolvedValue(
      ({ work, look, ids, queries, jobs }, clock, realClock, borrowing, renewal, reservation) => ({
        queries: queries.circulation,
        addCopy: addCopy({ work, clock }),
        changeCopy: changeCopy({ work, clock }),
        checkOut: checkOut({ work, clock, ids, policies: borrowing }),
        checkOutBatch: checkOutBatch({
          checkOut: checkOut({ work, clock, ids, policies: borrowing }),
          members: queries.members,
        }),
        applyOffline: applyOffline({
          work,
          clock,
          ids,
          policies: borrowing,
          lend: lendAt(borrowing),
          takeBack,
        }),
        returnLoan: returnLoan({ work, clock, ids }),
        returnCopy: returnCopy({ work, clock, ids }),
        renewLoan: renewLoan({ work, clock, ids, policies: renewal }),
        reportLost: reportLost({ work, clock, ids }),
        claimReturned: claimReturned({ work, clock, ids }),
        reportDamage: reportDamage({ work, clock, ids }),
        missCopy: missCopy({ work, clock }),
        renewAll: renewAll({
          work,
          clock,
          ids,
          policies: renewal,
          queries: queries.circulation,
          members: queries.members,
        }),
        listInHouseUses: listInHouseUses({ queries: queries.inHouse }),
        listLoans: listLoans({ queries: queries.circulation, clock }),
        listMemberLoans: listMemberLoans({ queries: queries.circulation, members: queries.members, clock }),
        showLoan: showLoan({ queries: queries.circulation, clock }),
        listBookBorrowers: listBookBorrowers({ queries: queries.circulation }),
        explainLoan: explainLoan({ queries: queries.circulation, members: queries.members, look, clock }),
        reserve: reserve({ work, clock, ids, policies: reservation }),
        changeReservation: changeReservation({ work, clock }),
        cancelReservation: cancelReservation({ work, clock }),
        listReservations: listReservations({ queries: queries.reservations, look, clock }),
        listMemberReservations: listMemberReservations({
          queries: queries.reservations,
          look,
          clock,
          members: queries.members,
        }),
        showReservation: showReservation({ queries: queries.reservations, look, clock }),
        listPulls: listPulls({
          queries: queries.reservations,
          branches: queries.branches,
          look,
          clock,
        }),
        listHoldShelf: listHoldShelf({
          queries: queries.reservations,
          branches: queries.branches,
          clock,
        }),
        sendCopy: sendCopy({ work, clock }),
        listTransfers: listTransfers({
          queries: queries.transfers,
          branches: queries.branches,
          settings: queries.settings,
          clock,
        }),
        checkEligibility: checkEligibility({ look, clock, borrowing, renewal, reservation }),
        declareEmergencyClosure: declareEmergencyClosure({
          work,
          clock,
          hurry: emergencies(jobs, realClock),
        }),
        tryEmergencyClosure: tryEmergencyClosure({ look }),
        listEmergencyClosures: listEmergencyClosures({ queries: queries.emergencies }),
        listEmergencyMoves: listEmergencyMoves({ queries: queries.emergencies, branches: queries.branches }),
        showEmergencyClosure: showEmergencyClosure({ look }),
        undoEmergencyClosure: undoEmergencyClosure({ work, clock, hurry: emergencies(jobs, realClock) }),
      }),
      [PERSISTENCE, LIBRARY_CLOCK, REAL_CLOCK, BORROWING_POLICIES, RENEWAL_POLICIES, RESERVATION_POLICIES],
    )
    .inSingletonScope()
  bind(RULES)
    .toResolvedValue(
      ({ work, look, queries }, clock) => ({
        showRules: showRules({ look }),
        changeRules: changeRules({ work }),
        tryRules: tryRules({ look }),
        resolveRules: resolveRules({ look, clock }),
        listRuleChanges: listRuleChanges({ queries: queries.audit }),
      }),
      [PERSISTENCE, LIBRARY_CLOCK],
    )
    .inSingletonScope()
})
