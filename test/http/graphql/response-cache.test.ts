import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { createResponseCache } from "../../../src/http/graphql/response-cache";
import { withReads } from "../../support/database";
import { featured, importRecords, signIn, sourceRecord } from "../../support/factories";
import { asGet, asPost, PREFLIGHTED, type Received, type Sent } from "../../support/http-client";
import { useDatabase } from "../../support/use-api";
import { withApi } from "../../support/with-api";

const FEED = '{ feed(on: "2026-01-06") { key papers { totalCount nodes { title upvoteCount } } } }';

const persisted = (query: string) =>
  JSON.stringify({ persistedQuery: { version: 1, sha256Hash: createHash("sha256").update(query).digest("hex") } });

describe("a query by an anonymous GET", () => {
  const t = useDatabase();
  let token: string;
  beforeAll(async () => {
    await importRecords(t.db, [sourceRecord({ title: "One", featured: featured("2026-01-06"), upvotes: 3 })]);
    token = await signIn(t.db, "ada");
  });

  const setVotes = (count: number) => t.db.run("update papers set upvote_count = $1", [count]);
  const votesIn = ({ body }: Received) => Number(/"upvoteCount":(\d+)/.exec(body)![1]);
  /** The first time a query is only read. */
  const warm = async (send: (sent: Sent) => Promise<Received>, sent: Sent) => {
    await setVotes(3);
    await send(sent);
    expect(votesIn(await send(sent))).toBe(3);
    await setVotes(4);
  };
  afterEach(() => setVotes(3));

  test("is answered from memory for its max-age, and says how old that is; then anew", async () => {
    await withApi(
      t.db,
      async (send) => {
        await warm(send, asGet({ query: FEED }));
        const kept = await send(asGet({ query: FEED }));
        expect(votesIn(kept)).toBe(3);
        expect(kept.headers).toMatchObject({ age: "0", "cache-control": "public, max-age=1" });
        await sleep(1100);
        const fresh = await send(asGet({ query: FEED }));
        expect(votesIn(fresh)).toBe(4);
        expect(fresh.headers.age).toBeUndefined();
      },
      { CACHE_MAX_AGE_SECONDS: 1 },
    );
  });

  test("is made once for a crowd that asks at the same time", async () => {
    let reads = 0;
    const database = withReads(t.db, async (statement) => {
      if (statement.text.includes("feed_ranks")) reads++;
      return t.db.query(statement);
    });
    await withApi(
      database,
      async (send) => {
        await send(asPost({ query: FEED }));
        reads = 0;
        const answers = await Promise.all(Array.from({ length: 20 }, () => send(asGet({ query: FEED }))));
        expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
        // One for the papers, one for the total.
        expect(reads).toBe(2);
      },
      { connections: 20 },
    );
  });

  test("is waited for by others when nothing stands before it any more, and for a moment only", async () => {
    const cache = createResponseCache(1_000_000, 5);
    const asked = { method: "GET", url: "/graphql?query=x", headers: {} };
    let letOthersWait = () => {};
    let end = () => {};
    const made = cache.coalesce(asked, (whenAdmitted) => {
      letOthersWait = whenAdmitted;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    const find = async () => cache.find(asked);
    const findsAtOnce = () => Promise.race([find().then(() => true), sleep(100).then(() => false)]);
    expect(await findsAtOnce()).toBe(true);
    letOthersWait();
    expect(await findsAtOnce()).toBe(false);
    expect(await find()).toBeUndefined();
    end();
    await made;
    expect(await findsAtOnce()).toBe(true);
  });

  test("is not sent again to who has it", async () => {
    await withApi(t.db, async (send) => {
      await warm(send, asGet({ query: FEED }));
      const { headers } = await send(asGet({ query: FEED }));
      const again = await send(asGet({ query: FEED }, { ...PREFLIGHTED, "if-none-match": headers.etag! }));
      expect(again).toMatchObject({ status: 304, body: "", headers: { etag: headers.etag } });
      expect(again.headers["content-length"]).toBeUndefined();
    });
  });

  test("is packed once for those who take gzip, with an ETag of its own", async () => {
    await withApi(t.db, async (send) => {
      await importRecords(
        t.db,
        Array.from({ length: 50 }, (_, i) =>
          sourceRecord({ title: `Long title ${i} of its kind`, featured: featured("2026-02-01") }),
        ),
      );
      const query = '{ feed(on: "2026-02-01") { papers(first: 50) { nodes { id title } } } }';
      const sent = asGet({ query }, { ...PREFLIGHTED, "accept-encoding": "br, gzip" });
      await send(sent);
      const plain = await send(sent);
      let packed = await send(sent);
      for (let i = 0; i < 50 && !packed.headers["content-encoding"]; i++) packed = await send(sent);
      expect(packed.headers).toMatchObject({
        "content-encoding": "gzip",
        vary: expect.stringContaining("accept-encoding"),
      });
      expect(packed.headers.etag).not.toBe(plain.headers.etag);
      expect(gunzipSync(packed.bytes).toString()).toBe(plain.body);
      expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 3);
      const again = await send({ ...sent, headers: { ...sent.headers, "if-none-match": packed.headers.etag! } });
      expect(again).toMatchObject({ status: 304, body: "" });
      for (const refusal of ["gzip;q=0", "gzip; Q=0", "identity;q=1, gzip;q=0", "br", ""]) {
        const refusing = asGet({ query }, { ...PREFLIGHTED, "accept-encoding": refusal });
        expect((await send(refusing)).headers["content-encoding"]).toBeUndefined();
      }
    });
  });

  test("may ask by its hash alone", async () => {
    await withApi(t.db, async (send) => {
      await send(asPost({ query: FEED, extensions: JSON.parse(persisted(FEED)) }));
      await warm(send, asGet({ extensions: persisted(FEED) }));
      const kept = await send(asGet({ extensions: persisted(FEED) }));
      expect(votesIn(kept)).toBe(3);
      expect(kept.headers.age).toBe("0");
    });
  });

  test("is paid for by everyone who asks", async () => {
    await withApi(
      t.db,
      async (send) => {
        await warm(send, asGet({ query: FEED }));
        const statuses: number[] = [];
        for (let i = 0; i < 8; i++) statuses.push((await send(asGet({ query: FEED }))).status);
        expect(statuses.at(-1)).toBe(429);
      },
      { RATE_LIMIT_ANONYMOUS: 900 },
    );
  });

  test.each<[string, Sent]>([
    ["an account", asGet({ query: FEED }, { ...PREFLIGHTED, authorization: "Bearer TOKEN" })],
    ["other variables", asGet({ query: FEED, variables: "{}" })],
    ["a POST", asPost({ query: FEED })],
  ])("is not what is told to %s", async (_, sent) => {
    await withApi(t.db, async (send) => {
      await warm(send, asGet({ query: FEED }));
      const headers = { ...sent.headers, ...(sent.headers?.authorization && { authorization: `Bearer ${token}` }) };
      expect(votesIn(await send({ ...sent, headers }))).toBe(4);
    });
  });

  test("is never kept where nothing may be", async () => {
    await withApi(
      t.db,
      async (send) => {
        await warm(send, asGet({ query: FEED }));
        expect(votesIn(await send(asGet({ query: FEED })))).toBe(4);
      },
      { CACHE_MAX_AGE_SECONDS: 0 },
    );
  });

  test("is never kept with a part that is the viewer's own", async () => {
    await withApi(t.db, async (send) => {
      const query = FEED.replace("title", "title viewerHasUpvoted");
      await warm(send, asGet({ query }));
      const asked = await send(asGet({ query }));
      expect(votesIn(asked)).toBe(4);
      expect(asked.headers["cache-control"]).toBe("private, no-cache");
    });
  });
});
