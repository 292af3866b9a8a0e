import * as v from "valibot";

/** A URL of one of these protocols, of which more may be asked. */
export function urlOf(protocols: readonly string[], isGood: (url: URL) => boolean = () => true) {
  return v.pipe(
    v.string(),
    v.check((text) => {
      if (!URL.canParse(text)) return false;
      const url = new URL(text);
      return protocols.includes(url.protocol.slice(0, -1)) && isGood(url);
    }),
  );
}

export const httpUrl = urlOf(["http", "https"]);

export const postgresUrl = urlOf(
  ["postgres", "postgresql"],
  ({ hostname, searchParams, pathname }) => (hostname !== "" || searchParams.has("host")) && pathname.length > 1,
);
