import { comparePapers } from "../support/compare-papers";
import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const RELATED = "query ($first: Int) { papers(first: 50) { nodes { title relatedPapers(first: $first) { title } } } }";

interface Node {
  title: string;
  relatedPapers: { title: string }[];
}

describe("related papers", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const relatedTo = async (title: string): Promise<string[]> => {
    const { papers } = await t.api.data(RELATED);
    const node = papers.nodes.find((each: Node) => each.title === title);
    return node.relatedPapers.map((paper: { title: string }) => paper.title);
  };

  test("are about the same, in other words too, the most alike first; never the paper itself, nor a withdrawn one", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Quantum error correction codes", abstract: "Logical qubits of a surface code." }),
      sourceRecord({ title: "Fault-tolerant logical qubits on a surface code" }),
      sourceRecord({ title: "Quantum walks on graphs" }),
      sourceRecord({ title: "Recommending news to readers", abstract: "Click prediction for articles." }),
    ]);
    expect(await relatedTo("Quantum error correction codes")).toEqual([]);
    await comparePapers(t.db);
    const [first, second] = await relatedTo("Quantum error correction codes");
    expect([first, second]).toEqual(["Fault-tolerant logical qubits on a surface code", "Quantum walks on graphs"]);
    await t.db.run("update papers set withdrawn_at = now() where title like 'Fault%'");
    expect((await relatedTo("Quantum error correction codes"))[0]).toBe("Quantum walks on graphs");
    await t.db.run("delete from papers where title like 'Quantum walks%'");
    expect(await relatedTo("Quantum error correction codes")).not.toContain("Quantum walks on graphs");
  });

  test("of a paper without a word that is known are none, and it is none of any", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "大规模语言模型综述" }),
      sourceRecord({ title: "☃ ☃" }),
      sourceRecord({ title: "Language models" }),
      sourceRecord({ title: "Large language models" }),
    ]);
    await comparePapers(t.db);
    expect(await relatedTo("大规模语言模型综述")).toEqual([]);
    expect(await relatedTo("☃ ☃")).toEqual([]);
    expect(await relatedTo("Language models")).toEqual(["Large language models"]);
  });

  test("take 1 to 20, and cost one statement for a whole page of papers", async () => {
    await importRecords(
      t.db,
      Array.from({ length: 30 }, (_, i) => sourceRecord({ title: `Quantum computing ${"with photons ".repeat(i)}` })),
    );
    await comparePapers(t.db);
    // What papers say is in memory then.
    await t.api.data(RELATED, { first: 3 });
    t.db.takeStatements();
    for (const first of [3, 20]) {
      const { papers } = await t.api.data(RELATED, { first });
      expect(papers.nodes.map((node: Node) => node.relatedPapers.length)).toEqual(Array(30).fill(first));
      expect(t.db.takeStatements()).toHaveLength(2);
    }
    for (const first of [0, 21]) {
      const { errors } = await t.api.ask(RELATED, { first });
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "first" } });
    }
  });
});
