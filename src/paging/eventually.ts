/** What is known at once, or after a while. A promise for each of hundreds of fields that are known costs more than they do. */
export type Eventually<T> = T | Promise<T>;

export function whenKnown<T, U>(value: Eventually<T>, use: (value: T) => U): Eventually<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/**
 * A resolver that never throws: its errors are promises that fail. Where one row of a list throws and the promise of a row
 * before fails, graphql-js 16 leaves that failure to nobody, which would end the process.
 */
export function failingLate<Source, Args, Context>(
  resolve: (source: Source, args: Args, context: Context) => unknown,
): (source: Source, args: Args, context: Context) => unknown {
  return (source, args, context) => {
    try {
      return resolve(source, args, context);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
