/** A reason why the database cannot be used, in a sentence for the person who started the process. */
export class StartError extends Error {}
