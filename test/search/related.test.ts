import { importRecords, sourceRecord } from "../support/factories";
import { useSearch } from "./use-search";

describe("search", () => {
  const { t } = useSearch();

  describe("related papers", () => {
    const RELATED =
      "query ($first: Int) { papers(first: 50) { nodes { title relatedPapers(first: $first) { title } } } }";

    test("share distinctive words of title or keywords, nearest first, never the paper itself", async () => {
      await importRecords(t.db, [
        sourceRecord({ title: "Quantum error correction codes", keywords: ["surface code"] }),
        sourceRecord({ title: "Surface codes for quantum error correction" }),
        sourceRecord({ title: "Quantum walks" }),
        sourceRecord({ title: "Cooking pasta" }),
      ]);
      const { papers } = await t.api.data(RELATED, {});
      const nearTo = (title: string) =>
        papers.nodes
          .find((node: { title: string }) => node.title === title)
          .relatedPapers.map((paper: { title: string }) => paper.title);
      expect(nearTo("Quantum error correction codes")).toEqual([
        "Surface codes for quantum error correction",
        "Quantum walks",
      ]);
      expect(nearTo("Cooking pasta")).toEqual([]);
      await t.db.run("update papers set withdrawn_at = now() where title like 'Surface%'");
      const [first] = (
        await t.api.data(`{ searchPapers(query: "correction surface") { nodes { relatedPapers { title } } } }`)
      ).searchPapers.nodes;
      expect(first.relatedPapers).not.toContainEqual({ title: "Surface codes for quantum error correction" });
    });

    test("are about the topic: one rare word in common, or words of an abstract, do not outweigh it", async () => {
      const source = "POINTS: improving your vision-language model with affordable strategies";
      const onTopic = Array.from({ length: 30 }, (_, i) => `Vision-language models, part ${i}`);
      await importRecords(t.db, [
        sourceRecord({ title: source }),
        ...onTopic.map((title) => sourceRecord({ title })),
        ...Array.from({ length: 30 }, (_, i) => sourceRecord({ title: `Cooking pasta ${i}` })),
        sourceRecord({ title: "Affordable shoes" }),
        sourceRecord({ title: "Music", abstract: "Affordable strategies are improving points. ".repeat(9) }),
      ]);
      for (const statistics of ["", "analyze papers"]) {
        await t.db.run(statistics);
        const { papers } = await t.api.data(
          "{ papers(first: 100) { nodes { title relatedPapers(first: 5) { title } } } }",
        );
        const { relatedPapers } = papers.nodes.find((node: { title: string }) => node.title === source);
        expect(relatedPapers).toHaveLength(5);
        for (const { title } of relatedPapers) expect(onTopic).toContain(title);
      }
    });

    test("take words of any spelling as words only", async () => {
      await importRecords(t.db, [
        sourceRecord({ title: "Don't stop: a\\b 'quoted' and C:\\path http://x.test/a?b=1&c='2'" }),
        sourceRecord({ title: "Stop quoting a path" }),
        sourceRecord({ title: "Quotation" }),
      ]);
      const { papers } = await t.api.data(RELATED, {});
      const titles = papers.nodes.map((node: { relatedPapers: { title: string }[] }) =>
        node.relatedPapers.map((paper) => paper.title),
      );
      expect(titles).toContainEqual(["Stop quoting a path"]);
      expect(t.api.logged).toEqual([]);
    });

    test("take 1 to 20, and cost one statement for a whole page of papers", async () => {
      await importRecords(
        t.db,
        Array.from({ length: 10 }, (_, i) => sourceRecord({ title: `Quantum ${i}` })),
      );
      // What papers say is in memory then.
      await t.api.data(RELATED, { first: 3 });
      t.db.takeStatements();
      const { papers } = await t.api.data(RELATED, { first: 3 });
      expect(papers.nodes.every((node: { relatedPapers: object[] }) => node.relatedPapers.length === 3)).toBe(true);
      expect(t.db.takeStatements()).toHaveLength(2);
      for (const first of [0, 21]) {
        const { errors } = await t.api.ask(RELATED, { first });
        expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "first" } });
      }
    });
  });
});
