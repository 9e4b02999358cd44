/** Every route of the API. What is not here is not answered. */
import { fineRoutes } from './accounts/fines.ts'
import { branchRoutes } from './branches/branches.ts'
import { closureRoutes } from './branches/closures.ts'
import { authorRoutes } from './catalogue/authors.ts'
import { bookRoutes } from './catalogue/books.ts'
import { genreRoutes } from './catalogue/genres.ts'
import { publisherRoutes } from './catalogue/publishers.ts'
import { batchRoutes } from './circulation/batch.ts'
import { bookBorrowersRoutes } from './circulation/book-borrowers.ts'
import { borrowingListRoutes } from './circulation/borrowing-lists.ts'
import { borrowingRoutes } from './circulation/borrowings.ts'
import { reportRoutes } from './circulation/reports.ts'
import { copyRoutes } from './circulation/copies.ts'
import { eligibilityRoutes } from './circulation/eligibility.ts'
import { emergencyClosureRoutes } from './circulation/emergency-closures.ts'
import { inHouseRoutes } from './circulation/in-house.ts'
import { offlineRoutes } from './circulation/offline.ts'
import { renewAllRoutes } from './circulation/renew-all.ts'
import { reservationRoutes } from './circulation/reservations.ts'
import { ruleRoutes } from './circulation/rules.ts'
import { shelfRoutes } from './circulation/shelves.ts'
import { transferRoutes } from './circulation/transfers.ts'
import type { HttpDeps } from './deps.ts'
import { apiKeyRoutes } from './identity/api-keys.ts'
import { auditRoutes } from './identity/audit.ts'
import { mfaRoutes } from './identity/mfa.ts'
import { verifyAuditRoutes } from './identity/verify-audit.ts'
import { passwordRoutes } from './identity/passwords.ts'
import { sessionRoutes } from './identity/sessions.ts'
import { unlockRoutes } from './identity/unlock.ts'
import { blockRoutes } from './members/blocks.ts'
import { memberRoutes } from './members/members.ts'
import { staffRoutes } from './members/staff.ts'
import { clockRoutes } from './operations/clock.ts'
import { consistencyRoutes } from './operations/consistency.ts'
import { jobRoutes } from './operations/jobs.ts'
import type { Route } from './routes.ts'
import { settingsRoutes } from './settings/settings.ts'

export const api = (deps: HttpDeps): readonly Route[] => [
  ...sessionRoutes(deps),
  ...passwordRoutes(deps),
  ...unlockRoutes(deps),
  ...mfaRoutes(deps),
  ...apiKeyRoutes(deps),
  ...bookRoutes(deps),
  ...copyRoutes(deps),
  ...inHouseRoutes(deps),
  ...authorRoutes(deps),
  ...publisherRoutes(deps),
  ...genreRoutes(deps),
  ...branchRoutes(deps),
  ...closureRoutes(deps),
  ...emergencyClosureRoutes(deps),
  ...memberRoutes(deps),
  ...blockRoutes(deps),
  ...staffRoutes(deps),
  ...borrowingRoutes(deps),
  ...reportRoutes(deps),
  ...batchRoutes(deps),
  ...offlineRoutes(deps),
  ...borrowingListRoutes(deps),
  ...renewAllRoutes(deps),
  ...bookBorrowersRoutes(deps),
  ...reservationRoutes(deps),
  ...shelfRoutes(deps),
  ...transferRoutes(deps),
  ...eligibilityRoutes(deps),
  ...ruleRoutes(deps),
  ...fineRoutes(deps),
  ...auditRoutes(deps),
  ...verifyAuditRoutes(deps),
  ...settingsRoutes(deps),
  ...jobRoutes(deps),
  ...consistencyRoutes(deps),
  ...(deps.clock === null ? [] : clockRoutes(deps.clock)),
]
