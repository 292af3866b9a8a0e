import { preview } from "../../graphql/json";
import { readFirstDoi } from "../../inputs/doi";
import { arxivPages, givenOutFrom } from "../../papers/arxiv-id";
import { NO_ARXIV_ID, readArxivId } from "../../papers/arxiv-reference";
import { isCategory } from "../../papers/arxiv-taxonomy";
import { hasForm } from "../../papers/category";
import { readName } from "../names";
import { normalizeSpace } from "../normalize";
import type { ImportItem, SourceRecord } from "../source-record";
import { statesWithdrawal } from "./arxiv-withdrawal";
import { instantOf } from "./day";
import { webUrl } from "./links";

/** What arXiv says of a paper, in whatever form, as it is written there. Missing and empty values are unknown. */
export interface ArxivPaper {
  /** In any form that is understood, such as that of a page's address. */
  id: string;
  title: string;
  abstract?: string | null;
  /** All of them, in order. */
  authors?: readonly string[];
  /** The primary one may be among them. */
  categories?: readonly string[];
  primaryCategory?: string | null;
  /** Null, as of the next two: it has none. */
  comment?: string | null;
  journalReference?: string | null;
  doi?: string | null;
  license?: string | null;
  publishedAt?: Date;
  /** When the current version was submitted or, if that is unknown, when what arXiv says of the paper was changed. */
  updatedAt?: Date;
  /** All of them, oldest first. */
  versions?: SourceRecord["versions"];
  /** Whether the current version has no PDF; missing when that is unknown. */
  hasNoPdf?: boolean;
}

interface Location {
  location: string;
  observedAt: Date;
}

/** The record of a paper; rejected without an id that arXiv can have assigned. What cannot be used is noted. */
export function toRecord(paper: ArxivPaper, { location, observedAt }: Location, notes: string[] = []): ImportItem {
  const arxivId = readArxivId(paper.id);
  if (arxivId === null) return { rejected: { location, reason: `${preview(paper.id)} ${NO_ARXIV_ID}` } };
  const arxivComment = textOrNone(paper.comment);
  const license = webUrl(paper.license);
  if (license.problem) notes.push(`license dropped: ${license.problem}.`);
  const record: SourceRecord = {
    source: "arxiv",
    location,
    observedAt,
    arxivId,
    title: normalizeSpace(paper.title),
    abstract: textOr(paper.abstract),
    publishedOn: paper.publishedAt?.toISOString().slice(0, 10),
    ...authorsOf(paper.authors ?? [], notes),
    ...arxivPages(arxivId),
    categories: categoriesOf(paper, notes),
    doi: doiOf(paper.doi, notes),
    journalReference: textOrNone(paper.journalReference),
    arxivComment,
    licenseUrl: license.url,
    versions: paper.versions,
    withdrawnAt: withdrawnAtOf(paper, arxivId, arxivComment ?? ""),
  };
  return { record, notes };
}

function textOr(text: string | null | undefined): string | undefined {
  return normalizeSpace(text ?? "") || undefined;
}

function textOrNone(text: string | null | undefined): string | null | undefined {
  return text === null ? null : textOr(text);
}

/** Names as printed. One without a letter or a digit is a slip of a listing, and is nobody. */
function authorsOf(listed: readonly string[], notes: string[]): Pick<SourceRecord, "authors" | "authorCount"> {
  const names = listed.map(readName).filter((name) => name !== "");
  const authors = names.filter((name) => /[\p{L}\p{N}]/u.test(name));
  const dropped = names.find((name) => !authors.includes(name));
  if (dropped !== undefined) notes.push(`an author dropped: ${preview(dropped)} is not a name.`);
  return authors.length > 0 ? { authors, authorCount: authors.length } : {};
}

/** What only has the form of a category is noted: arXiv may have a new one. Classes of the ACM and the MSC are usual. */
function categoriesOf({ categories = [], primaryCategory }: ArxivPaper, notes: string[]): string[] | undefined {
  const listed = [...new Set([primaryCategory ?? "", ...categories].map((category) => category.trim()))];
  const unknown = listed.find((category) => hasForm(category) && !isCategory(category));
  if (unknown !== undefined) notes.push(`a category dropped: arXiv has no ${preview(unknown)}.`);
  const known = listed.filter(isCategory);
  return known.length > 0 ? known : undefined;
}

function doiOf(text: string | null | undefined, notes: string[]): string | null | undefined {
  if (text === null) return null;
  const given = textOr(text);
  const doi = given === undefined ? undefined : (readFirstDoi(given) ?? undefined);
  if (given !== undefined && doi === undefined) notes.push(`doi dropped: ${preview(given)} is not a DOI.`);
  return doi;
}

/** The versions of a listing, oldest first; undefined unless it has all of them, as v1, v2 and so on, with a date each. */
export function numbered(listed: { version?: string; date?: string }[]): SourceRecord["versions"] {
  const versions = listed.flatMap(({ version, date }, i) => {
    const submittedAt = instantOf(date);
    return version === `v${i + 1}` && submittedAt ? [{ number: i + 1, submittedAt }] : [];
  });
  return versions.length > 0 && versions.length === listed.length ? versions : undefined;
}

/**
 * Null only where its versions' files are known. The time is that of the version with which it was withdrawn; where no time is
 * told, one that every import finds alike, as the month of its id: the time of import would be a change each time.
 */
function withdrawnAtOf(paper: ArxivPaper, arxivId: string, comment: string): Date | null | undefined {
  const { hasNoPdf, updatedAt, publishedAt } = paper;
  if (hasNoPdf || statesWithdrawal(comment)) return updatedAt ?? publishedAt ?? givenOutFrom(arxivId);
  return hasNoPdf === false ? null : undefined;
}
