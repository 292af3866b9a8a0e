import "reflect-metadata";
import { type AddressInfo, createServer, connect as dial, type Server } from "node:net";
import { openDatabase } from "../../../src/db/database";
import { confirmSubscription } from "../../../src/digests/subscriptions/confirm.service";
import { findToken } from "../../../src/digests/subscriptions/token.service";
import { createTestDatabase } from "../../support/database";
import { issueTokenOf, settings, subscribe } from "../../support/digests";

const COMMIT = Buffer.from("commit\0");

/** A network that swallows the answer to the first commit, and breaks the connection. */
async function swallowCommit(databaseUrl: string): Promise<{ url: string; server: Server; isDone: () => boolean }> {
  const url = new URL(databaseUrl);
  const target = Number(url.port || 5432);
  let isDone = false;
  const server = createServer((near) => {
    const far = dial(target, "127.0.0.1");
    near.on("error", () => {}).on("close", () => far.destroy());
    far.on("error", () => {}).on("close", () => near.destroy());
    let isCut = false;
    far.on("data", (answer) => {
      if (isCut) near.destroy();
      else near.write(answer);
    });
    near.on("data", (asked: Buffer) => {
      // A simple query: Q, its length, its text.
      isCut = !isDone && asked[0] === 0x51 && asked.subarray(5).equals(COMMIT);
      if (isCut) isDone = true;
      far.write(asked);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.toString(), server, isDone: () => isDone };
}

test("a confirmation whose end was not heard is no second one: its reader gets the link that manages it", async () => {
  const db = await createTestDatabase();
  const [id] = await subscribe(db, 1, { status: "PENDING", next_send_at: null });
  const [delivery] = await db.run<{ id: number }>(
    "insert into digest_deliveries (subscription_id, kind, period_key) values ($1, 'CONFIRMATION', '1') returning id",
    [id],
  );
  const token = await issueTokenOf(db, settings.secret, delivery!.id);
  const network = await swallowCommit(db.url);
  const far = await openDatabase(network.url);
  const consent = { address: "203.0.113.77", userAgent: null };
  const confirm = () => confirmSubscription(far, settings.secret, token, consent, new Date());
  const done = await confirm();
  expect(network.isDone()).toBe(true);
  if (!("managementToken" in done)) throw new Error(done.problem);
  expect(done.subscription).toMatchObject({ id, status: "ACTIVE" });
  expect(await findToken(db, done.managementToken)).toMatchObject({
    subscriptionId: id,
    purpose: "MANAGE",
    isEnded: false,
  });
  expect(await confirm()).toEqual({ problem: "TOKEN_INVALID" });
  await far.close();
  network.server.close();
  await db.close();
});
