import type { WritableDb } from "../db/database";
import { rankFeeds } from "../feeds/ranking.service";
import { isArxivId, parseArxivId } from "../papers/arxiv-id";
import { type UserError, UserErrorCode, userError } from "../user-error.type";
import { problemOf } from "./check-look";
import { collapse, distinct } from "./fold";
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
): Promise<UpsertResult> {
  const seenAt = new Date();
  const read = papers.map((paper, i) => toLook(paper, i, seenAt, submitterId));
  const userErrors = read.flatMap((each) => ("error" in each ? [each.error] : []));
  const looks = read.flatMap((each) => ("look" in each ? [each.look] : []));
  const found = new Map<PaperLook, number>();
  const { created, updated, unchanged } = await importItems(
    db,
    looks.map((look) => ({ look, notes: [] })),
    { onMerged: (look, paperId) => found.set(look, paperId) },
  );
  if (created + updated > 0) await rankFeeds(db, seenAt);
  return { created, updated, unchanged, paperIds: looks.map((look) => found.get(look)!), userErrors };
}

function toLook(
  paper: PaperUpsert,
  index: number,
  seenAt: Date,
  submitterId: number,
): { look: PaperLook } | { error: UserError } {
  const invalid = (message: string, ...field: string[]) => ({
    error: userError(UserErrorCode.INVALID, message, "input", "papers", String(index), ...field),
  });
  const arxivId = paper.arxivId ? parseArxivId(paper.arxivId) : undefined;
  if (arxivId === null || (arxivId && !isArxivId(arxivId))) return invalid("This is no arXiv id.", "arxivId");
  const authors = paper.authors?.map(collapse) ?? undefined;
  if (authors?.some((name) => name === "")) return invalid("A name must not be blank.", "authors");
  const authorCount = paper.authorCount ?? authors?.length;
  const given = authors?.length ?? 0;
  if (authorCount !== undefined && authorCount < given) {
    return invalid(`authorCount must be at least ${given}, the number of authors given.`, "authorCount");
  }
  const look: PaperLook = {
    place: `papers[${index}]`,
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
  const problem = problemOf(look);
  return problem ? invalid(problem) : { look };
}

/** Now, for today's feed; the start of any other day. */
function featuredAt(day: string, now: Date): Date {
  return now.toISOString().startsWith(day) ? now : new Date(`${day}T00:00:00Z`);
}
