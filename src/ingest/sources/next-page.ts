import { parseUrl } from "../../inputs/parse-url";
import { dayOf } from "./day";

const PARAMETER = String.raw`\s*;\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?`;
const PARAMETERS = new RegExp(PARAMETER, "g");
const LINKS = new RegExp(`<([^<>]*)>((?:${PARAMETER})*)`, "g");

/** Where the API's lists are on any host, up to what follows. */
const LISTS = /^.*\/api\/daily_papers(?=\/|$)/;

interface Answered {
  /** Its header `Link`. */
  link: string | null;
  url: string;
  /** Where the API's lists were asked for. */
  endpoint: string;
  day: string;
}

/**
 * The next page of a day's list, to which an answer links (RFC 8288); none when it links to another day's list. It is asked for
 * at our endpoint, as a mirror may pass on links to the site that it mirrors, and always by its day: without one, a source gives the
 * list of today.
 */
export function nextOf({ link, url, endpoint, day }: Answered): { next?: string } | { problem: string } {
  const links = [...(link ?? "").matchAll(LINKS)];
  const text = links.find(([, , parameters]) => relationsOf(parameters!).includes("next"))?.[1];
  const target = text === undefined ? null : parseUrl(text, url);
  if (!target) return {};
  const days = daysIn(target);
  if (days.some((each) => each !== day)) return {};
  const search = days.length > 0 ? target.search : `${target.search ? `${target.search}&` : "?"}date=${day}`;
  if (LISTS.test(target.pathname)) return { next: endpoint + target.pathname.replace(LISTS, "") + search };
  const isSameHost = [url, endpoint].some((each) => new URL(each).origin === target.origin);
  if (isSameHost) return { next: target.origin + target.pathname + search };
  // Another host's path is not ours, so the query alone has to tell the page.
  if (target.searchParams.has("date")) return { next: endpoint + search };
  return { problem: `its next page is at ${target.href}, which is neither on the source's host nor names the day` };
}

/** Whether a URL names this day, and no other. */
export function asksFor(day: string, url: URL): boolean {
  const days = daysIn(url);
  return days.length > 0 && days.every((each) => each === day);
}

/** The days that a URL names in its query or its path; undefined for a date that cannot be read. */
function daysIn(url: URL): (string | undefined)[] {
  // A mirror of one moment may be at a path with a day of its own.
  const inPath = url.pathname.replace(LISTS, "").match(/(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/g) ?? [];
  return [...url.searchParams.getAll("date"), ...inPath].map(dayOf);
}

/** Of several `rel` parameters the first one counts. */
function relationsOf(parameters: string): string[] {
  const rel = [...parameters.matchAll(PARAMETERS)].find(([, name]) => name!.toLowerCase() === "rel");
  return (rel?.[2] ?? rel?.[3] ?? "").toLowerCase().split(/\s+/);
}
