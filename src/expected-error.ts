/** A failure that a person at the terminal can mend: its message is the one thing they are told, with exit code 1. */
export class ExpectedError extends Error {}
