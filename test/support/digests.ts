import { randomBytes } from "node:crypto";
import type { Renderers } from "../../src/digests/deliveries/compose-mail";
import { sendNext } from "../../src/digests/deliveries/send.service";
import type { DigestSettings } from "../../src/digests/digest.settings";
import { normalizeAddress } from "../../src/digests/subscriptions/address";
import { issueToken, randomToken, tokenOfDelivery } from "../../src/digests/subscriptions/token.service";
import type { OutgoingMail } from "../../src/digests/transport/mime";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import { createLog } from "../../src/log";
import type { TestDatabase } from "./database";
import { featured, sourceRecord } from "./factories";

export const settings: DigestSettings = {
  siteName: "Daily Papers",
  publicUrl: "https://papers.example",
  secret: "a secret of at least thirty-two characters",
  from: {
    digest: { name: "", address: "digest@papers.example" },
    confirmation: { name: "", address: "confirm@papers.example" },
  },
  smtpUrl: null,
  dkim: null,
  outbox: "",
  outboxSecret: null,
  eventsSecret: null,
};

/** With which a mail service signs its events. */
export const EVENTS_SECRET = `whsec_${Buffer.from("a secret of twenty-four bytes or more").toString("base64")}`;

/** A log of which a test can read the lines. */
export function readableLog() {
  const lines: string[] = [];
  return { lines, log: createLog("info", { write: (line) => lines.push(line) }) };
}

let serial = 0;

/** Subscriptions that were confirmed, due at once; gives their ids. `over` holds columns and their values. */
export async function subscribe(
  db: Pick<TestDatabase, "run">,
  count: number,
  over: Record<string, unknown> = {},
): Promise<number[]> {
  const ids: number[] = [];
  for (let i = 0; i < count; i++) {
    const email = String(over.email ?? `reader${++serial}@example.org`);
    const row = { ...defaults, email, email_fold: normalizeAddress(email), ...over };
    const places = Object.keys(row).map((_, n) => `$${n + 1}`);
    const [{ id }] = (await db.run<[{ id: number }][0]>(
      `insert into digest_subscriptions (${Object.keys(row)}) values (${places}) returning id`,
      Object.values(row),
    )) as [{ id: number }];
    ids.push(id);
  }
  return ids;
}

const defaults = {
  status: "ACTIVE",
  frequency: "DAILY",
  weekday: "MONDAY",
  hour: 7,
  time_zone: "UTC",
  max_papers: 10,
  skip_empty: true,
  filter: "{}",
  consent_version: "1",
  next_send_at: "2026-01-01T00:00:00Z",
};

/** Papers featured on a day, the first with the most upvotes, and the feeds ranked as they stand at a time. */
export async function feature(db: TestDatabase, on: string, titles: string[], now: string): Promise<void> {
  const items = titles.map((title, i) => ({
    record: sourceRecord({ title, upvotes: 100 - i, featured: featured(on) }),
    notes: [],
  }));
  await importItems(db, items);
  await rankFeeds(db, new Date(now));
}

/** The token that the mail of a delivery holds, good from now on as when its sender writes it. */
export async function issueTokenOf(db: TestDatabase, secret: string, deliveryId: number): Promise<string> {
  const [delivery] = await db.run<{ subscription_id: number; kind: string; nonce: Buffer }>(
    "update digest_deliveries set nonce = coalesce(nonce, $2) where id = $1 returning *",
    [deliveryId, randomBytes(32)],
  );
  const purpose = delivery!.kind === "CONFIRMATION" ? "CONFIRM" : "MANAGE";
  const token = tokenOfDelivery(secret, purpose, delivery!.nonce);
  await issueToken(db, delivery!.subscription_id, purpose, token, deliveryId);
  return token;
}

export interface ReadMail extends OutgoingMail {
  /** Of its links. */
  token: string;
}

/** Sends what is due, and gives the mails; their text is what their renderer was given. */
export async function sendAll(db: TestDatabase, of: DigestSettings, now: Date): Promise<ReadMail[]> {
  const mails: ReadMail[] = [];
  const mailer = {
    send: async (mail: OutgoingMail) => {
      mails.push({ ...mail, token: /\/digest\/\w+\/([\w-]+)/.exec(mail.content.text)![1]! });
      return { kind: "ACCEPTED" } as const;
    },
    close: () => {},
  };
  while (await sendNext(db, { mailer, renderers: plainRenderers, settings: of, log: readableLog().log }, now));
  return mails;
}

interface Planned {
  id: number;
  subscription: number;
  period: string;
  feeds: string[] | null;
  status: string;
  error: string | null;
  titles: string[];
}

/** Every digest there is, with the titles of its papers in their order. */
export function ledger(db: Pick<TestDatabase, "run">): Promise<Planned[]> {
  return db.run(`
    select d.id, d.subscription_id as subscription, d.period_key as period, d.feed_keys as feeds, d.status, d.error,
      array(select p.title from digest_delivery_papers e join papers p on p.id = e.paper_id
        where e.delivery_id = d.id order by e.rank, e.feed_key desc) as titles
    from digest_deliveries d where d.kind = 'DIGEST' order by d.id`);
}

/** Plain texts that show all that they were given. */
export const plainRenderers: Renderers = {
  digest: async (content) => asText("Your papers", content),
  confirmation: async (content) => asText("Please confirm", content),
  reminder: async (content) => asText("You are subscribed", content),
};

function asText(subject: string, content: object) {
  const text = JSON.stringify(content, null, 1);
  return { subject, text, html: `<pre>${text}</pre>` };
}

/** A subscription, with the token of the link that manages it. */
export async function subscribeManaged(db: TestDatabase): Promise<string> {
  const [id] = await subscribe(db, 1);
  const token = randomToken();
  await issueToken(db, id!, "MANAGE", token);
  return token;
}
