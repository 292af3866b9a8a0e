import "reflect-metadata";
import { embedInBackground } from "../../src/meaning/endpoint/embedding.worker";
import { keepModel, wantedModel } from "../../src/meaning/models.service";
import { readableLog } from "../support/digests";
import { type Embeddings, openEmbeddings } from "../support/embeddings";
import { importRecords, sourceRecord } from "../support/factories";
import { status } from "../support/receiver";
import { until } from "../support/until";
import { useDatabase } from "../support/use-api";

const PACE = { idle: 20, first: 20, most: 100 };

describe("papers that an endpoint embeds", () => {
  let server: Embeddings;
  const t = useDatabase();
  beforeAll(async () => {
    server = await openEmbeddings({ small: 8 });
  });
  afterAll(() => server.close());

  test("are logged when it refuses their texts, with why, as they count as without meaning", async () => {
    const model = wantedModel("small");
    await t.db.bulk((tx) => keepModel(tx, model));
    const titles = ["Poison", ...Array.from({ length: 6 }, (_, i) => `Ordinary ${i}`), "More poison"];
    await importRecords(
      t.db,
      titles.map((title) => sourceRecord({ title })),
    );
    server.instead = ({ input }) =>
      input.some((text) => /poison/i.test(text)) ? status(422, '{"detail":"not this text"}') : null;
    const { lines, log } = readableLog();
    const stop = new AbortController();
    const endpoint = { url: server.url, model: "small", key: undefined };
    const working = embedInBackground(t.db, endpoint, log, stop.signal, PACE);
    await until(async () => (await t.db.run("select from embedding_backlog")).length === 0);
    stop.abort();
    await working;
    const poisoned = await t.db.run<{ id: number }>(`
      select p.id from papers p join paper_vectors v on v.paper_id = p.id
      where p.title ~* 'poison' and v.model = '${model.model}' and v.vector = ''`);
    expect(poisoned).toHaveLength(2);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 40,
        msg: "a paper has no meaning, as the endpoint refuses its text",
        err: { message: expect.stringContaining('answers 422: "not this text"') },
      },
    ]);
    expect(poisoned.map(({ id }) => id)).toContain(JSON.parse(lines[0]!).paperId);
  });
});
