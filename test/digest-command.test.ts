import { readFile } from "node:fs/promises";
import path from "node:path";
import { simpleParser } from "mailparser";
import { hashAddress } from "../src/digests/address";
import { runDigestCommand } from "../src/digests/digest.command";
import { renderers } from "../src/digests/mail/renderers";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { settings, subscribe } from "./support/digests";
import { featured, importLooks, look } from "./support/factories";
import { temporaryFolder } from "./support/processes";

const now = new Date("2026-11-25T12:00:00Z");

describe("the command line of digests", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.reset());
  afterAll(() => db.close());
  const command = (...args: string[]) => runDigestCommand(db, args, { settings, renderers, now });

  test("preview writes the mail that would go out, of any period and with a filter", async () => {
    await importLooks(db, [
      look({ title: "Agents at work", upvotes: 2, featured: featured("2026-01-06") }),
      look({ title: "More agents", upvotes: 9, featured: featured("2026-01-07") }),
      look({ title: "Proteins", upvotes: 20, featured: featured("2026-01-07") }),
    ]);
    const mail = await simpleParser(
      await command("preview", "--frequency", "weekly", "--on", "2026-01-08", "--keywords", "agents"),
    );
    expect(mail.subject).toBe("More agents and 1 more paper");
    expect(mail.text).toMatch(/More agents[\s\S]*Agents at work/);
    expect(mail.text).not.toContain("Proteins");
    expect(await db.run("select from digest_deliveries")).toEqual([]);
    const { folder, remove } = await temporaryFolder();
    const file = path.join(folder, "weekly.eml");
    expect(await command("preview", "--frequency", "WEEKLY", "--on", "2026-01-08", "--to", file)).toBe(
      `Written to ${file}.`,
    );
    expect((await simpleParser(await readFile(file))).text).toContain("Proteins");
    await remove();
  });

  test("status tells by day what became of mails", async () => {
    expect(await command("status")).toBe("No mails were planned in the last 30 days.");
    const [id] = await subscribe(db, 1);
    await db.run(
      `insert into digest_deliveries (subscription_id, kind, period_key, status, created_at) values
        ($1, 'DIGEST', 'DAY 1', 'SENT', '2026-11-24T01:00:00Z'), ($1, 'DIGEST', 'DAY 2', 'UNKNOWN', '2026-11-24T02:00:00Z'),
        ($1, 'DIGEST', 'DAY 3', 'QUEUED', '2026-11-25T01:00:00Z'), ($1, 'DIGEST', 'DAY 4', 'SENT', '2026-10-01T01:00:00Z')`,
      [id],
    );
    expect(await command("status")).toBe("2026-11-25  queued 1\n2026-11-24  sent 1  unknown 1");
  });

  test("erase forgets a reader, whatever the address's case, and keeps mail from being sent again", async () => {
    await subscribe(db, 1, { email: "Ada@example.org" });
    expect(await command("erase", "ada@example.org")).toBe("Erased, and never to be written to again.");
    expect(await db.run("select from digest_subscriptions")).toEqual([]);
    const kept = await db.run<{ address_hash: Buffer; reason: string }>("select * from digest_suppressions");
    expect(kept).toMatchObject([{ address_hash: hashAddress(settings.secret, "ada@example.org"), reason: "ERASURE" }]);
    expect(await command("erase", "ada@example.org")).toContain("There was no such subscription");
  });

  test.each([
    [["preview", "--frequency", "HOURLY", "--on", "2026-01-08"], "--frequency HOURLY is none of DAILY"],
    [["preview", "--frequency", "DAILY", "--on", "2026-02-30"], "--on 2026-02-30 is no day"],
    [["preview", "--frequency", "DAILY"], "Usage:"],
    [["status", "--on", "2026-01-08"], "Usage:"],
    [["erase"], "Usage:"],
    [["send"], "Usage:"],
    [["preview", "--form", "x"], "Unknown option '--form'"],
  ])("%j is told what is wrong", async (args, message) => {
    await expect(command(...args)).rejects.toThrow(message);
  });
});
