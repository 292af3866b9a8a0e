import { createHash } from "node:crypto";
import { describeWithRedis, redisNotice } from "../../support/redis";
import { useApisOnRedis } from "../../support/use-redis";

/** A query of its own, and how it is asked for by its hash. */
function persisted(name: string) {
  const query = `query ${name} { papers(first: 1) { totalCount } }`;
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  return { query, extensions: { persistedQuery: { version: 1, sha256Hash } } };
}

describeWithRedis(`persisted queries of two processes on one Redis${redisNotice}`, () => {
  const t = useApisOnRedis();

  const send = async (api: 0 | 1, body: object) => (await t.apis[api].http().post("/graphql").send(body)).body;
  const unknown = { errors: [{ extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }] };
  const answered = { data: { papers: { totalCount: 0 } } };

  test("one that was sent to the first is known to the second; without Redis it is sent again", async () => {
    const { extensions, ...before } = persisted("Before");
    expect(await send(1, { extensions })).toMatchObject(unknown);
    expect(await send(0, { ...before, extensions })).toEqual(answered);
    expect(await send(1, { extensions })).toEqual(answered);
    await t.redis.stop();
    // Who has answered it knows it without asking Redis.
    expect(await send(1, { extensions })).toEqual(answered);
    const meanwhile = persisted("Meanwhile");
    expect(await send(0, meanwhile)).toEqual(answered);
    expect(await send(1, { extensions: meanwhile.extensions })).toMatchObject(unknown);
    expect(await send(1, meanwhile)).toEqual(answered);
    await t.redis.start();
    const after = persisted("After");
    while ((await send(1, { extensions: after.extensions })).errors) expect(await send(0, after)).toEqual(answered);
  });
});
