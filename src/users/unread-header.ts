import { TOKEN_PREFIX } from "./access-token.service";

/** Headers, by their names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Where clients of other APIs put a credential. What proxies add by themselves has other names. */
const NAMES = ["x-api-key", "x-auth-token", "x-access-token", "x-authorization", "api-key", "token"];
/** In a header of any name: a whole access token, which no proxy adds by itself. */
const OURS = new RegExp(String.raw`^(?:Bearer +)?${TOKEN_PREFIX}[\w-]{43}$`, "i");
/** An access token in a cookie; other cookies are ignored. */
const IN_COOKIE = new RegExp(String.raw`(?:^|[;,])[^=;,]*=\s*"?(?:Bearer(?:\s|%20|\+)+)?${TOKEN_PREFIX}`, "i");

/** The name of a header with a credential that is not read; null if there is none. */
export function unreadHeader(headers: Headers): string | null {
  const named = NAMES.find((name) => headers[name]);
  if (named !== undefined) return named;
  // Every anonymous request passes here: few values contain the prefix, which is quick to check.
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== "string" || !value.includes(TOKEN_PREFIX)) continue;
    if (name !== "authorization" && (name === "cookie" ? IN_COOKIE : OURS).test(value)) return name;
  }
  return null;
}
