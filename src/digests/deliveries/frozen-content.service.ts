import { createHash } from "node:crypto";
import type { Db, WritableDb } from "../../db/database";
import { type Sql, sql } from "../../db/sql";
import type { DigestPaper, DigestPaperText } from "../mail/mail.types";

const NAMED_AUTHORS = 3;

/** What a digest says of a paper `p` itself. */
export const digestPaperColumns: Sql = sql`
  p.title, p.author_count as "authorCount", p.abstract, p.url, p.code_url as "codeUrl",
  array(
    select a.name from authorships a where a.paper_id = p.id order by a.position limit ${NAMED_AUTHORS}::int
  ) as authors`;

type PlannedPaper = DigestPaper & { paperId: number; frozen: DigestPaperText | null };

/** The papers of a delivery as in its mail, or before its first attempt as they are now; by rank, then newer feed first. */
export async function papersOfDelivery(db: Db, deliveryId: number): Promise<DigestPaper[]> {
  return (await planned(db, deliveryId)).map(({ paperId: _, frozen, ...live }) => ({ ...live, ...frozen }));
}

function planned(db: Db, deliveryId: number): Promise<PlannedPaper[]> {
  return db.query(sql`
    select e.paper_id as "paperId", t.text as frozen, e.rank, e.feed_key as "feedKey", e.upvotes_in_period as "upvotesInPeriod",
      ${digestPaperColumns}
    from digest_delivery_papers e join papers p on p.id = e.paper_id left join digest_paper_texts t on t.id = e.text_id
    where e.delivery_id = ${deliveryId}::int
    order by e.rank, e.feed_key desc, p.id`);
}

/** Stores what a delivery's mail says of its papers, which may change before the next attempt or before the web copy is read. */
export async function freezePapersOf(db: WritableDb, deliveryId: number): Promise<void> {
  const fresh = (await planned(db, deliveryId)).filter(({ frozen }) => !frozen);
  if (fresh.length === 0) return;
  const texts = fresh.map((paper) => JSON.stringify(textOf(paper)));
  const hashes = texts.map((text) => createHash("sha256").update(text).digest());
  // Of many mails only the first one finds its texts missing; an insert with a conflict would use up an id.
  await db.write(sql`
    insert into digest_paper_texts (hash, text)
    select n.hash, n.text::jsonb from unnest(${hashes}::bytea[], ${texts}::text[]) as n (hash, text)
    where not exists (select from digest_paper_texts t where t.hash = n.hash)
    on conflict (hash) do nothing`);
  await db.write(sql`
    update digest_delivery_papers e set text_id = t.id
    from unnest(${fresh.map(({ paperId }) => paperId)}::int[], ${hashes}::bytea[]) as n (paper_id, hash)
    join digest_paper_texts t on t.hash = n.hash
    where e.delivery_id = ${deliveryId}::int and e.paper_id = n.paper_id and e.text_id is null`);
}

function textOf({ title, authors, authorCount, abstract, url, codeUrl }: DigestPaperText): DigestPaperText {
  return { title, authors, authorCount, abstract, url, codeUrl };
}
