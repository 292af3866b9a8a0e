import { normalizeSpace } from "../normalize";
import type { ImportItem, SourceRecord } from "../source-record";
import { toRecord } from "./arxiv-record";
import { instantOf } from "./day";
import { textOf, type XmlElement } from "./xml.reader";

/**
 * A part of a feed: a paper and its current version ("v3" and its time, as they are written), an error that arXiv puts in a
 * paper's place, how many papers it has found, or, at the end, which of them this feed has: from `start`, counted from 0, to
 * before `end`.
 */
export type AtomPart =
  | { item: ImportItem; current?: string }
  | { error: string; location: string }
  | { totalResults: number }
  | { start: number; end: number };

export const ATOM = "http://www.w3.org/2005/Atom";
const ARXIV = "http://arxiv.org/schemas/atom";
const OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/";

const ERROR_ID = /\/api\/errors(?:[#/?]|$)/;
const VERSION = /v([1-9]\d{0,3})$/;

/**
 * The parts of a feed of arXiv's API, from the children of its root. The feed says when it was made; `now` counts where it
 * does not, or names a time to come.
 */
export async function* readAtom(children: AsyncIterable<XmlElement>, now: Date): AsyncGenerator<AtomPart> {
  let observedAt = now;
  let entries = 0;
  let start = 0;
  for await (const element of children) {
    if (element.uri === OPENSEARCH && element.name === "totalResults") {
      const totalResults = Number.parseInt(element.text, 10);
      if (totalResults >= 0) yield { totalResults };
    } else if (element.uri === OPENSEARCH && element.name === "startIndex") {
      start = Math.max(Number.parseInt(element.text, 10) || 0, 0);
    } else if (element.uri === ATOM && element.name === "updated") {
      const made = instantOf(element.text);
      if (made && made < now) observedAt = made;
    } else if (element.uri === ATOM && element.name === "entry") {
      entries++;
      yield readEntry(element, { location: `entry ${entries}`, observedAt });
    }
  }
  yield { start, end: start + entries };
}

function readEntry(entry: XmlElement, context: { location: string; observedAt: Date }): AtomPart {
  const id = textOf(entry, "id");
  const title = textOf(entry, "title");
  if (id === undefined ? title === "Error" : ERROR_ID.test(id))
    return { error: normalizeSpace(textOf(entry, "summary") ?? ""), location: context.location };
  // An id that is not known may be answered so.
  if (id === undefined) return { item: { rejected: { location: context.location, reason: "It has no id." } } };
  const publishedAt = instantOf(textOf(entry, "published"));
  const updatedAt = instantOf(textOf(entry, "updated"));
  const [version, number] = VERSION.exec(id) ?? [];
  const paper = {
    id,
    title: title ?? "",
    abstract: textOf(entry, "summary"),
    authors: all(entry, "author").map((author) => textOf(author, "name") ?? ""),
    primaryCategory: first(entry, "primary_category", ARXIV)?.attributes.get("term"),
    categories: all(entry, "category").map((category) => category.attributes.get("term") ?? ""),
    comment: textOf(entry, "comment", ARXIV) ?? null,
    journalReference: textOf(entry, "journal_ref", ARXIV) ?? null,
    doi: textOf(entry, "doi", ARXIV) ?? null,
    publishedAt,
    updatedAt,
    versions: versionsOf(Number(number), publishedAt, updatedAt),
  };
  return { item: toRecord(paper, context), current: `${version ?? ""} ${textOf(entry, "updated") ?? ""}`.trim() };
}

/** An entry tells the first and the current version: of more than two some stay unknown. */
function versionsOf(current: number, publishedAt?: Date, updatedAt?: Date): SourceRecord["versions"] {
  const first = publishedAt && { number: 1, submittedAt: publishedAt };
  if (current === 1 && first) return [first];
  if (current === 2 && first && updatedAt) return [first, { number: 2, submittedAt: updatedAt }];
  return undefined;
}

function all(element: XmlElement, name: string, uri = ATOM): XmlElement[] {
  return element.children.filter((child) => child.name === name && child.uri === uri);
}

function first(element: XmlElement, name: string, uri: string): XmlElement | undefined {
  return all(element, name, uri)[0];
}
