import { issueToken, randomToken, type TokenPurpose } from "../../../src/digests/subscriptions/token.service";
import type { TestApi } from "../../support/api";
import { settings } from "../../support/digests";
import { manySignups } from "../../support/limits";
import { readConsentVersion } from "../../support/pages";
import { useApi } from "../../support/use-api";

/** With a mail server, /outbox is closed. */
export const digests = { ...settings, smtpUrl: "smtp://127.0.0.1:1" };
/** What the form of a new subscription sends, but for the version that was agreed to. */
export const good = {
  email: "ada@example.org",
  frequency: "DAILY",
  timeZone: "europe/berlin",
  hour: "8",
  keywords: "agents\r\n",
};

/** An API with pages, and what tests do with them; nobody is subscribed before each test. */
export function usePages() {
  const t = useApi({ limits: manySignups, digests });
  beforeEach(() => t.db.run("delete from digest_subscriptions"));
  afterAll(() => expect(t.api.logged).toEqual([]));
  const http = (to: TestApi = t.api) => to.http();

  async function subscribed(status = "ACTIVE", purpose: TokenPurpose = "MANAGE"): Promise<string> {
    const [subscription] = await t.db.run<{ id: number }>(
      `insert into digest_subscriptions
         (email, email_fold, status, frequency, weekday, hour, time_zone, max_papers, skip_empty, filter, consent_version)
       values ('ada@example.org', 'ada@example.org', $1, 'WEEKLY', 'FRIDAY', 7, 'Asia/Kolkata', 15, true, $2, '1')
       returning id`,
      [status, { keywords: ["agents", "tool use"], authorIds: ["QXV0aG9yOjE"] }],
    );
    const token = randomToken();
    await issueToken(t.db, subscription!.id, purpose, token);
    // By this link, which may undo it for a day.
    if (status === "UNSUBSCRIBED") await t.db.run("update digest_tokens set used_at = now(), revoked_at = now()");
    return token;
  }
  const row = async () => (await t.db.run<Record<string, unknown>>("select * from digest_subscriptions"))[0];
  return {
    t,
    http,
    subscribed,
    row,
    status: async () => (await row())?.status,
    consentVersion: () => readConsentVersion(t.api),
  };
}
