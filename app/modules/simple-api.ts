/** The simple API, wired: what stands behind its calls is what stands behind the API. */
import { randomBytes } from 'node:crypto'
import { ContainerModule } from 'inversify'
import { putOnShelf } from '../../core/circulation/use-cases/put-on-shelf.ts'
import {
  CATALOGUE,
  CIRCULATION,
  KEEP_TIME,
  LIBRARY_CLOCK,
  MEMBERS,
  PERSISTENCE,
  SIMPLE_API,
} from '../tokens.ts'

export const simpleApiModule = new ContainerModule(({ bind }) => {
  bind(SIMPLE_API)
    .toResolvedValue(
      ({ work, queries }, clock, keepTime, catalogue, circulation, members) => ({
        keepTime,
        books: catalogue.queries,
        putOnShelf: putOnShelf({ work, branches: queries.branches, clock }),
        registerMember: members.registerMember,
        checkOut: circulation.checkOut,
        returnLoan: circulation.returnLoan,
        listMemberLoans: circulation.listMemberLoans,
        newUsername: () => `kiosk-${randomBytes(12).toString('hex')}`,
      }),
      [PERSISTENCE, LIBRARY_CLOCK, KEEP_TIME, CATALOGUE, CIRCULATION, MEMBERS],
    )
    .inSingletonScope()
})
