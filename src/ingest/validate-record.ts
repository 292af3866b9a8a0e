import { millisecondsInDay } from "date-fns/constants";
import { isBroken } from "../inputs/broken-text";
import { MAX_URL_LENGTH } from "../inputs/web-url";
import { isCategory } from "../papers/arxiv-taxonomy";
import { type FieldName, fieldNames, fieldOf } from "./fields";
import type { ImportItem, SourceRecord } from "./source-record";

/** In UTF-16 code units. PostgreSQL's indexes and text search have their own, higher limits. */
const TITLE_LENGTH = 2000;
const LISTS = {
  keywords: { items: 100, ...upTo(200) },
  authors: { items: 10_000, ...upTo(500) },
  categories: { items: 20, fits: isCategory, misfit: "that is not one of arXiv's categories, such as cs.CL" },
};
const MAX_VERSIONS = 1000;
const ORGANIZATION_LENGTH = 200;
/** All searched texts of a paper together: text search fails at a megabyte of words. */
const SEARCHED_LENGTH = 120_000;
/** Even with a vote of every user that an int4 can number, the sum of votes fits an int4. */
const MAX_COUNT = 1_000_000_000;
const MAX_AUTHOR_COUNT = 100_000;
/** arXiv dates versions of papers that are older than arXiv. */
const FIRST_DAY = "1900-01-01";
/** arXiv's first day: no list of a day's papers is older. */
const FIRST_FEED_DAY = "1991-08-14";

/** A part of a record that is out of bounds. */
export interface Problem {
  field: Exclude<keyof SourceRecord, "location" | "observedAt" | "submitterId">;
  /** To follow the field's name. */
  reason: string;
  /** Whether the rest of the record is useless without it. */
  isFatal: boolean;
}

/**
 * The parts of a record that are out of the bounds of all sources; empty when it can be stored. A day may be tomorrow: a
 * source east of Greenwich may be a day ahead.
 */
export function problemsOf(record: SourceRecord, now: Date): Problem[] {
  const problem = (field: Problem["field"], reason: string | null, isFatal = false): Problem[] =>
    reason === null ? [] : [{ field, reason, isFatal }];
  const { organization, featured } = record;
  const all = textsOf(record);
  const own = [
    ...problem("title", record.title === "" ? "is missing" : null, true),
    ...problem("title", beyond(record.title, TITLE_LENGTH), true),
    ...fieldNames.flatMap((field) => problem(field, fieldProblem(record, field, now))),
    ...namesOf(LISTS).flatMap((field) => problem(field, listProblem(record[field] ?? [], LISTS[field]))),
    ...[organization?.key, organization?.name].flatMap((text) =>
      problem("organization", beyond(text, ORGANIZATION_LENGTH)),
    ),
    ...problem("organization", beyond(organization?.logoUrl, MAX_URL_LENGTH)),
    ...problem("authorCount", countProblem(record.authorCount, MAX_AUTHOR_COUNT)),
    ...problem("versions", versionsProblem(record.versions ?? [], now)),
    ...problem("withdrawnAt", dayProblem(record.withdrawnAt && dayOf(record.withdrawnAt), FIRST_DAY, now)),
    ...problem("featured", dayProblem(featured?.on, FIRST_FEED_DAY, now), true),
    ...namesOf(all).flatMap((field) =>
      problem(
        field,
        all[field]?.some(isBroken) ? "holds NUL or half of a surrogate pair, which is not text" : null,
        true,
      ),
    ),
  ];
  return own.length > 0 ? own : searchedProblem(record);
}

/** The item without its optional parts that are out of bounds, which the notes name; rejected if a required part is. */
export function withinBounds(item: ImportItem, now: Date): ImportItem {
  if ("rejected" in item) return item;
  const notes = [...item.notes];
  const record = withShorterLists(item.record, notes);
  // Dropping a part may bring the rest within the bounds of all parts together.
  for (let problems = problemsOf(record, now); problems.length > 0; problems = problemsOf(record, now)) {
    const fatal = problems.find(({ isFatal }) => isFatal);
    if (fatal) return { rejected: { location: record.location, reason: `${nameOf(fatal)} ${fatal.reason}.` } };
    for (const { field, reason } of problems) {
      if (record[field] === undefined) continue;
      notes.push(`${field} dropped: it ${reason}.`);
      // Their number is known even without their names.
      if (field === "authors") record.authorCount ??= record.authors?.length;
      delete record[field];
    }
  }
  if (record.observedAt.getTime() > now.getTime() + millisecondsInDay) {
    notes.push(`its time of ${record.observedAt.toISOString()} is in the future: taken as now.`);
  }
  if (record.observedAt > now) record.observedAt = now;
  return { record, notes };
}

