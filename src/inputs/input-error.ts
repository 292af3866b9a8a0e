/** An input text is invalid: the message, in whole sentences, says what is wrong and what would be right. */
export class InputError extends Error {}

/** The value that `read` returns for a text, or the message of its InputError. */
export function tryReading<T>(read: (text: string) => T, text: string): { value: T } | { problem: string } {
  try {
    return { value: read(text) };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}
