/** What is known at once, or after a while. A promise for each of hundreds of fields that are known costs more than they do. */
export type Eventually<T> = T | Promise<T>;

export function whenKnown<T, U>(value: Eventually<T>, use: (value: T) => U): Eventually<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
