import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { ExpectedError } from "../../../src/config/expected-error";
import { importItems } from "../../../src/ingest/importer";
import type { ImportItem } from "../../../src/ingest/source-record";
import { readArxivFiles } from "../../../src/ingest/sources/arxiv.source";
import { describeWithSharedData, sharedData } from "../../support/shared-data";
import { useApi } from "../../support/use-api";
import { entry, errorEntry, feed } from "./arxiv-atom";
import { deletedRecord, FIRST, harvest, listRecords, oaiError, rawRecord, SECOND } from "./arxiv-raw";

const now = async () => new Date("2026-06-01T00:00:00Z");
const line = (id: string, title = "T") => JSON.stringify({ id, title, authors: ["Ada Example"] });

describe("arXiv's files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "arxiv-source-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What was told of the files that were read last. */
  let notes: string[] = [];

  /** Writes the files, and reads their items as their ids, or as places and reasons. */
  const read = async (...contents: (string | Buffer)[]) => {
    const files = contents.map((_, i) => path.join(folder, `${i}.txt`));
    await Promise.all(files.map((file, i) => writeFile(file, contents[i]!)));
    const items: ImportItem[] = [];
    notes = [];
    const log = (line: string) => notes.push(line.replace(`${folder}/`, ""));
    for await (const item of readArxivFiles(files, now, undefined, log)) items.push(item);
    return items.map((item) =>
      "record" in item
        ? item.record.arxivId
        : `${item.rejected.location}: ${item.rejected.reason}`.replace(`${folder}/`, ""),
    );
  };

  test.each([
    ["JSON lines", `${line("2601.00001")}\n${line("2601.00002")}`],
    ["a JSON array", `\ufeff [${line("2601.00001")}, ${line("2601.00002")}]`],
    ["an Atom feed", feed(entry("2601.00001v1") + entry("2601.00002v3"))],
    ["an answer of OAI-PMH", listRecords(rawRecord("2601.00001"), rawRecord("2601.00002"))],
  ])("are recognized by what is in them: %s, plain or gzipped", async (_, content) => {
    expect(await read(content)).toEqual(["2601.00001", "2601.00002"]);
    expect(await read(gzipSync(content))).toEqual(["2601.00001", "2601.00002"]);
  });

  test("of several kinds are read one after the other; a bad item is told with its file and location", async () => {
    const items = await read(
      `${line("2601.00001")}\n{bad\n${line("2503.0213")}`,
      feed(entry("2601.00002v1") + errorEntry("bad luck") + errorEntry("worse luck.")),
      listRecords(deletedRecord("2601.00003"), rawRecord("2601.00004")),
    );
    expect(items).toEqual([
      "2601.00001",
      "0.txt line 2: It is not a JSON object.",
      expect.stringContaining('0.txt line 3: "2503.0213" is not an arXiv id'),
      "2601.00002",
      "1.txt entry 2: arXiv has put an error here: bad luck.",
      "1.txt entry 3: arXiv has put an error here: worse luck.",
      "2.txt record 1: oai:arXiv.org:2601.00003 is deleted at arXiv.",
      "2601.00004",
    ]);
  });

  test.each([
    ["text", "Rate exceeded.", "0.txt is neither JSON nor XML."],
    ["nothing", " ", "0.txt is empty."],
    [
      "an HTML page",
      "<html><body/></html>",
      "neither an Atom feed nor an answer of OAI-PMH: its outermost element is <html>.",
    ],
    ["HTML as browsers take it", "<!DOCTYPE html><p>", "cannot be read: it is XML that declares a document type"],
    ["a cut feed", feed(entry("2601.00001v1")).slice(0, -9), /cannot be read: it is not well-formed XML: in line \d+/],
    ["a cut gzip", gzipSync(feed(entry("2601.00001v1"))).subarray(0, 200), "its gzip data is damaged or cut off"],
    ["an error of arXiv", oaiError("badArgument"), "0.txt holds an error of arXiv: badArgument: In words."],
  ])("of another kind are an error that says so: %s", async (_, content, message) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(ExpectedError);
  });

  test("of which arXiv has more are noted, with what to ask for, unless another file holds it", async () => {
    const [one, two, three] = ["2601.00001", "2601.00002", "2601.00003"].map((id) => rawRecord(id));
    const token = "from=2026-01-01&skip=1";
    const first = harvest([one!], token.replace("&", "&amp;"));
    await read(first);
    expect(notes).toEqual([
      "note on 0.txt: arXiv has more: ask on with verb=ListRecords&resumptionToken=from%3D2026-01-01%26skip%3D1",
    ]);
    await read(harvest([two!], "skip=2", token.replace("&", "&amp;")), first);
    expect(notes).toEqual(["note on 0.txt: arXiv has more: ask on with verb=ListRecords&resumptionToken=skip%3D2"]);
    await read(first, harvest([two!], "skip=2", token.replace("&", "&amp;")), harvest([three!], "", "skip=2"));
    expect(notes).toEqual([]);

    const page = feed(entry("2601.00001v1"), 3);
    await read(page);
    expect(notes).toEqual(["note on 0.txt: arXiv has more, 2 of 3 papers: ask on with start=1."]);
    await read(page, feed(entry("2601.00002v1"), 3, 1));
    expect(notes).toEqual(["note on 1.txt: arXiv has more, 1 of 3 papers: ask on with start=2."]);
    await read(page, feed(entry("2601.00002v1") + entry("2601.00003v1"), 3, 1), line("2601.00004"));
    expect(notes).toEqual([]);
    await read(feed("", 3));
    expect(notes).toEqual(["note on 0.txt: arXiv has more, 3 of 3 papers: ask on with start=0."]);
  });

  test("may hold no paper, as a harvest of a day without any", async () => {
    expect(await read(oaiError("noRecordsMatch"))).toEqual([]);
    expect(await read(feed("", 0))).toEqual([]);
  });

  test("that are not there are an error that says so", async () => {
    const missing = readArxivFiles([path.join(folder, "none")], now);
    await expect(missing.next()).rejects.toThrow("none cannot be read: there is no such file.");
  });

  describe("when they are imported", () => {
    const t = useApi();
    const load = async (content: string) => {
      const file = path.join(folder, "import");
      await writeFile(file, content);
      return importItems(t.db, readArxivFiles([file], now));
    };

    test("papers have what arXiv says of them, and the same again changes nothing", async () => {
      const more = "<comments>15 pages</comments><doi>10.1063/1.3536454</doi>";
      const content = listRecords(rawRecord("2601.00007", FIRST + SECOND, more));
      expect(await load(content)).toMatchObject({ read: 1, created: 1 });
      expect(await load(content)).toMatchObject({ read: 1, unchanged: 1 });
      const { paper } = await t.api.data(`{ paper(arxivId: "2601.00007") {
        title abstract publishedOn authorsComplete authors { nodes { name } } categories primaryCategory doi arxivComment licenseUrl
        versions { number submittedAt } withdrawnAt } }`);
      expect(paper).toEqual({
        title: "Gauge Fixing in Spacetime",
        abstract: "In a previous paper.",
        publishedOn: "2008-06-25",
        authorsComplete: true,
        authors: { nodes: [{ name: "Roldao da Rocha" }, { name: "W. A. Rodrigues Jr" }] },
        categories: ["math-ph", "math.MP"],
        primaryCategory: "math-ph",
        doi: "10.1063/1.3536454",
        arxivComment: "15 pages",
        licenseUrl: "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        versions: [
          { number: 1, submittedAt: "2008-06-25T15:29:38.000Z" },
          { number: 2, submittedAt: "2014-12-12T13:15:28.000Z" },
        ],
        withdrawnAt: null,
      });
    });

    test("of two files that tell of the same version, the one that says more counts, in any order", async () => {
      const told = (id: string, more: object) =>
        `${line(id).slice(0, -1)},${JSON.stringify({ updated: "2023-01-01T00:00:00Z", ...more }).slice(1)}`;
      const early = (id: string) => told(id, { comment: "Submitted to ACL", journal_ref: null });
      const late = (id: string) => told(id, { comment: "Accepted at ACL 2023", journal_ref: "ACL 2023" });
      for (const content of [early("2301.00001"), late("2301.00001"), late("2301.00002"), early("2301.00002")]) {
        await load(content);
      }
      for (const id of ["2301.00001", "2301.00002"]) {
        const { paper } = await t.api.data(`{ paper(arxivId: "${id}") { arxivComment journalReference } }`);
        expect(paper).toEqual({ arxivComment: "Accepted at ACL 2023", journalReference: "ACL 2023" });
      }
    });
  });
});

describeWithSharedData("arXiv's real papers as JSON lines", () => {
  test("are read from the beginning, with an odd author dropped", async () => {
    const items: ImportItem[] = [];
    for await (const item of readArxivFiles([sharedData.arxivPapers], now)) if (items.push(item) === 2000) break;
    const records = items.flatMap((item) => ("record" in item ? [item] : []));
    expect(records).toHaveLength(2000);
    const noted = records.filter(({ notes }) => notes.length > 0);
    expect(noted.map(({ record, notes }) => [record.arxivId, notes])).toEqual([
      ["2503.14492", ['an author dropped: ":" is not a name.']],
    ]);
    const withdrawn = records.filter(({ record }) => record.withdrawnAt).map(({ record }) => record.arxivId);
    expect(withdrawn).toContain("2402.03627");
    expect(withdrawn).not.toContain("2408.10517");
  });
});
