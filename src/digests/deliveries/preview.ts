import type { Db } from "../../db/database";
import { sql } from "../../db/sql";
import { spanOf } from "../../feeds/period";
import { nearAmong } from "../../meaning/near-among";
import { matchesFilter } from "../../papers/paper-filter";
import type { PaperFilter } from "../../papers/paper-filter.input";
import { resolveFilter } from "../../papers/resolve-filter";
import type { DigestSettings } from "../digest.settings";
import type { DigestFrequency } from "../digest.types";
import type { DigestPaper } from "../mail/mail.types";
import { composeMail } from "../transport/mime";
import { digestMail, linksOf, type Renderers } from "./compose-mail";
import { digestPaperColumns } from "./frozen-content.service";
import { periodOf } from "./unsent-feeds";

const MOST_PAPERS = 10;
const NOBODY = "reader@example.org";

export interface PreviewContext {
  settings: DigestSettings;
  renderers: Pick<Renderers, "digest">;
  now: Date;
}

export interface PreviewOptions {
  frequency: DigestFrequency;
  /** Any day of the period, YYYY-MM-DD. */
  on: string;
  filter: PaperFilter;
}

/** The digest of a period, final or not, as a new subscriber would get it, with the number of its papers; its links do not work. */
export async function previewDigest(
  db: Db,
  { settings, renderers, now }: PreviewContext,
  { frequency, on, filter }: PreviewOptions,
): Promise<{ mail: Buffer; paperCount: number }> {
  const span = spanOf(periodOf[frequency], on);
  const ranking = sql`(
    select max(g.id) from feed_rankings g where g.period = ${span.period} and g.start_date = ${span.startDate}::date
  )`;
  const ranked = sql`select paper_id from feed_ranks where ranking_id = ${ranking}`;
  const resolved = await resolveFilter(filter, (near) => nearAmong(db, near, ranked));
  const papers = await db.query<DigestPaper>(sql`
    select r.rank, null as "feedKey", r.upvotes_in_period as "upvotesInPeriod", ${digestPaperColumns}
    from feed_ranks r join papers p on p.id = r.paper_id
    where p.withdrawn_at is null and ${matchesFilter(resolved)} and r.ranking_id = ${ranking}
    order by r.rank limit ${MOST_PAPERS}::int`);
  const claim = {
    id: 0,
    subscriptionId: 0,
    kind: "DIGEST" as const,
    attempts: 1,
    createdAt: now,
    email: NOBODY,
    nonce: Buffer.from("preview"),
  };
  const delivery = { ...claim, frequency, feedKeys: [span.key] };
  const content = await digestMail(settings, delivery, papers, linksOf(settings.publicUrl, "preview"), renderers);
  return { mail: await composeMail(content, settings.dkim), paperCount: papers.length };
}
