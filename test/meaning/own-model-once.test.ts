import { requestMissing } from "../../src/meaning/vectors.service";
import { workMeanwhile } from "../support/embedding-workers";
import { type Embeddings, openEmbeddings } from "../support/embeddings";
import { importRecords, sourceRecord } from "../support/factories";
import { until } from "../support/until";
import { useDatabase } from "../support/use-api";

describe("a model of one's own, whose papers are asked for once", () => {
  const t = useDatabase();
  let server: Embeddings;
  beforeAll(async () => {
    server = t.use(await openEmbeddings({ first: 64 }));
    const models = () => t.db.run("select from meaning_models");
    await embedded(() => until(async () => (await models()).length === 2));
  });
  const waiting = async () => (await t.db.run("select from embedding_backlog")).length;
  const embedded = (work = () => until(async () => (await waiting()) === 0)) =>
    workMeanwhile(t.db, server.url, "first", work);

  test("gets each paper once, however many workers there are", async () => {
    const titles = Array.from({ length: 100 }, (_, i) => `Once ${i}`);
    await importRecords(
      t.db,
      titles.map((title) => sourceRecord({ title })),
    );
    const before = server.asked.length;
    await embedded(() => embedded());
    const sent = server.asked.slice(before).flatMap(({ input }) => input);
    expect(sent.sort()).toEqual(titles.sort());
  });

  test("does not get a paper again that was embedded while missing ones are looked for", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Zyx" })]);
    await t.db.bulk(async (tx) => {
      await tx.client.query("set transaction isolation level repeatable read");
      expect((await tx.client.query("select from embedding_backlog")).rowCount).toBe(1);
      await embedded();
      await requestMissing(tx, "endpoint first", 2 ** 31 - 1);
    });
    expect(await waiting()).toBe(0);
  });
});
