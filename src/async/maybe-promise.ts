/** A value that is known at once or later. A promise for each of hundreds of known fields would cost more than the fields. */
export type MaybePromise<T> = T | Promise<T>;

export function whenKnown<T, U>(value: MaybePromise<T>, use: (value: T) => U): MaybePromise<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/**
 * A resolver that rejects instead of throwing. Where one row of a list throws and the promise of an earlier row rejects,
 * graphql-js 16 leaves that rejection unhandled, which would end the process.
 */
export function rejectInsteadOfThrow<Source, Args, Context>(
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
