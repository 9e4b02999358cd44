/** Members, wired. */
import { ContainerModule } from 'inversify'
import { fitPassword } from '../../core/identity/password-policy.ts'
import { changeMember } from '../../core/members/use-cases/change-member.ts'
import { liftBlock, listBlocks, setBlock } from '../../core/members/use-cases/keep-blocks.ts'
import {
  appointStaff,
  changeStaff,
  dismissStaff,
  listStaff,
  showStaff,
} from '../../core/members/use-cases/keep-staff.ts'
import { registerMember } from '../../core/members/use-cases/register-member.ts'
import { listMembers, showMember } from '../../core/members/use-cases/show-members.ts'
import {
  LIBRARY_CLOCK,
  LOCKOUT,
  MEMBERS,
  NETWORK_LIMIT,
  PASSWORD_STRENGTH,
  PASSWORDS,
  PERSISTENCE,
  REAL_CLOCK,
  STAFF,
} from '../tokens.ts'

export const membersModule = new ContainerModule(({ bind }) => {
  bind(STAFF)
    .toResolvedValue(
      ({ work, queries: { staff: queries } }, realClock) => ({
        listStaff: listStaff({ queries }),
        showStaff: showStaff({ queries }),
        appointStaff: appointStaff({ work, realClock }),
        changeStaff: changeStaff({ work, realClock }),
        dismissStaff: dismissStaff({ work, realClock }),
      }),
      [PERSISTENCE, REAL_CLOCK],
    )
    .inSingletonScope()
  bind(MEMBERS)
    .toResolvedValue(
      ({ work, look, ids, queries }, clock, realClock, passwords, strength, lockout, limit) => ({
        listMembers: listMembers({ queries: queries.members }),
        showMember: showMember({ queries: queries.members }),
        registerMember: registerMember({
          work,
          clock,
          ids,
          passwords,
          fitPassword: fitPassword(strength),
          ...limit,
        }),
        changeMember: changeMember({ work, look, passwords, lockout, clock, realClock }),
        listBlocks: listBlocks({ queries: queries.members }),
        setBlock: setBlock({ work, clock }),
        liftBlock: liftBlock({ work, clock }),
      }),
      [PERSISTENCE, LIBRARY_CLOCK, REAL_CLOCK, PASSWORDS, PASSWORD_STRENGTH, LOCKOUT, NETWORK_LIMIT],
    )
    .inSingletonScope()
})
