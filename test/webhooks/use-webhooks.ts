import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { createLog } from "../../src/log";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { leaseHosts } from "../../src/webhooks/deliveries/claim.service";
import { createSendOptions, type SendOptions, serveHost } from "../../src/webhooks/deliveries/send.service";
import { planWebhooks } from "../../src/webhooks/events/plan.service";
import { createPlanDeps } from "../../src/webhooks/events/plan-deps";
import type { ReceiverRules } from "../../src/webhooks/receivers/receiver-url";
import type { TestDatabase } from "../support/database";
import { settings } from "../support/digests";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { openReceiver, type Receiver } from "../support/receiver";
import { useApi } from "../support/use-api";

export const CREATE = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
  webhook { id url events feedPeriods format disabledReason createdAt filter { keywords hasCode } } secret userErrors { message code path } } }`;
const UPDATE = `mutation ($input: UpdateWebhookInput!) { updateWebhook(input: $input) {
  webhook { id url events feedPeriods format disabledReason filter { keywords hasCode } } userErrors { message code path } } }`;
export const LIST = `{ viewer { webhooks { id url disabledReason failingSince deliveries(first: 20) { totalCount nodes {
  id event status attempts lastStatusCode lastAttemptAt nextAttemptAt lastResponse lastError payload createdAt } } } } }`;

/** Receivers on this machine, over http. */
export const LOCAL: ReceiverRules = { allow: { names: new Set(), networks: ["127.0.0.0/8"] }, http: true };

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** So many days before today, in UTC. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
}

export function sendOptions(over: Partial<SendOptions> = {}): SendOptions {
  return { ...createSendOptions(settings.secret, LOCAL, createLog("silent")), ...over };
}

/** An API with webhooks to this machine, and what it takes to plan and send them by any clock. */
export function useWebhooks() {
  const t = useApi({ digests: settings, webhookRules: LOCAL });
  const receivers: Receiver[] = [];
  let token = "";
  beforeEach(async () => {
    token = await signIn(t.db, "ada", [AccessTokenScope.WEBHOOKS_WRITE, AccessTokenScope.UPVOTES_WRITE]);
    await planWebhooks(createPlanDeps(t.db, createLog("silent")), new Date());
  });
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map((each) => each.close()));
    await t.db.reset();
  });
  const plan = (now = new Date()) => planWebhooks(createPlanDeps(t.db, createLog("silent")), now);
  return {
    get db() {
      return t.db;
    },
    get api() {
      return t.api;
    },
    get token() {
      return token;
    },
    plan,
    receiver: async (host?: string) => {
      const opened = await openReceiver(host);
      receivers.push(opened);
      return opened;
    },
    create: async (input: object, as = token) => (await t.api.data(CREATE, { input }, as)).createWebhook,
    update: async (input: object, as = token) => (await t.api.data(UPDATE, { input }, as)).updateWebhook,
    list: async (as = token) => (await t.api.data(LIST, {}, as)).viewer.webhooks,
    send: (now = new Date(), options = sendOptions()) => sendAll(t.db, now, options),
    paper: (over: Parameters<typeof sourceRecord>[0] = {}) => addPaper(t.db, over),
  };
}

/** Sends all that is due at a time; returns how many attempts there were. */
export async function sendAll(db: TestDatabase, now: Date, options: SendOptions): Promise<number> {
  let sent = 0;
  for (;;) {
    const hosts = await Promise.all(
      (["quick", "slow"] as const).map((lane) => leaseHosts(db, { lane, most: 10, owner: options.owner, now })),
    );
    if (hosts.flat().length === 0) return sent;
    const each = await Promise.all(hosts.flat().map((host) => serveHost(db, host, options, () => now)));
    sent += each.reduce((sum, count) => sum + count, 0);
  }
}

/** A paper on today's feed, which is ranked with it. */
async function addPaper(db: TestDatabase, over: Parameters<typeof sourceRecord>[0]): Promise<void> {
  await importRecords(db, [sourceRecord({ featured: featured(daysAgo(0)), ...over })]);
  await rankFeeds(db);
}

/** The types and titles of what a receiver got, in order. */
export function told({ received }: Receiver): string[] {
  return received.map(({ body }) => {
    const { type, data } = JSON.parse(body);
    return `${type} ${data.paper?.title ?? data.papers.map(({ title }: { title: string }) => title).join(", ")}`;
  });
}
