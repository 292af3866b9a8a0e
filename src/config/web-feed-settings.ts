import { isValid } from "date-fns/isValid";
import { parseISO } from "date-fns/parseISO";
import * as v from "valibot";
import { hubUrl } from "./setting-forms";

/** A domain name, a comma, and a day, month or year. */
const tagAuthority = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]+([.-][a-z0-9]+)*,\d{4}(-\d{2}(-\d{2})?)?$/),
  v.check((text) => isValid(parseISO(text.split(",")[1]!))),
);

/** Settings of web feeds; see `settings`. */
export const webFeedSettings = {
  WEBSUB_HUB: {
    description:
      "Hub of WebSub that web feeds name and that the worker tells when a day, week or month becomes final, so that subscribers hear at once; none when not set.",
    default: undefined,
    form: v.optional(hubUrl),
    expected: "an http or https URL without user and #",
  },
  FEED_TAG: {
    description:
      "Domain and day (RFC 4151) in the ids of web feeds, by which readers know what they have shown: set it before PUBLIC_URL moves to another host; the host of PUBLIC_URL and 2026 when not set.",
    default: undefined,
    form: v.optional(tagAuthority),
    expected: "a domain name, a comma, and a day, month or year in which it was yours, e.g. papers.example,2026",
  },
} as const;
