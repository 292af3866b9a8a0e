import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { copyText } from "../../db/copy-text";
import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { embedPaper } from "../../meaning/serving-model";
import type { SourceRecord } from "../source-record";
import { stagedColumns } from "./columns";
import { asNew } from "./match";
import { searchTextOfRecord } from "./merge-papers";
import { wordsOfRecord } from "./merge-words";

/**
 * Added while merging: which paper a record is of, what it changed there, its words, and what is searched if it is new.
 * `vector`: of its title and abstract, if it seems new; `text_changed`: the paper's title or abstract are others than before;
 * `wins`: what of a known paper the record's word is the greatest on; `authors_win`: so for its authors; `authors_changed`:
 * their names differ from the paper's; `versions_changed`: its versions do; `entry_changed`: the paper is new in the day's
 * list, or was featured earlier than known; `votes_changed`: its imported upvotes differ.
 */
const verdicts = `
  n int not null,
  search tsvector,
  words text[],
  vector bytea,
  paper_id int,
  is_new boolean not null,
  wins text[] not null default '{}',
  authors_win boolean not null default false,
  authors_changed boolean not null default false,
  versions_changed boolean not null default false,
  entry_changed boolean not null default false,
  votes_changed boolean not null default false,
  text_changed boolean not null default false,
  changed boolean not null default false`;

const names = stagedColumns.map(({ name }) => name);
const definition = stagedColumns.map(({ name, type }) => `${name} ${type}`).join(", ");

/** So much is sent at once, in characters: each write of its own costs two system calls, and wakes PostgreSQL. */
const CHUNK = 64 * 1024;

/**
 * Copies records into the temporary table `staged`, which is empty again when the transaction ends, and makes ready those that seem
 * new, with their ids and what is searched in them: reading texts takes half as long as writing papers. No other table is
 * touched, so whoever stages while another batch merges holds up nobody.
 */
export async function stage(
  tx: Transaction,
  records: readonly SourceRecord[],
  seemNew: ReadonlySet<SourceRecord>,
): Promise<void> {
  // Made once for each connection: to make it takes longer than to merge a record.
  await tx.client.query(
    `create temporary table if not exists staged (${definition}, ${verdicts}) on commit delete rows`,
  );
  // A value that cannot be written ends the COPY: whatever came after it, the rollback too, would wait for its end.
  const copy = tx.client.query(copyFrom(`copy staged (${names.join(", ")}, n, is_new, vector) from stdin`));
  await pipeline(Readable.from(rowsOf(records, seemNew)), copy);
  if (seemNew.size < records.length) await tx.query(sql`update staged set words = ${wordsOfRecord} where not is_new`);
  if (seemNew.size > 0) {
    await tx.query(
      sql`update staged set words = ${wordsOfRecord}, search = ${searchTextOfRecord}, ${asNew} where is_new`,
    );
  }
  // What is filled in while merging has no statistics yet: to say that it is all null would mislead.
  await tx.query(sql`analyze staged (arxiv_id, title_key, organization_key, featured_on)`);
  // A batch touches few of many papers, which are in memory or soon will be: found by index, not by reading all.
  await tx.query(sql`set local random_page_cost = 1.1`);
}

function* rowsOf(records: readonly SourceRecord[], seemNew: ReadonlySet<SourceRecord>): Generator<string> {
  let rows = "";
  for (const [n, record] of records.entries()) {
    const values = stagedColumns.map(({ value }) => copyText(value(record)));
    const isNew = seemNew.has(record);
    rows += `${values.join("\t")}\t${n}\t${isNew}\t${isNew ? vectorText(record) : "\\N"}\n`;
    if (rows.length < CHUNK) continue;
    yield rows;
    rows = "";
  }
  if (rows) yield rows;
}

/** A vector in COPY's text format. */
function vectorText({ title, abstract }: SourceRecord): string {
  return `\\\\x${embedPaper(title, abstract).toString("hex")}`;
}
