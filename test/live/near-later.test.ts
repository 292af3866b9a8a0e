import "reflect-metadata";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import type { SourceRecord } from "../../src/ingest/source-record";
import { encodeNodeId } from "../../src/nodes/node-id";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useOwnModel } from "../support/own-model";
import { useDatabase } from "../support/use-api";
import { createHub, hear, settled } from "./hub";

const DAY = "2026-01-07";
const OPEN = new Date("2026-01-07T12:00:00Z");
const CLOSED = new Date("2026-01-09T00:00:10Z");

describe("papers whose vectors are written after they entered a feed", () => {
  const t = useDatabase();
  const { embed } = useOwnModel(t);
  afterEach(() => t.db.reset());

  /** Merged alone: feeds are ranked when the test says so. */
  const merge = (...records: Partial<SourceRecord>[]) =>
    importItems(
      t.db,
      records.map((record) => ({ record: sourceRecord({ publishedOn: undefined, ...record }), notes: [] })),
    );
  const listed = (...titles: string[]) => merge(...titles.map((title) => ({ title, featured: featured(DAY) })));
  const listen = async () => {
    await importRecords(t.db, [sourceRecord({ title: "graph coloring" })]);
    await embed();
    const [{ id }] = (await t.db.run("select id from papers")) as [{ id: number }];
    const near = [encodeNodeId("Paper", id)];
    const hub = createHub(t.db);
    const heard = {
      all: await hear(hub, null),
      alike: await hear(hub, { near }),
      language: await hear(hub, { near, categories: ["cs.CL"] }),
    };
    const publish = async () => {
      await hub.publishing.featured();
      await hub.publishing.near();
      await settled();
      return structuredClone(heard);
    };
    return { publish, hub };
  };

  test("are told then to who asks for what is near, to all others on entering, to nobody twice", async () => {
    const { publish, hub } = await listen();
    await listed("coloring of a graph", "protein folding");
    await rankFeeds(t.db, OPEN);
    const all = ["coloring of a graph", "protein folding"];
    expect(await publish()).toEqual({ all, alike: [], language: [] });
    expect(await publish()).toEqual({ all, alike: [], language: [] });
    await embed();
    const told = { all, alike: ["coloring of a graph"], language: [] };
    expect(await publish()).toEqual(told);
    expect(await publish()).toEqual(told);
    hub.end();
  });

  test.each(["categories first", "vectors first"])(
    "and their categories are told once both are known: %s",
    async (order) => {
      const { publish, hub } = await listen();
      await listed("coloring of a graph");
      await rankFeeds(t.db, OPEN);
      const all = ["coloring of a graph"];
      expect(await publish()).toEqual({ all, alike: [], language: [] });
      const categorize = async () => {
        await merge({ title: "coloring of a graph", source: "arxiv", categories: ["cs.CL"] });
        await rankFeeds(t.db, OPEN);
      };
      const isFirst = order === "categories first";
      await (isFirst ? categorize : embed)();
      expect(await publish()).toEqual({ all, alike: isFirst ? [] : all, language: [] });
      await (isFirst ? embed : categorize)();
      await publish();
      await embed();
      expect(await publish()).toEqual({ all, alike: all, language: all });
      expect(await publish()).toEqual({ all, alike: all, language: all });
      hub.end();
    },
  );

  test("that come to a final feed one by one are each told once", async () => {
    const { publish, hub } = await listen();
    await listed("graph coloring one");
    await rankFeeds(t.db, CLOSED);
    for (const title of ["graph coloring two", "graph coloring three"]) {
      await listed(title);
      await rankFeeds(t.db, CLOSED);
    }
    const all = ["graph coloring one", "graph coloring two", "graph coloring three"];
    expect(await publish()).toEqual({ all, alike: [], language: [] });
    await embed();
    expect(await publish()).toEqual({ all, alike: all, language: [] });
    hub.end();
  });

  test("are forgotten in another history", async () => {
    const { publish, hub } = await listen();
    await listed("coloring of a graph");
    await rankFeeds(t.db, OPEN);
    await publish();
    hub.restart();
    await embed();
    expect(await publish()).toEqual({ all: ["coloring of a graph"], alike: [], language: [] });
    hub.end();
  });
});
