import type { Db, WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";
import type { DigestDelivery } from "./delivery.entity";
import type { Claim } from "./delivery.service";
import type { DigestPaper } from "./mail/mail.types";

const NAMED_AUTHORS = 3;

/** What a digest tells of a paper `p` itself. */
export const digestPaperColumns: Sql = sql`
  p.title, p.author_count as "authorCount", p.abstract, p.url, p.code_url as "codeUrl",
  array(
    select a.name from authorships a where a.paper_id = p.id order by a.position limit ${NAMED_AUTHORS}::int
  ) as authors`;

/** The papers that were frozen for a delivery, by rank and of equal ranks the newer feed's first. */
export function papersOfDelivery(db: Db, deliveryId: number): Promise<DigestPaper[]> {
  return db.read(sql`
    select e.rank, e.feed_key as "feedKey", e.upvotes_in_period as "upvotesInPeriod", ${digestPaperColumns}
    from digest_delivery_papers e join papers p on p.id = e.paper_id
    where e.delivery_id = ${deliveryId}::int
    order by e.rank, e.feed_key desc, p.id`);
}

/** What a digest says, as it was at the first attempt: papers and subscriptions may change before the next one. */
export async function freezeContent(
  db: WritableDb,
  { id, frequency }: Pick<Claim, "id" | "frequency">,
): Promise<NonNullable<DigestDelivery["content"]>> {
  const content = { frequency, papers: await papersOfDelivery(db, id) };
  const [kept] = await db.write<Pick<DigestDelivery, "content">>(sql`
    update digest_deliveries set content = coalesce(content, ${JSON.stringify(content)}::jsonb)
    where id = ${id}::int returning content`);
  return kept?.content ?? content;
}
