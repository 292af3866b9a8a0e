import { badCredentials } from "../../graphql/errors";
import { isObject } from "../../graphql/json";

/**
 * The credentials in a WebSocket's connection_init message, in the format of the Authorization header: `authorization` in
 * any case, among the parameters or in their `headers`. Undefined if it is in neither.
 */
export function authorizationOf(params: Record<string, unknown>): string | undefined {
  const given = valueIn(params) ?? valueIn(params.headers);
  if (given === undefined || typeof given === "string") return given;
  throw badCredentials("authorization must be a string: Bearer, a space, and an access token.");
}

/** Clients without a token may send the parameter empty or null. */
function valueIn(params: unknown): unknown {
  if (!isObject(params)) return undefined;
  const isGiven = (value: unknown) => value !== undefined && value !== null && value !== "";
  return Object.entries(params).find(([name, value]) => name.toLowerCase() === "authorization" && isGiven(value))?.[1];
}
