import * as v from "valibot";
import { preview } from "../../graphql/json";
import { arxivPages } from "../../papers/arxiv-id";
import { NO_ARXIV_ID, readArxivId } from "../../papers/arxiv-reference";
import { readName } from "../names";
import { normalizeSpace, uniqueWords } from "../normalize";
import type { ImportItem, SourceRecord } from "../source-record";
import { dayOf, instantOf } from "./day";
import { describe, entriesOf, instant, lenient, listOf, needed, takeDropped, text } from "./lenient";
import { codeUrl, webUrl } from "./links";
import { countOf, PRINTED_COUNT } from "./printed-count";

/** What only the caller knows about an item. */
export interface ItemContext {
  location: string;
  /** The day of the requested list, for items that do not say. */
  day?: string;
  /** When the list was read, for items that do not say. */
  observedAt: Date;
}

const number = v.union([
  v.number(),
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(PRINTED_COUNT),
    v.transform((digits) => countOf(digits)!),
  ),
]);
const count = v.pipe(number, v.integer(), v.minValue(0), v.description("a whole number from 0 on"));
const author = v.pipe(
  v.union([
    v.pipe(
      text,
      v.transform((name) => ({ name, hidden: false })),
    ),
    v.object({ name: v.nullish(text), hidden: v.nullish(v.boolean()) }),
  ]),
  v.description("a name, alone or in an object"),
);

const paperFields = {
  id: text,
  title: text,
  summary: lenient(text),
  publishedAt: lenient(instant),
  submittedOnDailyAt: lenient(instant),
  authors: lenient(listOf("names")),
  upvotes: lenient(count),
  ai_summary: lenient(text),
  ai_keywords: lenient(listOf("texts")),
  githubRepo: lenient(text),
  githubStars: lenient(count),
  projectPage: lenient(text),
  organization: lenient(
    v.pipe(
      v.object({ name: text, fullname: lenient(text), avatar: lenient(text) }),
      v.description("an object with a name"),
    ),
  ),
};

const itemFields = {
  paper: v.object(paperFields, needed("an object")),
  thumbnail: lenient(text),
  numComments: lenient(count),
  _date: lenient(text),
  _snapshotAt: lenient(instant),
};

const itemForm = v.object(itemFields, needed("an object"));

/** One item of Hugging Face's daily papers, as its public API returns it. Account data is not read. */
export function readHuggingFaceItem(value: unknown, context: ItemContext): ImportItem {
  const reject = (reason: string): ImportItem => ({ rejected: { location: context.location, reason } });
  const parsed = v.safeParse(itemForm, value);
  if (!parsed.success) return reject(`It is not a daily papers item: ${describe(parsed.issues)}.`);
  const notes: string[] = [];
  const item = takeDropped(parsed.output, notes);
  const paper = takeDropped(item.paper, notes);
  const arxivId = readArxivId(paper.id);
  if (arxivId === null) return reject(`${preview(paper.id)} ${NO_ARXIV_ID}`);
  const listDay = item._date ?? context.day;
  const feedDay = dayOf(listDay ?? paper.submittedOnDailyAt);
  if (listDay !== undefined && !feedDay) return reject(`"${listDay}" is not a day of the calendar.`);
  const note = (field: string, found: { url?: string; problem?: string }) => {
    if (found.problem) notes.push(`${field} dropped: ${found.problem}.`);
    return found.url;
  };
  const record: SourceRecord = {
    location: context.location,
    observedAt: instantOf(item._snapshotAt) ?? context.observedAt,
    arxivId,
    title: normalizeSpace(paper.title),
    abstract: normalizeSpace(paper.summary ?? "") || undefined,
    summary: normalizeSpace(paper.ai_summary ?? "") || undefined,
    keywords: uniqueWords(entriesOf("ai_keywords", paper.ai_keywords, text, notes)),
    publishedOn: dayOf(paper.publishedAt),
    featured: feedDay
      ? {
          on: feedDay,
          at: featuredAt(feedDay, paper.submittedOnDailyAt),
          listedBy: feedDay === context.day ? "huggingface" : undefined,
        }
      : undefined,
    ...authorsOf(paper.authors, notes),
    organization: organizationOf(paper.organization, notes),
    ...arxivPages(arxivId),
    thumbnailUrl: note("thumbnail", webUrl(item.thumbnail)),
    projectUrl: note("projectPage", webUrl(paper.projectPage)),
    codeUrl: note("githubRepo", codeUrl(paper.githubRepo)),
    codeStars: paper.githubStars ?? undefined,
    upvotes: paper.upvotes ?? undefined,
    comments: item.numComments ?? undefined,
  };
  return { record, notes };
}

/** Counts all listed authors, including those whom the source hides and those whose names cannot be read. */
function authorsOf(listed: readonly unknown[] | null | undefined, notes: string[]) {
  if (!listed || listed.length === 0) return {};
  const shown = entriesOf("authors", listed, author, notes).filter(({ hidden }) => !hidden);
  const names = shown.map(({ name }) => readName(name ?? "")).filter((name) => name !== "");
  return { authors: names, authorCount: listed.length };
}

/** An organization is identified by its short name: one without it is dropped. */
function organizationOf(
  organization: { name: string; fullname?: string | null; avatar?: string | null } | null | undefined,
  notes: string[],
): SourceRecord["organization"] {
  if (!organization) return undefined;
  const { name, fullname, avatar } = takeDropped(organization, notes, "organization.");
  const handle = normalizeSpace(name);
  if (handle === "") return undefined;
  return { key: handle.toLowerCase(), name: normalizeSpace(fullname ?? "") || handle, logoUrl: webUrl(avatar).url };
}

// A source that features a paper on one day and lists it on another gives no time within the listed day.
function featuredAt(day: string, submittedAt: string | null | undefined): Date {
  const submitted = instantOf(submittedAt);
  return submitted && dayOf(submittedAt) === day ? submitted : new Date(`${day}T00:00:00Z`);
}
