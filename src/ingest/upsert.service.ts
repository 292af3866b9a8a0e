import { millisecondsInDay } from "date-fns/constants";
import { databaseNow } from "../db/clock";
import type { WritableDb } from "../db/database";
import { rankFeeds } from "../feeds/rank-feeds.service";
import { type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { readDoi } from "../inputs/doi";
import { arxivPages } from "../papers/arxiv-id";
import { NO_ARXIV_ID, readArxivId } from "../papers/arxiv-reference";
import { inKnownSpelling } from "../papers/category";
import { type FieldName, type FieldValues, fieldNames, fieldOf } from "./fields";
import { importItems } from "./importer";
import { readName } from "./names";
import { normalizeSpace, uniqueWords } from "./normalize";
import type { SourceRecord } from "./source-record";
import { codeUrl } from "./sources/links";
import type { PaperUpsert } from "./upsert.input";
import { type Problem, problemsOf } from "./validate-record";

export interface UpsertResult {
  created: number;
  updated: number;
  unchanged: number;
  /** In the order of the input. */
  paperIds: number[];
  userErrors: UserError[];
}

/** Merges papers as an import does, with the current time as the time of the record. Idempotent. */
export async function upsertPapers(
  db: WritableDb,
  submitterId: number,
  papers: readonly PaperUpsert[],
  at?: Date,
): Promise<UpsertResult> {
  const observedAt = at ?? (await databaseNow(db));
  const read = papers.map((paper, i) => toSourceRecord(paper, i, observedAt, submitterId));
  const userErrors = read.flatMap((each) => ("error" in each ? [each.error] : []));
  const records = read.flatMap((each) => ("record" in each ? [each.record] : []));
  const found = new Map<string, number>();
  const { created, updated, unchanged } = await importItems(
    db,
    records.map((record) => ({ record, notes: [] })),
    {
      onMerged: ({ location }, paperId) => found.set(location, paperId),
      // Of two records of one paper with the same time, neither is newer: the second is refused rather than half stored.
      onRepeat: ({ location }, first) => {
        const message = `This is the paper of papers ${first.location}: send each paper once.`;
        userErrors.push(userError(UserErrorCode.INVALID, message, "input", "papers", location));
      },
      onRejected: (location, reason) =>
        userErrors.push(userError(UserErrorCode.INVALID, reason, "input", "papers", location)),
    },
  );
  // The worker ranks the feeds of papers that were featured before: ranking waits once more for what imports others.
  if (created + updated > 0 && records.some(({ featured }) => featured)) await rankFeeds(db, at);
  const paperIds = records.flatMap(({ location }) => found.get(location) ?? []);
  return { created, updated, unchanged, paperIds, userErrors };
}

type Read = { record: SourceRecord } | { error: UserError };

function toSourceRecord(paper: PaperUpsert, index: number, observedAt: Date, submitterId: number): Read {
  const invalid = (message: string, ...field: string[]) => ({
    error: userError(UserErrorCode.INVALID, message, "input", "papers", String(index), ...field),
  });
  const arxivId = typeof paper.arxivId === "string" ? readArxivId(paper.arxivId) : undefined;
  if (arxivId === null) return invalid(`arxivId ${NO_ARXIV_ID}`, "arxivId");
  const pages = arxivId ? arxivPages(arxivId) : undefined;
  const authors = paper.authors?.map(readName) ?? undefined;
  if (authors?.some((name) => name === "")) return invalid("A name must not be blank.", "authors");
  const authorCount = paper.authorCount ?? authors?.length;
  const named = authors?.length ?? 0;
  if (authorCount !== undefined && authorCount < named) {
    return invalid(`authorCount must be at least ${named}, the number of authors given.`, "authorCount");
  }
  const code = codeUrl(paper.codeUrl);
  if (code.problem) return invalid(`${code.problem}.`, "codeUrl");
  const doi = readText(paper.doi, readDoi);
  if (doi === null) return invalid("doi is not a DOI: pass one such as 10.1000/182, or its address at doi.org.", "doi");
  const record: SourceRecord = {
    source: "editor",
    location: String(index),
    observedAt,
    submitterId,
    ...fieldsOf(paper),
    arxivId,
    title: normalizeSpace(paper.title),
    keywords: paper.keywords ? uniqueWords(paper.keywords) : undefined,
    categories: paper.categories ? inKnownSpelling(paper.categories) : undefined,
    doi,
    featured: paper.featuredOn ? { on: paper.featuredOn, at: featuredAt(paper.featuredOn, observedAt) } : undefined,
    authors: authors?.length ? authors : undefined,
    authorCount,
    url: paper.url ?? pages?.url,
    pdfUrl: paper.pdfUrl ?? pages?.pdfUrl,
    codeUrl: code.url,
  };
  const [problem] = problemsOf(record, observedAt);
  return problem ? invalid(messageOf(problem), inputFieldOf(problem)) : { record };
}

/** Undefined for a blank text, null for one that is not read. */
function readText(text: string | null | undefined, read: (text: string) => string | null): string | null | undefined {
  return normalizeSpace(text ?? "") === "" ? undefined : read(text!);
}

/** The plain fields of the input, which have the names of a record's. */
function fieldsOf(paper: { [Name in FieldName]?: FieldValues[Name] | null }): FieldValues {
  const entries = fieldNames.map((name) => {
    const value = paper[name] ?? undefined;
    const isText = fieldOf(name).kind === "text" && typeof value === "string";
    return [name, isText ? normalizeSpace(value) || undefined : value];
  });
  return Object.fromEntries(entries);
}

function messageOf(problem: Problem): string {
  return `${inputFieldOf(problem)} ${problem.reason}.`;
}

function inputFieldOf({ field }: Problem): string {
  return field === "featured" ? "featuredOn" : field;
}

/** The instant of a feed day that is nearest to now. Sent again, it is never earlier, so a stored time stays. */
function featuredAt(day: string, now: Date): Date {
  const start = new Date(`${day}T00:00:00Z`).getTime();
  const end = start + millisecondsInDay - 1;
  return new Date(Math.min(Math.max(now.getTime(), start), end));
}
