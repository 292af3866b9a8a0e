import { readFirstDoi } from "../inputs/doi";
import { arxivPages } from "../papers/arxiv-id";
import type { Paper } from "../papers/paper.entity";
import { readEntities } from "../spelling/entities";
import { citationKey } from "./citation-key";
import type { CslItem } from "./csl.types";
import { readCitedName } from "./names";

/** A year that a journal's reference states: in parentheses, or at its end. */
const YEAR = /\((?:[^()]*\D)?((?:19|20)\d{2})\)|[,.]\s((?:19|20)\d{2})\.?$/;

type Cited = Pick<
  Paper,
  "title" | "abstract" | "keywords" | "publishedOn" | "arxivId" | "doi" | "journalReference" | "url"
>;

/** The CSL item of a paper; every format of a citation is written from it. `authors` as printed, in order. */
export function cslItem(paper: Cited, authors: readonly string[]): CslItem {
  const title = readEntities(paper.title);
  const author = authors.map(readCitedName);
  const doi = readFirstDoi(paper.doi ?? "") ?? undefined;
  const journal = paper.journalReference ?? undefined;
  const isPublished = journal !== undefined && doi !== undefined;
  const date = dateOf(paper);
  return withoutUnknown({
    id: citationKey(title, author[0], date),
    type: isPublished ? "article-journal" : "article",
    title,
    author: author.length > 0 ? author : undefined,
    issued: issuedOn(date, isPublished ? journal : ""),
    "container-title": isPublished ? journal : undefined,
    ...(paper.arxivId !== null && { publisher: isPublished ? undefined : "arXiv", number: `arXiv:${paper.arxivId}` }),
    DOI: doi ?? (paper.arxivId === null ? undefined : arxivDoi(paper.arxivId)),
    URL: paper.arxivId === null ? (paper.url ?? undefined) : arxivPages(paper.arxivId).url,
    abstract: paper.abstract ?? undefined,
    keyword: paper.keywords.join(", ") || undefined,
    note: isPublished ? undefined : journal,
  });
}

/** The DOI that arXiv itself gives each paper. */
export function arxivDoi(arxivId: string): string {
  return `10.48550/arXiv.${arxivId}`;
}

/** The journal's year where it states one, else the day of the preprint. */
function issuedOn(date: number[], journal: string): CslItem["issued"] {
  const [, inParentheses, atEnd] = YEAR.exec(journal) ?? [];
  const year = inParentheses ?? atEnd;
  if (year !== undefined) return { "date-parts": [[Number(year)]] };
  return date.length === 0 ? undefined : { "date-parts": [date] };
}

/** Year, month and day of first publication; of an arXiv id, year and month; empty where neither is known. */
function dateOf({ publishedOn, arxivId }: Pick<Paper, "publishedOn" | "arxivId">): number[] {
  if (publishedOn !== null) return publishedOn.split("-").map(Number);
  const [, year, month] = /^(?:.*\/)?(\d{2})(\d{2})/.exec(arxivId ?? "") ?? [];
  if (year === undefined) return [];
  // arXiv began in 1991; its form of ids will last until 2090.
  return [Number(year) + (Number(year) < 91 ? 2000 : 1900), Number(month)];
}

function withoutUnknown(item: CslItem): CslItem {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as unknown as CslItem;
}
