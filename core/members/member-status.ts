/** Whether a member may do anything at all. */
export const memberStatuses = ['pending', 'active', 'suspended', 'deactivated'] as const
/** `pending`: registered himself and the e-mail is not verified yet. */
export type MemberStatus = (typeof memberStatuses)[number]
