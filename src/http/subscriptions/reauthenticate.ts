import { GraphQLError } from "graphql";

/** Longest time that a listener goes on after its token is revoked. */
const EVERY_MS = 60_000;
/** RATE_LIMITED too, as the only error of an invalid token whose caller has no points left. */
const REFUSALS = new Set<unknown>(["UNAUTHENTICATED", "RATE_LIMITED"]);

/** Authenticates a listener periodically, and calls `onRefused` once it is refused. Returns what ends the checks. */
export function reauthenticate(
  authenticate: () => Promise<unknown>,
  onRefused: (error: GraphQLError) => void,
  every = EVERY_MS,
): () => void {
  const timer = setInterval(async () => {
    const error = await authenticate().then(
      () => null,
      (thrown) => thrown,
    );
    // An unavailable database says nothing about the token.
    if (!(error instanceof GraphQLError) || !REFUSALS.has(error.extensions.code)) return;
    clearInterval(timer);
    onRefused(error);
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
