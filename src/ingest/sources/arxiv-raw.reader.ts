import type { ImportItem } from "../source-record";
import { parseAuthors } from "./arxiv-authors";
import { numbered, toRecord } from "./arxiv-record";
import { instantOf } from "./day";
import { textOf, type XmlElement } from "./xml.reader";

/**
 * A part of an answer by OAI-PMH: a paper, one that is deleted at arXiv, by its id, an error, by its code, or the token by
 * which this answer was asked for, or that the next one is to be asked for.
 */
export type OaiPart =
  | { item: ImportItem }
  | { deleted: string; location: string }
  | { error: string; message: string }
  | { askedBy: string }
  | { nextBy: string };

export const OAI = "http://www.openarchives.org/OAI/2.0/";
const ARXIV_RAW = "http://arxiv.org/OAI/arXivRaw/";

/** Elements of which each child is read on its own. */
export const OAI_CONTAINERS: ReadonlySet<string> = new Set([`${OAI} ListRecords`, `${OAI} GetRecord`]);

/**
 * The parts of an answer to GetRecord or ListRecords with metadataPrefix=arXivRaw, from the children of its root. It says when
 * it was made; `now` counts where it does not, or names a time to come.
 */
export async function* readOai(children: AsyncIterable<XmlElement>, now: Date): AsyncGenerator<OaiPart> {
  let observedAt = now;
  let records = 0;
  for await (const element of children) {
    if (element.uri !== OAI) continue;
    if (element.name === "responseDate") {
      const made = instantOf(element.text);
      if (made && made < now) observedAt = made;
    } else if (element.name === "request") {
      const token = element.attributes.get("resumptionToken");
      if (token) yield { askedBy: token };
    } else if (element.name === "resumptionToken") {
      // The last one is empty.
      const token = element.text.trim();
      if (token) yield { nextBy: token };
    } else if (element.name === "error") {
      yield { error: element.attributes.get("code") ?? "", message: element.text.trim() };
    } else if (element.name === "record") {
      records++;
      yield readRecord(element, { location: `record ${records}`, observedAt });
    }
  }
}

function readRecord(record: XmlElement, context: { location: string; observedAt: Date }): OaiPart {
  const { location } = context;
  const header = record.children.find((child) => child.name === "header" && child.uri === OAI);
  if (header?.attributes.get("status") === "deleted") return { deleted: textOf(header, "identifier") ?? "", location };
  const metadata = record.children.find((child) => child.name === "metadata" && child.uri === OAI);
  const raw = metadata?.children.find((child) => child.name === "arXivRaw" && child.uri === ARXIV_RAW);
  if (raw) return { item: readRaw(raw, context, header && instantOf(textOf(header, "datestamp"))) };
  const other = metadata?.children[0]?.name;
  const reason = `It has no metadata as arXivRaw${other ? `, but as ${other}` : ""}: ask for metadataPrefix=arXivRaw.`;
  return { item: { rejected: { location, reason } } };
}

function readRaw(raw: XmlElement, context: { location: string; observedAt: Date }, changedAt?: Date): ImportItem {
  const { location } = context;
  const id = textOf(raw, "id");
  if (id === undefined) return { rejected: { location, reason: "It has no id." } };
  const notes: string[] = [];
  const authors = textOf(raw, "authors");
  const names = parseAuthors(authors ?? "");
  if (authors && !names) notes.push("authors dropped: it is not sure which parts of their line are names.");
  const listed = raw.children.filter((child) => child.name === "version" && child.uri === ARXIV_RAW);
  const versions = numbered(
    listed.map((version) => ({ version: version.attributes.get("version"), date: textOf(version, "date") })),
  );
  const last = listed.at(-1);
  if (!versions) notes.push("versions dropped: they are not numbered from v1 on, with a date each.");
  const paper = {
    id,
    title: textOf(raw, "title") ?? "",
    abstract: textOf(raw, "abstract"),
    authors: names,
    categories: textOf(raw, "categories")?.split(/\s+/),
    comment: textOf(raw, "comments") ?? null,
    journalReference: textOf(raw, "journal-ref") ?? null,
    doi: textOf(raw, "doi") ?? null,
    license: textOf(raw, "license"),
    publishedAt: versions?.[0]?.submittedAt,
    updatedAt: (last && instantOf(textOf(last, "date"))) ?? changedAt,
    versions,
    hasNoPdf: last && hasNoPdf(last),
  };
  return toRecord(paper, context, notes);
}

/** A withdrawn version has no source, and is flagged to be ignored. */
function hasNoPdf(version: XmlElement): boolean {
  return textOf(version, "size") === "0kb" || (textOf(version, "source_type") ?? "").includes("I");
}
