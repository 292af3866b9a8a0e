import { arxivPages } from "../../papers/arxiv-id";
import type { SourceRecord } from "../source-record";

/** Whose word counts more: what an editor wrote stays, and arXiv knows its papers better than a listing does. */
const RANKS = { listing: 0, arxiv: 1, editor: 2 };
/** Between two ranks: more than the milliseconds from 1970 to the time of any record. */
export const RANK = 10 ** 13;

/**
 * Whose word a record's value of a column is, and of when, as one number: of two words on a column the greater one counts, so
 * that the order of imports does not matter.
 */
export function wordOf(record: SourceRecord, column: string): number {
  return (
    RANKS[isFilledIn(record, column) ? "listing" : (record.source ?? "listing")] * RANK + record.observedAt.getTime()
  );
}

/** The pages that follow from an arXiv id are nobody's word: where an editor gives none, they are filled in. */
function isFilledIn({ source, arxivId, url, pdfUrl }: SourceRecord, column: string): boolean {
  if (source !== "editor" || arxivId === undefined) return false;
  const pages = arxivPages(arxivId);
  return (column === "url" && url === pages.url) || (column === "pdf_url" && pdfUrl === pages.pdfUrl);
}
