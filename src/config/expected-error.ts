/** A failure that the operator can fix: the process prints only its message, and exits with code 1. */
export class ExpectedError extends Error {}
