/** What a member's details must satisfy beside the form of each field (MEM-4). */
import { E, pipe, TE } from '../shared/fp.ts'
import type { Either, TaskEither } from '../shared/fp.ts'
import type { MemberId } from '../shared/id.ts'
import type { Day } from '../shared/local-time.ts'
import { invalidInput } from '../shared/refusal.ts'
import type { InvalidInput } from '../shared/refusal.ts'
import { ageOfMajority, isMinor } from './member.ts'
import type { MemberDetails } from './member.ts'
import type { MemberReferences } from './ports.ts'

/** The home branch and the guardian exist, nobody is born in the future, a minor has a guardian, other than himself and of age. */
export const memberFits = (
  { memberReferences }: { readonly memberReferences: Pick<MemberReferences, 'branchKnown' | 'birthOf'> },
  details: MemberDetails,
  self: MemberId | null,
  today: Day,
): TaskEither<InvalidInput, void> =>
  pipe(
    TE.fromEither(agesFit(details, self, today)),
    TE.flatMap(() =>
      known('home_branch_id', 'branch', details.homeBranchId, branch => memberReferences.branchKnown(branch)),
    ),
    TE.flatMap(() =>
      details.guardianId === null
        ? TE.right(undefined)
        : pipe(
            memberReferences.birthOf(details.guardianId),
            TE.flatMap(guardian => TE.fromEither(guards(guardian, today))),
          ),
    ),
  )

/** A guardian is nobody who is known to be a minor, so that no two guard one another. */
const guards = (
  guardian: Pick<MemberDetails, 'dateOfBirth'> | null,
  today: Day,
): Either<InvalidInput, void> => {
  if (guardian === null) {
    return E.left(invalidInput('guardian_id', 'UNKNOWN_REFERENCE', 'There is no such member'))
  }
  return isMinor(guardian, today)
    ? E.left(invalidInput('guardian_id', 'OUT_OF_RANGE', 'A guardian is of age'))
    : E.right(undefined)
}

const agesFit = (details: MemberDetails, self: MemberId | null, today: Day): Either<InvalidInput, void> => {
  if (details.guardianId !== null && details.guardianId === self) {
    return E.left(invalidInput('guardian_id', 'OUT_OF_RANGE', 'Nobody is the guardian of himself'))
  }
  if (details.dateOfBirth !== null && details.dateOfBirth > today) {
    return E.left(
      invalidInput('date_of_birth', 'OUT_OF_RANGE', 'The date of birth must not lie in the future'),
    )
  }
  return isMinor(details, today) && details.guardianId === null
    ? E.left(
        invalidInput('guardian_id', 'REQUIRED', `A member under ${String(ageOfMajority)} needs a guardian`),
      )
    : E.right(undefined)
}

const known = <Key>(
  field: string,
  what: string,
  id: Key | null,
  ask: (id: Key) => TaskEither<never, boolean>,
): TaskEither<InvalidInput, void> =>
  id === null
    ? TE.right(undefined)
    : pipe(
        ask(id),
        TE.flatMap(found =>
          found
            ? TE.right(undefined)
            : TE.left(invalidInput(field, 'UNKNOWN_REFERENCE', `There is no such ${what}`)),
        ),
      )
