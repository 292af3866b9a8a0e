import * as v from "valibot";
import { isObject, preview } from "../../graphql/json";
import type { ImportItem } from "../source-record";
import { parseAuthors } from "./arxiv-authors";
import { type ArxivPaper, numbered, toRecord } from "./arxiv-record";
import { instantOf } from "./day";
import { describe, entriesOf, instant, lenient, listOf, needed, takeDropped, text } from "./lenient";

const common = {
  id: text,
  title: text,
  abstract: lenient(text),
  doi: lenient(text),
  "journal-ref": lenient(text),
  license: lenient(text),
};

/** A paper as Atom tells of it, in JSON. */
const paperForm = v.object(
  {
    ...common,
    authors: lenient(listOf("names")),
    categories: lenient(listOf("categories")),
    primary_category: lenient(text),
    comment: lenient(text),
    journal_ref: lenient(text),
    published: lenient(instant),
    updated: lenient(instant),
  },
  needed("an object"),
);

/** A paper of arXiv's snapshot of its metadata (arxiv-metadata-oai-snapshot.json), which are those of arXivRaw. */
const snapshotForm = v.object(
  {
    ...common,
    authors: lenient(text),
    authors_parsed: lenient(listOf("names in parts")),
    categories: lenient(text),
    comments: lenient(text),
    versions: lenient(listOf("versions")),
    update_date: lenient(instant),
  },
  needed("an object"),
);

/** By any of these a snapshot is recognized. */
const SNAPSHOT_FIELDS = ["authors_parsed", "versions", "update_date"];
const version = v.pipe(v.object({ version: text, created: text }), v.description("an object with version and created"));
/** Last name, first names, suffix, and then affiliations. */
const parsedAuthor = v.pipe(
  v.array(text),
  v.minLength(1),
  v.description("a list of a name's parts, the last name first"),
);

/**
 * One paper as JSON lines of arXiv's metadata have it, in the form of Atom or of arXiv's snapshot; submitters are not read. A
 * paper is as it was when it was last changed, if the item says so, and at `observedAt` if not. In the form of Atom that is when
 * its version was submitted: what was added to the metadata of a version since then is told apart by how much it says (`word.ts`).
 */
export function readArxivItem(value: unknown, context: { location: string; observedAt: Date }): ImportItem {
  const isSnapshot = isObject(value) && SNAPSHOT_FIELDS.some((name) => name in value);
  return isSnapshot ? readSnapshot(value, context) : readPaper(value, context);
}

function readPaper(value: unknown, context: { location: string; observedAt: Date }): ImportItem {
  const parsed = v.safeParse(paperForm, value);
  if (!parsed.success) return notPaper(context.location, parsed.issues);
  const notes: string[] = [];
  const { published, updated, ...item } = takeDropped(parsed.output, notes);
  const updatedAt = instantOf(updated);
  const paper: ArxivPaper = {
    ...item,
    authors: entriesOf("authors", item.authors, text, notes),
    categories: entriesOf("categories", item.categories, text, notes),
    primaryCategory: item.primary_category,
    journalReference: item.journal_ref ?? item["journal-ref"],
    publishedAt: instantOf(published),
    updatedAt,
  };
  return toRecord(paper, asOf(updatedAt, context), notes);
}

function readSnapshot(value: unknown, context: { location: string; observedAt: Date }): ImportItem {
  const parsed = v.safeParse(snapshotForm, value);
  if (!parsed.success) return notPaper(context.location, parsed.issues);
  const notes: string[] = [];
  const { versions: listed, update_date, ...item } = takeDropped(parsed.output, notes);
  const dates = entriesOf("versions", listed, version, notes);
  const versions = numbered(dates.map(({ version, created }) => ({ version, date: created })));
  if (listed && !versions) notes.push("versions dropped: they are not numbered from v1 on, with a date each.");
  const submittedAt = instantOf(dates.at(-1)?.created);
  const changedOn = instantOf(update_date);
  // The last version may have come later on that day.
  const changedAt = changedOn && !(submittedAt && submittedAt > changedOn) ? changedOn : submittedAt;
  const paper: ArxivPaper = {
    ...item,
    authors: authorsOf(item.authors, item.authors_parsed, notes),
    categories: item.categories?.split(/\s+/),
    comment: item.comments,
    journalReference: item["journal-ref"],
    publishedAt: versions?.[0]?.submittedAt,
    updatedAt: submittedAt ?? changedAt,
    versions,
  };
  return toRecord(paper, asOf(changedAt, context), notes);
}

function authorsOf(line: string | null | undefined, parsed: unknown[] | null | undefined, notes: string[]) {
  const rows = entriesOf("authors_parsed", parsed, parsedAuthor, notes);
  const isWhole = rows.length > 0 && rows.length === parsed?.length && !/\bet\.? al\b/i.test(line ?? "");
  if (isWhole) return rows.map(([last, first = "", suffix = ""]) => `${first} ${last} ${suffix}`);
  const names = parseAuthors(line ?? "");
  if (line && !names) notes.push(`authors dropped: it is not sure which parts of ${preview(line)} are names.`);
  return names;
}

function asOf(changedAt: Date | undefined, { location, observedAt }: { location: string; observedAt: Date }) {
  return { location, observedAt: changedAt && changedAt < observedAt ? changedAt : observedAt };
}

function notPaper(location: string, issues: readonly v.BaseIssue<unknown>[]): ImportItem {
  return { rejected: { location, reason: `It is not a paper of arXiv: ${describe(issues)}.` } };
}
