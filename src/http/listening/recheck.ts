import { GraphQLError } from "graphql";

/** How long a token that was revoked in the meantime may go on listening. */
const EVERY_MS = 60_000;
/** Whoever is refused and has no points left is told of the points only. */
const REFUSALS = new Set<unknown>(["UNAUTHENTICATED", "RATE_LIMITED"]);

/** Authenticates a listener again and again, and calls `onRefused` once it is refused. Gives what ends the checks. */
export function recheck(
  authenticate: () => Promise<unknown>,
  onRefused: (error: GraphQLError) => void,
  every = EVERY_MS,
): () => void {
  const timer = setInterval(async () => {
    const error = await authenticate().then(
      () => null,
      (thrown) => thrown,
    );
    // A database that is away says nothing about the token.
    if (!(error instanceof GraphQLError) || !REFUSALS.has(error.extensions.code)) return;
    clearInterval(timer);
    onRefused(error);
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
