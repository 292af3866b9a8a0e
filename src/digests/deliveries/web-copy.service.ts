import type { Db } from "../../db/database";
import { sql } from "../../db/sql";
import { spanOfKey } from "../../feeds/period";
import type { PaperFilter } from "../../papers/paper-filter.input";
import { feedLinks, type PeriodName } from "../../web-feeds/feed-url";
import type { DigestSettings } from "../digest.settings";
import type { DigestFrequency } from "../digest.types";
import type { DigestContent } from "../mail/mail.types";
import { findManaging } from "../subscriptions/link.service";
import { formerTokenOf } from "../subscriptions/token.service";
import { linksOf } from "./compose-mail";
import { papersOfDelivery } from "./frozen-content.service";
import { feedKeysOf } from "./unsent-feeds";

interface Issue {
  id: number;
  feedKeys: string[];
  frequency: DigestFrequency;
  filter: PaperFilter | null;
}

/** The digest whose mail holds a token, as it was mailed; null for any other token, and for a revoked one. */
export async function findIssue(
  db: Db,
  { secret, publicUrl, siteName }: DigestSettings,
  token: string,
): Promise<DigestContent | null> {
  const known = await findManaging(db, token);
  if (!known) return null;
  const issues = await db.query<Issue>(sql`
    select d.id, ${feedKeysOf} as "feedKeys", coalesce(d.frequency, s.frequency) as frequency, s.filter
    from digest_deliveries d join digest_subscriptions s on s.id = d.subscription_id
    where d.subscription_id = ${known.subscriptionId}::int and d.kind = 'DIGEST'
      and d.id = coalesce(${known.deliveryId}::int, d.id)
    order by d.id desc`);
  const isOfToken = ({ id }: Issue) => known.deliveryId === id || formerTokenOf(secret, "MANAGE", id) === token;
  const issue = issues.find(isOfToken);
  if (!issue) return null;
  const { manage, unsubscribe } = linksOf(publicUrl, token);
  return {
    siteName,
    frequency: issue.frequency,
    feedKeys: issue.feedKeys,
    papers: await papersOfDelivery(db, issue.id),
    links: { manage, unsubscribe, webCopy: null, feeds: feedsOf(publicUrl, issue) },
  };
}

/** Feeds of the same papers as the digest: its period and its filter. */
function feedsOf(publicUrl: string, { feedKeys: [key = ""], filter }: Issue) {
  const period = spanOfKey(key)?.period.toLowerCase();
  return period ? feedLinks(`${publicUrl}/`, period as PeriodName, filter) : [];
}
