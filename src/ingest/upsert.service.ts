import { databaseNow } from "../db/clock";
import type { WritableDb } from "../db/database";
import { rankFeeds } from "../feeds/ranking.service";
import { isArxivId, parseArxivId } from "../papers/arxiv-id";
import { type UserError, UserErrorCode, userError } from "../user-error.type";
import { type Problem, problemsOf } from "./bounds";
import { collapse, distinct, titleKey } from "./fold";
import { importItems } from "./importer";
import type { PaperLook } from "./look";
import type { PaperUpsert } from "./upsert.input";

export interface UpsertResult {
  created: number;
  updated: number;
  unchanged: number;
  /** In the order of the input. */
  paperIds: number[];
  userErrors: UserError[];
}

/** Merges papers as an import does, with the present as the time of the look. Sending the same again changes nothing. */
export async function upsertPapers(
  db: WritableDb,
  submitterId: number,
  papers: readonly PaperUpsert[],
  at?: Date,
): Promise<UpsertResult> {
  const seenAt = at ?? (await databaseNow(db));
  const read = refuseRepeats(papers.map((paper, i) => toLook(paper, i, seenAt, submitterId)));
  const userErrors = read.flatMap((each) => ("error" in each ? [each.error] : []));
  const looks = read.flatMap((each) => ("look" in each ? [each.look] : []));
  const found = new Map<string, number>();
  const { created, updated, unchanged } = await importItems(
    db,
    looks.map((look) => ({ look, notes: [] })),
    {
      onMerged: ({ place }, paperId) => found.set(place, paperId),
      onRejected: (place, reason) =>
        userErrors.push(userError(UserErrorCode.INVALID, reason, "input", "papers", place)),
    },
  );
  if (created + updated > 0) await rankFeeds(db, at);
  const paperIds = looks.flatMap(({ place }) => found.get(place) ?? []);
  return { created, updated, unchanged, paperIds, userErrors };
}

type Read = { look: PaperLook } | { error: UserError };

/** Of two looks at one paper from one moment, neither is the newer one: the second is refused rather than half kept. */
function refuseRepeats(read: Read[]): Read[] {
  const known = new Map<string, number>();
  return read.map((each, i) => {
    if (!("look" in each)) return each;
    const { arxivId, title } = each.look;
    const key = arxivId ?? `title ${titleKey(title)}`;
    const first = known.get(key);
    known.set(key, first ?? i);
    if (first === undefined) return each;
    const message = `This is the paper of papers ${first}: send each paper once.`;
    return { error: userError(UserErrorCode.INVALID, message, "input", "papers", String(i)) };
  });
}

function toLook(paper: PaperUpsert, index: number, seenAt: Date, submitterId: number): Read {
  const invalid = (message: string, ...field: string[]) => ({
    error: userError(UserErrorCode.INVALID, message, "input", "papers", String(index), ...field),
  });
  const arxivId = typeof paper.arxivId === "string" ? parseArxivId(paper.arxivId) : undefined;
  if (arxivId === null || (arxivId && !isArxivId(arxivId))) return invalid("This is no arXiv id.", "arxivId");
  const authors = paper.authors?.map(collapse) ?? undefined;
  if (authors?.some((name) => name === "")) return invalid("A name must not be blank.", "authors");
  const authorCount = paper.authorCount ?? authors?.length;
  const named = authors?.length ?? 0;
  if (authorCount !== undefined && authorCount < named) {
    return invalid(`authorCount must be at least ${named}, the number of authors given.`, "authorCount");
  }
  const look: PaperLook = {
    place: String(index),
    seenAt,
    submitterId,
    arxivId,
    title: collapse(paper.title),
    abstract: collapse(paper.abstract ?? "") || undefined,
    keywords: paper.keywords ? distinct(paper.keywords) : undefined,
    publishedOn: paper.publishedOn ?? undefined,
    featured: paper.featuredOn ? { on: paper.featuredOn, at: featuredAt(paper.featuredOn, seenAt) } : undefined,
    authors: authors?.length ? authors : undefined,
    authorCount,
    url: paper.url ?? (arxivId ? `https://arxiv.org/abs/${arxivId}` : undefined),
    pdfUrl: paper.pdfUrl ?? (arxivId ? `https://arxiv.org/pdf/${arxivId}` : undefined),
    thumbnailUrl: paper.thumbnailUrl ?? undefined,
    projectUrl: paper.projectUrl ?? undefined,
    codeUrl: paper.codeUrl ?? undefined,
  };
  const [problem] = problemsOf(look, seenAt);
  return problem ? invalid(messageOf(problem), inputFieldOf(problem)) : { look };
}

function messageOf(problem: Problem): string {
  return `${inputFieldOf(problem)} ${problem.reason}.`;
}

function inputFieldOf({ field }: Problem): string {
  return field === "featured" ? "featuredOn" : field;
}

/** The moment of a feed day that is nearest to now. Sent again, it is never earlier, so what stands is not moved. */
function featuredAt(day: string, now: Date): Date {
  const start = new Date(`${day}T00:00:00Z`).getTime();
  const end = start + 24 * 60 * 60 * 1000 - 1;
  return new Date(Math.min(Math.max(now.getTime(), start), end));
}
