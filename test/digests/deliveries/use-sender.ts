import { planDigests } from "../../../src/digests/deliveries/plan.service";
import { type SendOptions, sendNext } from "../../../src/digests/deliveries/send.service";
import { createMailer, type Mailer } from "../../../src/digests/transport/mailer";
import { feature, ledger, plainRenderers, readableLog, settings, subscribe } from "../../support/digests";
import { createTestSmtp, type TestSmtp } from "../../support/smtp";
import { useDatabase } from "../../support/use-api";

export const NOW = "2026-10-09T08:00:00Z";
export const timeouts = { connect: 500, greeting: 500, silence: 500 };

export const at = (text: string, minutes = 0) => new Date(Date.parse(text) + minutes * 60_000);

/** A database, and a mail server for each test that digests are sent by. */
export function useSender() {
  const t = useDatabase();
  let smtp: TestSmtp;
  let mailer: Mailer;
  const { log, lines } = readableLog();
  beforeEach(async () => {
    smtp = await createTestSmtp();
    mailer = createMailer({ ...settings, smtpUrl: smtp.url }, timeouts);
  });
  afterEach(async () => {
    mailer.close();
    await smtp.close();
    await t.db.reset();
  });

  return {
    t,
    log,
    lines,
    get smtp() {
      return smtp;
    },
    get mailer() {
      return mailer;
    },
    send: (now = at(NOW), over: Partial<SendOptions> = {}) =>
      sendNext(t.db, { mailer, renderers: plainRenderers, settings, log, ...over }, now),
    /** A digest that is due now, of the subscription whose id it gives. */
    planned: async (over = {}) => {
      await feature(t.db, "2026-10-07", ["first", "second"], "2026-10-09T00:00:10Z");
      const [id] = await subscribe(t.db, 1, over);
      await planDigests(t.db, at(NOW), log);
      return id!;
    },
    subscription: async (id: number) => {
      const [row] = await t.db.run<Record<string, unknown>>("select * from digest_subscriptions where id = $1", [id]);
      return row!;
    },
    states: async () => (await ledger(t.db)).map(({ status, error }) => [status, error]),
  };
}
