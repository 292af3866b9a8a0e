import { LRUCache } from "lru-cache";
import type { PrintedAuthor } from "../authors/author.loaders";
import { authorColumns } from "../authors/author.service";
import type { FirstAuthors } from "../authors/first-authors";
import type { Db } from "../db/database";
import type { Keyed } from "../db/keyset";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import { createPaperReader, type PaperCompleter, paperColumns } from "../papers/paper-reader";
import { type Content, contentColumns, ListedPaper, type Reference } from "./content";
import { Parts } from "./parts";

/** Content in the cache: another object whenever it has grown, or the cache would not count it anew. */
interface Kept {
  content: Content;
}

const MAX_AUTHORS = 50;
/** A single such character makes V8 store the whole string with two bytes a character. */
const BEYOND_LATIN_1 = /[^\0-\xff]/;
/** Beside the characters of its texts and names. */
const BYTES_PER_PAPER = 800;
const BYTES_PER_TEXT = 30;
/** Their name is kept as it is printed, as it is known, and by what it is found. */
const BYTES_PER_AUTHOR = 200;

const referenceColumns = sql`
  p.id as "rowId", p.revision, p.upvote_count as "upvoteCount", p.comment_count as "commentCount", p.code_stars as "codeStars"`;

const contentOf = (ids: readonly number[]) => sql`
  select ${paperColumns}, p.revision, printed.authors
  from papers p
  cross join lateral (
    select json_agg(l order by l.position) as authors
    from (
      select ${authorColumns}, s.position, s.name as "printedName", s.position as "key0"
      from authorships s join authors a on a.id = s.author_id
      where s.paper_id = p.id
      order by s.position
      limit ${MAX_AUTHORS + 1}::int
    ) l
  ) printed
  where p.id = any(${ids}::int[])`;

/** Creates the paper readers of requests. */
export interface PaperReaders {
  (db: Db): PaperCompleter;
  /** Clears the cache: in another history of the database, revisions are reused. */
  forget(): void;
}

/**
 * Caches papers' content in memory, up to so many megabytes: a list then reads only ids, revisions and counts, and
 * content that is missing or has changed is read after it. The content is as fresh as the list, since every change of it, by
 * any process, raises the revision. 0 disables the cache.
 */
export function createPaperReaders(megabytes: number, primary: Db): PaperReaders {
  if (megabytes === 0) return Object.assign((db: Db) => createPaperReader(db), { forget() {} });
  const known = new LRUCache<number, Kept>({
    maxSize: megabytes * 1024 * 1024,
    sizeCalculation: ({ content: { bytes, parts } }) => bytes + parts.bytes,
  });

  function recall({ rowId, revision }: Reference): Content | undefined {
    const content = known.get(rowId)?.content;
    return content?.revision === revision ? content : undefined;
  }

  function keep(content: Content): void {
    if (isOlder(known.peek(content.rowId)?.content, content.revision)) {
      known.set(content.rowId, { content });
    }
  }

  /** Counts the encoded parts of a paper to its content; false when the cache has other content of it, or none. */
  function count(rowId: number, parts: Parts): boolean {
    const content = known.peek(rowId)?.content;
    if (content?.parts !== parts) return false;
    known.set(rowId, { content });
    return true;
  }

  async function fetch(db: Db, missing: readonly Reference[]): Promise<Map<number, Content>> {
    const fetched = await readContent(db, missing, count);
    // This replica may lag behind the list's; the primary never does.
    const behind = missing.filter(({ rowId, revision }) => isOlder(fetched.get(rowId), revision));
    const late = behind.length > 0 ? await readContent(primary, behind, count) : [];
    for (const [id, content] of late) fetched.set(id, content);
    for (const content of fetched.values()) keep(content);
    return fetched;
  }

  async function complete<Row>(db: Db, rows: readonly (Row & Reference)[]): Promise<Row[]> {
    // Taken now, as the cache may change while the rest is read.
    const contents = rows.map(recall);
    const missing = rows.filter((_, i) => !contents[i]);
    const fetched = missing.length > 0 ? await fetch(db, missing) : new Map<number, Content>();
    // A paper that was deleted meanwhile has no content.
    return rows.flatMap((row, i) => {
      const content = contents[i] ?? fetched.get(row.rowId);
      return content ? [new ListedPaper(content, row)] : [];
    }) as Row[];
  }

  const readerOf = (db: Db): PaperCompleter => ({
    columns: referenceColumns,
    query: async <Row>(statement: Parameters<Db["query"]>[0]) =>
      complete<Row>(db, await db.query<Row & Reference>(statement)),
    complete: <Row>(rows: readonly Row[]) => complete<Row>(db, rows as readonly (Row & Reference)[]),
  });
  return Object.assign(readerOf, { forget: () => known.clear() });
}

/** Whether content is missing, or of an earlier revision. */
function isOlder(content: Content | undefined, revision: string): boolean {
  return !content || BigInt(content.revision) < BigInt(revision);
}

async function readContent(
  db: Db,
  references: readonly Reference[],
  count: (rowId: number, parts: Parts) => boolean,
): Promise<Map<number, Content>> {
  const ids = [...new Set(references.map(({ rowId }) => rowId))];
  const rows = await db.query<Paper & { revision: string; authors: Keyed<PrintedAuthor>[] | null }>(
    contentOf(ids).planned("once"),
  );
  return new Map(
    rows.map((row) => {
      const { rowId, revision, authors } = row;
      const printed = authors ?? [];
      const firstAuthors = { printed: printed.slice(0, MAX_AUTHORS), areAll: printed.length <= MAX_AUTHORS };
      const values = contentColumns.map((name) => row[name as keyof Paper]);
      const bytes = bytesOf(values, firstAuthors);
      return [rowId, { rowId, revision, values, firstAuthors, bytes, parts: new Parts(rowId, count) }];
    }),
  );
}

/** Bytes in memory without encoded parts, within a fifth of what V8's heap statistics tell. */
function bytesOf(values: readonly unknown[], firstAuthors: FirstAuthors): number {
  const texts = values.flat().filter((value) => typeof value === "string");
  const names = firstAuthors.printed.map(({ name }) => name);
  return (
    BYTES_PER_PAPER +
    BYTES_PER_TEXT * texts.length +
    BYTES_PER_AUTHOR * names.length +
    [...texts, ...names, ...names, ...names].reduce((sum, text) => sum + lengthOf(text), 0)
  );
}

function lengthOf(text: string): number {
  return text.length * (BEYOND_LATIN_1.test(text) ? 2 : 1);
}
