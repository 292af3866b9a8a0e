import { arxivPages } from "../../papers/arxiv-id";
import type { SourceRecord } from "../source-record";

/** Whose word counts more: what an editor wrote stays, and arXiv knows its papers better than a listing does. */
const RANKS = { listing: 0, arxiv: 1, editor: 2 };
/** Between two ranks: more than the milliseconds from 1970 to the time of any record. */
export const RANK = 10 ** 13;

/**
 * Whose word a record's value of a column is, and of when, as one decimal number: of two words on a column the greater one
 * counts, so that the order of imports does not matter. Two words of the same time are told apart by the fraction, from 0 to 1,
 * which depends on the value alone.
 */
export function wordOf(record: SourceRecord, column: string, value: unknown): string {
  const rank = RANKS[isFilledIn(record, column) ? "listing" : (record.source ?? "listing")];
  return `${rank * RANK + record.observedAt.getTime()}${fractionOf(value)}`;
}

const MAX_LENGTH = 9999;

/**
 * Some value over none, then the longer one: what is said of one version of a paper only grows, by the venue in its comment, a
 * journal reference or a DOI. Then, so that any two differ, by a hash.
 */
function fractionOf(value: unknown): string {
  if (value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const length = Math.min(text.length, MAX_LENGTH);
  return `.${String(length).padStart(4, "0")}${String(hashOf(text) % 1e8).padStart(8, "0")}`;
}

/** FNV-1a of the UTF-16 code units, 32 bits: it is to be fast, and the same everywhere. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The pages that follow from an arXiv id are nobody's word: where an editor gives none, they are filled in. */
function isFilledIn({ source, arxivId, url, pdfUrl }: SourceRecord, column: string): boolean {
  if (source !== "editor" || arxivId === undefined) return false;
  const pages = arxivPages(arxivId);
  return (column === "url" && url === pages.url) || (column === "pdf_url" && pdfUrl === pages.pdfUrl);
}
