import { isBroken } from "../text";
import type { ImportItem, PaperLook } from "./look";

/** Characters, in UTF-16 code units. PostgreSQL's indexes and text search have limits of their own, further out. */
const TEXTS = { title: 2000, abstract: 100_000, summary: 20_000 };
const LISTS = {
  keywords: { items: 100, length: 200 },
  authors: { items: 10_000, length: 500 },
};
const ORGANIZATION_LENGTH = 200;
/** What is searched in a paper; of a megabyte of words, text search would fail. */
const SEARCHED_LENGTH = 120_000;
const URL_LENGTH = 2000;
/** With the votes of all users that an int4 can number on top, a sum of votes is an int4 still. */
const MAX_COUNT = 1_000_000_000;
const COUNTS = { authorCount: 100_000, upvotes: MAX_COUNT, comments: MAX_COUNT, codeStars: MAX_COUNT };
const URLS = ["url", "pdfUrl", "thumbnailUrl", "projectUrl", "codeUrl"] as const;
const FIRST_PUBLICATION = "1900-01-01";
/** arXiv's first day: nobody has listed a day's papers before. */
const FIRST_FEED_DAY = "1991-08-14";
const DAY_MS = 24 * 60 * 60 * 1000;

/** A part of a look that is out of bounds. */
export interface Problem {
  field: Exclude<keyof PaperLook, "place" | "seenAt" | "submitterId">;
  /** To be read after the field's name. */
  reason: string;
  /** Whether the rest of the look is no good without it. */
  isFatal: boolean;
}

/**
 * What of a look is out of the bounds that hold for every source, whichever door it comes by; nothing when it can be
 * stored. A day may be tomorrow's: a source east of Greenwich is a day ahead.
 */
export function problemsOf(look: PaperLook, now: Date): Problem[] {
  const problem = (field: Problem["field"], reason: string | null, isFatal = false): Problem[] =>
    reason === null ? [] : [{ field, reason, isFatal }];
  const names = <K extends object>(table: K) => Object.keys(table) as (keyof K)[];
  const { organization, featured } = look;
  const all = textsOf(look);
  const own = [
    ...problem("title", look.title === "" ? "is missing" : null, true),
    ...names(TEXTS).flatMap((field) => problem(field, beyond(look[field], TEXTS[field]), field === "title")),
    ...names(LISTS).flatMap((field) => problem(field, listProblem(look[field] ?? [], LISTS[field]))),
    ...[organization?.key, organization?.name].flatMap((text) =>
      problem("organization", beyond(text, ORGANIZATION_LENGTH)),
    ),
    ...problem("organization", beyond(organization?.logoUrl, URL_LENGTH)),
    ...names(COUNTS).flatMap((field) => problem(field, countProblem(look[field], COUNTS[field]))),
    ...URLS.flatMap((field) => problem(field, beyond(look[field], URL_LENGTH))),
    ...problem("publishedOn", dayProblem(look.publishedOn, FIRST_PUBLICATION, now)),
    ...problem("featured", dayProblem(featured?.on, FIRST_FEED_DAY, now), true),
    ...names(all).flatMap((field) =>
      problem(
        field,
        all[field].some(isBroken) ? "holds NUL or half of a surrogate pair, which is no text" : null,
        true,
      ),
    ),
  ];
  return own.length > 0 ? own : searchedProblem(look);
}

/** What can be stored of an item: without its optional parts that are out of bounds, which the notes tell. */
export function withinBounds(item: ImportItem, now: Date): ImportItem {
  if ("rejected" in item) return item;
  const look = { ...item.look };
  const notes = [...item.notes];
  // What is dropped may bring the rest within bounds that hold for all of it together.
  for (let problems = problemsOf(look, now); problems.length > 0; problems = problemsOf(look, now)) {
    const fatal = problems.find(({ isFatal }) => isFatal);
    if (fatal) return { rejected: { place: look.place, reason: `${nameOf(fatal)} ${fatal.reason}.` } };
    for (const { field, reason } of problems) {
      if (look[field] === undefined) continue;
      notes.push(`${field} dropped: it ${reason}.`);
      // How many they are is known without their names.
      if (field === "authors") look.authorCount ??= look.authors?.length;
      delete look[field];
    }
  }
  if (look.seenAt.getTime() > now.getTime() + DAY_MS) {
    notes.push(`its time of ${look.seenAt.toISOString()} is still to come: taken as seen now.`);
  }
  if (look.seenAt > now) look.seenAt = now;
  return { look, notes };
}

function nameOf({ field }: Problem): string {
  return field === "featured" ? "its feed day" : field;
}

function textsOf(look: PaperLook) {
  return {
    title: [look.title],
    abstract: [look.abstract ?? ""],
    summary: [look.summary ?? ""],
    keywords: look.keywords ?? [],
    authors: look.authors ?? [],
    organization: [look.organization?.key ?? "", look.organization?.name ?? ""],
  };
}

function beyond(text: string | undefined, length: number): string | null {
  return text !== undefined && text.length > length ? `is longer than ${describe(length)} characters` : null;
}

function listProblem(list: readonly string[], { items, length }: { items: number; length: number }): string | null {
  if (list.length > items) return `has more than ${describe(items)} items`;
  return list.some((text) => text.length > length) ? `has an item of more than ${describe(length)} characters` : null;
}

function countProblem(count: number | undefined, most: number): string | null {
  if (count === undefined || (Number.isInteger(count) && count >= 0 && count <= most)) return null;
  return `is not a whole number from 0 to ${describe(most)}`;
}

function dayProblem(day: string | undefined, first: string, now: Date): string | null {
  if (day === undefined) return null;
  if (day < first) return `${day} is before ${first}`;
  return day > new Date(now.getTime() + DAY_MS).toISOString().slice(0, 10) ? `${day} is still to come` : null;
}

/** The longer one of the two that can be too long together with the rest. */
function searchedProblem(look: PaperLook): Problem[] {
  const lengthOf = (list: readonly string[] = []) => list.reduce((sum, text) => sum + text.length + 2, 0);
  const abstract = look.abstract?.length ?? 0;
  const authors = lengthOf(look.authors);
  if (look.title.length + abstract + authors + lengthOf(look.keywords) <= SEARCHED_LENGTH) return [];
  const field = abstract > authors ? "abstract" : "authors";
  const reason = `is, with all else that is searched, longer than ${describe(SEARCHED_LENGTH)} characters`;
  return [{ field, reason, isFatal: false }];
}

function describe(number: number): string {
  return number.toLocaleString("en");
}
