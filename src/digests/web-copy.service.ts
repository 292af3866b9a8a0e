import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { papersOfDelivery } from "./content.service";
import type { DigestSettings } from "./digest.settings";
import type { DigestFrequency } from "./digest.types";
import type { DigestContent } from "./mail/mail.types";
import { linksOf } from "./outgoing";
import { findManaging } from "./subscription.service";
import { formerTokenOf } from "./token.service";
import { feedKeysOf } from "./unsent-feeds";

interface Issue {
  id: number;
  feedKeys: string[];
  frequency: DigestFrequency;
}

/** The digest whose mail holds a token, as it was mailed; null for any other token, and for one that was ended. */
export async function findIssue(
  db: Db,
  { secret, publicUrl }: DigestSettings,
  token: string,
): Promise<DigestContent | null> {
  const known = await findManaging(db, token);
  if (!known) return null;
  const issues = await db.read<Issue>(sql`
    select d.id, ${feedKeysOf} as "feedKeys", coalesce(d.frequency, s.frequency) as frequency
    from digest_deliveries d join digest_subscriptions s on s.id = d.subscription_id
    where d.subscription_id = ${known.subscriptionId}::int and d.kind = 'DIGEST'
      and d.id = coalesce(${known.deliveryId}::int, d.id)
    order by d.id desc`);
  const isOfToken = ({ id }: Issue) => known.deliveryId === id || formerTokenOf(secret, "MANAGE", id) === token;
  const issue = issues.find(isOfToken);
  if (!issue) return null;
  const { manage, unsubscribe, webCopy } = linksOf(publicUrl, token);
  return {
    frequency: issue.frequency,
    feedKeys: issue.feedKeys,
    papers: await papersOfDelivery(db, issue.id),
    links: { manage, unsubscribe, webCopy },
  };
}
