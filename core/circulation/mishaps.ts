/** What may happen to a copy while it is out: it is lost, brought back unseen, or damaged (CIR-5, R3.6). */

/** How it ends that a member said he had brought a copy back. */
export const resolutions = ['found_by_library', 'returned_by_member', 'missing'] as const
export type Resolution = (typeof resolutions)[number]

/** How bad a damage is; the fees are in the rules, `damage_fees`. */
export const severities = ['minor', 'major', 'beyond_repair'] as const
export type Severity = (typeof severities)[number]
