/** A fault of the operator's, told in one line and without a stack. */
export class Refused extends Error {}
