import { once } from "node:events";
import { finished } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { type CopyValue, copyText } from "../db/copy-text";
import type { Transaction } from "../db/database";
import { sql } from "../db/sql";
import { nameKey, titleKey } from "./fold";
import type { PaperLook } from "./look";
import { asNew } from "./match";
import { searchOfLook } from "./merge-papers";
import { wordsOfLook } from "./merge-words";

/** The staged columns, their types, and where each comes from in a look. */
const columns: Record<string, [type: string, value: (look: PaperLook) => CopyValue]> = {
  seen_at: ["timestamptz not null", (look) => look.seenAt],
  arxiv_id: ["text", (look) => look.arxivId],
  title: ["text not null", (look) => look.title],
  title_key: ["text not null", (look) => titleKey(look.title)],
  abstract: ["text", (look) => look.abstract],
  summary: ["text", (look) => look.summary],
  keywords: ["text[]", (look) => (look.keywords?.length ? look.keywords : null)],
  published_on: ["date", (look) => look.publishedOn],
  feed_day: ["date", (look) => look.featured?.on],
  featured_at: ["timestamptz", (look) => look.featured?.at],
  author_names: ["text[]", (look) => (look.authors?.length ? look.authors : null)],
  author_keys: ["text[]", (look) => (look.authors?.length ? look.authors.map(nameKey) : null)],
  author_count: ["int", (look) => look.authorCount ?? look.authors?.length],
  organization_key: ["text", (look) => look.organization?.key],
  organization_name: ["text", (look) => look.organization?.name],
  organization_logo_url: ["text", (look) => look.organization?.logoUrl],
  url: ["text", (look) => look.url],
  pdf_url: ["text", (look) => look.pdfUrl],
  thumbnail_url: ["text", (look) => look.thumbnailUrl],
  project_url: ["text", (look) => look.projectUrl],
  code_url: ["text", (look) => look.codeUrl],
  code_stars: ["int", (look) => look.codeStars],
  upvotes: ["int", (look) => look.upvotes],
  comments: ["int", (look) => look.comments],
  submitter_id: ["int", (look) => look.submitterId],
};

/** Added while merging: which paper a look is of, what it changed there, its words, and what is searched if it is new. */
const verdicts = `
  n int not null,
  search tsvector,
  words text[],
  paper_id int,
  is_new boolean not null,
  authors_win boolean not null default false,
  authors_changed boolean not null default false,
  entry_changed boolean not null default false,
  changed boolean not null default false`;

const names = Object.keys(columns);
const definition = names.map((name) => `${name} ${columns[name]![0]}`).join(", ");

/** So much is sent at once: each write of its own costs two system calls, and wakes PostgreSQL. */
const CHUNK = 64 * 1024;

/**
 * Copies looks into the temporary table `staged`, which lives until the transaction ends, and makes ready those that seem
 * new, with their ids and what is searched in them: reading texts takes half as long as writing papers. No other table is
 * touched, so whoever stages while another batch merges holds up nobody.
 */
export async function stage(
  tx: Transaction,
  looks: readonly PaperLook[],
  seemNew: ReadonlySet<PaperLook>,
): Promise<void> {
  await tx.client.query(`create temporary table staged (${definition}, ${verdicts}) on commit drop`);
  const stream = tx.client.query(copyFrom(`copy staged (${names.join(", ")}, n, is_new) from stdin`));
  const done = finished(stream);
  // A value that is refused while the next ones are sent is heard of there.
  done.catch(() => {});
  let rows = "";
  for (const [n, look] of looks.entries()) {
    const values = names.map((name) => copyText(columns[name]![1](look)));
    rows += `${values.join("\t")}\t${n}\t${seemNew.has(look)}\n`;
    if (rows.length < CHUNK) continue;
    if (!stream.write(rows)) await once(stream, "drain");
    rows = "";
  }
  stream.end(rows);
  await done;
  await tx.read(sql`update staged set words = ${wordsOfLook} where not is_new`);
  await tx.read(sql`update staged set words = ${wordsOfLook}, search = ${searchOfLook}, ${asNew} where is_new`);
  // What is filled in while merging has no statistics yet: to say that it is all null would mislead.
  await tx.read(sql`analyze staged (arxiv_id, title_key, organization_key, feed_day)`);
  // A batch touches few of many papers, which are in memory or soon will be: found by index, not by reading all.
  await tx.read(sql`set local random_page_cost = 1.1`);
}
