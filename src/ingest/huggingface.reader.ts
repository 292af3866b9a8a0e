import * as v from "valibot";
import { preview } from "../json";
import { isArxivId, parseArxivId } from "../papers/arxiv-id";
import { dayOf, instantOf, isDay } from "./day";
import { collapse, distinct } from "./fold";
import { codeUrl, webUrl } from "./links";
import type { ImportItem, PaperLook } from "./look";

/** What only the reader's caller knows of an item. */
export interface ItemContext {
  place: string;
  /** The day that the list was asked for, when the item does not say. */
  day?: string;
  /** When the list was read, when the item does not say. */
  seenAt: Date;
}

/** Only id and title are needed; what else is not as expected is unknown, and named in the notes. */
const lenient = <T extends v.GenericSchema>(form: T) =>
  v.nullish(v.union([form, v.pipe(v.unknown(), v.transform(dropped))]));
const dropped = (value: unknown) => ({ dropped: value }) as never;

/** What is wrong with a needed value, to be read after its name. */
const needed = (what: string) => (issue: v.BaseIssue<unknown>) =>
  issue.received === "undefined" ? "is missing" : `is not ${what}`;

const text = v.string(needed("a text"));
const instant = v.pipe(
  text,
  v.check((value) => instantOf(value) !== undefined),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const paperFields = {
  id: text,
  title: text,
  summary: lenient(text),
  publishedAt: lenient(instant),
  submittedOnDailyAt: lenient(instant),
  authors: lenient(v.array(v.object({ name: v.nullish(text), hidden: v.nullish(v.boolean()) }))),
  upvotes: lenient(count),
  ai_summary: lenient(text),
  ai_keywords: lenient(v.array(text)),
  githubRepo: lenient(text),
  githubStars: lenient(count),
  projectPage: lenient(text),
  organization: lenient(v.object({ name: text, fullname: v.nullish(text), avatar: v.nullish(text) })),
};

const itemFields = {
  paper: v.object(paperFields, needed("an object")),
  thumbnail: lenient(text),
  numComments: lenient(count),
  _date: lenient(text),
  _snapshotAt: lenient(instant),
};

const itemForm = v.object(itemFields, needed("an object"));

/** One item of Hugging Face's daily papers, as the public API returns it. Nothing of its accounts is read. */
export function readHuggingFaceItem(value: unknown, context: ItemContext): ImportItem {
  const reject = (reason: string): ImportItem => ({ rejected: { place: context.place, reason } });
  const parsed = v.safeParse(itemForm, value);
  if (!parsed.success) return reject(`It is no daily papers item: ${describe(parsed.issues)}.`);
  const notes: string[] = [];
  const item = takeDropped(parsed.output, notes);
  const paper = takeDropped(item.paper, notes);
  if (!isArxivId(paper.id)) return reject(`"${paper.id}" is no arXiv id.`);
  const arxivId = parseArxivId(paper.id)!;
  const feedDay = item._date ?? context.day ?? dayOf(paper.submittedOnDailyAt);
  if (feedDay !== undefined && !isDay(feedDay)) return reject(`"${feedDay}" is no day of the calendar.`);
  const note = (field: string, found: { url?: string; problem?: string }) => {
    if (found.problem) notes.push(`${field} dropped: ${found.problem}.`);
    return found.url;
  };
  const look: PaperLook = {
    place: context.place,
    seenAt: instantOf(item._snapshotAt) ?? context.seenAt,
    arxivId,
    title: collapse(paper.title),
    abstract: collapse(paper.summary ?? "") || undefined,
    summary: collapse(paper.ai_summary ?? "") || undefined,
    keywords: distinct(paper.ai_keywords ?? []),
    publishedOn: dayOf(paper.publishedAt),
    featured: feedDay ? { on: feedDay, at: featuredAt(feedDay, paper.submittedOnDailyAt) } : undefined,
    ...authorsOf(paper.authors),
    organization: organizationOf(paper.organization),
    url: `https://arxiv.org/abs/${arxivId}`,
    pdfUrl: `https://arxiv.org/pdf/${arxivId}`,
    thumbnailUrl: note("thumbnail", webUrl(item.thumbnail)),
    projectUrl: note("projectPage", webUrl(paper.projectPage)),
    codeUrl: note("githubRepo", codeUrl(paper.githubRepo)),
    codeStars: paper.githubStars ?? undefined,
    upvotes: paper.upvotes ?? undefined,
    comments: item.numComments ?? undefined,
  };
  return { look, notes };
}

/** Takes out the values that did not have the expected form, and notes them. */
function takeDropped<T extends object>(values: T, notes: string[]): T {
  const entries = Object.entries(values).filter(([name, value]) => {
    const isDropped = typeof value === "object" && value !== null && "dropped" in value;
    if (isDropped) notes.push(`${name} dropped: ${preview(value.dropped)} is not as expected.`);
    return !isDropped;
  });
  return Object.fromEntries(entries) as T;
}

function authorsOf(authors: { name?: string | null; hidden?: boolean | null }[] | null | undefined) {
  if (!authors || authors.length === 0) return {};
  const shown = authors.filter((author) => !author.hidden).map((author) => collapse(author.name ?? ""));
  return { authors: shown.filter((name) => name !== ""), authorCount: authors.length };
}

function organizationOf(
  organization: { name: string; fullname?: string | null; avatar?: string | null } | null | undefined,
): PaperLook["organization"] {
  const handle = collapse(organization?.name ?? "");
  if (!organization || handle === "") return undefined;
  const name = collapse(organization.fullname ?? "") || handle;
  return { key: handle.toLowerCase(), name, logoUrl: webUrl(organization.avatar).url };
}

// A source that features on one day and lists on another gives no time within the listed day.
function featuredAt(day: string, submittedAt: string | null | undefined): Date {
  const submitted = instantOf(submittedAt);
  return submitted && dayOf(submittedAt) === day ? submitted : new Date(`${day}T00:00:00Z`);
}

function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? "it"} ${issue.message}`).join(", ");
}