/** Drops entries of lists that are too long or of another form, and those beyond the maximum number. */
function withShorterLists(given: SourceRecord, notes: string[]): SourceRecord {
  const record = { ...given };
  for (const field of namesOf(LISTS)) {
    const list = record[field] ?? [];
    const reason = listProblem(list, LISTS[field]);
    if (reason === null) continue;
    const fitting = list.filter(LISTS[field].fits).slice(0, LISTS[field].items);
    notes.push(`${field} shortened by ${describe(list.length - fitting.length)}: it ${reason}.`);
    // The number of authors is known even without their names.
    if (field === "authors") record.authorCount ??= list.length;
    record[field] = fitting;
  }
  return record;
}

function namesOf<K extends object>(table: K): (keyof K)[] {
  return Object.keys(table) as (keyof K)[];
}

function nameOf({ field }: Problem): string {
  return field === "featured" ? "its feed day" : field;
}

function fieldProblem(record: SourceRecord, name: FieldName, now: Date): string | null {
  const field = fieldOf(name);
  const value = record[name];
  if (typeof value === "number") return countProblem(value, MAX_COUNT);
  if (field.kind === "day") return dayProblem(value, field.first, now);
  return beyond(value ?? undefined, field.kind === "text" ? field.length : MAX_URL_LENGTH);
}

/** The free texts, by field. */
function textsOf(record: SourceRecord): Partial<Record<Problem["field"], readonly string[]>> {
  const texts = fieldNames.filter((name) => fieldOf(name).kind === "text");
  return {
    title: [record.title],
    ...Object.fromEntries(texts.map((name) => [name, [record[name] ?? ""]])),
    keywords: record.keywords ?? [],
    authors: record.authors ?? [],
    organization: [record.organization?.key ?? "", record.organization?.name ?? ""],
  };
}

function beyond(text: string | undefined, length: number): string | null {
  return text !== undefined && text.length > length ? `is longer than ${describe(length)} characters` : null;
}

interface ListRule {
  /** The most of them. */
  items: number;
  fits: (text: string) => boolean;
  /** To follow "an item". */
  misfit: string;
}

function upTo(length: number): Omit<ListRule, "items"> {
  return { fits: (text) => text.length <= length, misfit: `of more than ${describe(length)} characters` };
}

function listProblem(list: readonly string[], { items, fits, misfit }: ListRule): string | null {
  if (list.length > items) return `has more than ${describe(items)} items`;
  return list.every(fits) ? null : `has an item ${misfit}`;
}

/** Oldest first; numbers may be missing. */
function versionsProblem(versions: NonNullable<SourceRecord["versions"]>, now: Date): string | null {
  const isNext = (number: number, i: number) => Number.isInteger(number) && number > (versions[i - 1]?.number ?? 0);
  if (!versions.every(({ number }, i) => isNext(number, i) && number <= MAX_VERSIONS)) {
    return `does not count up, by whole numbers from 1 to ${describe(MAX_VERSIONS)}`;
  }
  const days = versions.map(({ submittedAt }) => dayProblem(dayOf(submittedAt), FIRST_DAY, now));
  return days.find((problem) => problem !== null) ?? null;
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

function countProblem(count: number | undefined, most: number): string | null {
  if (count === undefined || (Number.isInteger(count) && count >= 0 && count <= most)) return null;
  return `is not a whole number from 0 to ${describe(most)}`;
}

function dayProblem(day: string | null | undefined, first: string, now: Date): string | null {
  if (day === undefined || day === null) return null;
  if (day < first) return `${day} is before ${first}`;
  return day > new Date(now.getTime() + millisecondsInDay).toISOString().slice(0, 10)
    ? `${day} is in the future`
    : null;
}

/** The longer one of the two texts that can be too long together with the rest. */
function searchedProblem(record: SourceRecord): Problem[] {
  const lengthOf = (list: readonly string[] = []) => list.reduce((sum, text) => sum + text.length + 2, 0);
  const abstract = record.abstract?.length ?? 0;
  const authors = lengthOf(record.authors);
  if (record.title.length + abstract + authors + lengthOf(record.keywords) <= SEARCHED_LENGTH) return [];
  const field = abstract > authors ? "abstract" : "authors";
  const reason = `is, with all else that is searched, longer than ${describe(SEARCHED_LENGTH)} characters`;
  return [{ field, reason, isFatal: false }];
}

function describe(number: number): string {
  return number.toLocaleString("en");
}
