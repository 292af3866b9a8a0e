import { badCredentials } from "../graphql/errors";
import { isObject } from "../graphql/json";
import { TOKEN_PREFIX } from "./access-token.service";
import { type Headers, unreadHeader } from "./unread-header";

/** The parts of a request in which no credential is read. */
export interface Elsewhere {
  parameters: unknown;
  headers: Headers;
}

/** Names of credentials; CSRF tokens are not credentials. */
const CREDENTIAL_NAME = /^(?!.*[cx]srf).*(?:authorization|auth|token|jwt|bearer|api[-_]?key)$/i;
/** The value of a header Authorization, an access token, or a JWT, of which two parts are JSON objects (RFC 7519). */
const CREDENTIAL = new RegExp(String.raw`^(?:Bearer +\S|${TOKEN_PREFIX}[\w-]{43}$|eyJ[\w-]+\.eyJ)`, "i");
const MAX_DEPTH = 4;
/** In the message: clients choose the name. */
const MAX_NAME_LENGTH = 30;

/** UNAUTHENTICATED for a credential where none is read: its sender must not be treated as anonymous. */
export function refuseUnread({ parameters, headers }: Elsewhere): void {
  const name = findCredential(parameters, MAX_DEPTH) ?? unreadHeader(headers);
  if (name === null) return;
  const shown = name.slice(0, MAX_NAME_LENGTH);
  throw badCredentials(`${shown} is not read: send authorization with Bearer, a space, and an access token.`);
}

/** The name of the first parameter that holds a credential, down to a depth; null if there is none. */
function findCredential(params: unknown, depth: number): string | null {
  if (!isObject(params) || depth === 0) return null;
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === "string" && value && (CREDENTIAL_NAME.test(name) || CREDENTIAL.test(value))) return name;
    const nested = findCredential(value, depth - 1);
    if (nested !== null) return nested;
  }
  return null;
}
