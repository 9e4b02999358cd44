/** The databases that are measured, one after the other. */
export const legNames = ['sqlite-normal', 'sqlite-full', 'postgres'] as const
export type LegName = (typeof legNames)[number]
