import { OAI_CONTAINERS, type OaiPart, readOai } from "../../../src/ingest/sources/arxiv-raw.reader";
import { readXml } from "../../../src/ingest/sources/xml.reader";
import { deletedRecord, FIRST, getRecord, listRecords, oai, oaiError, rawRecord, SECOND, version } from "./arxiv-raw";

const now = new Date("2026-06-01T00:00:00Z");
const firstAt = new Date("2008-06-25T15:29:38Z");
const secondAt = new Date("2014-12-12T13:15:28Z");

async function readParts(text: string): Promise<OaiPart[]> {
  const elements = readXml([text], OAI_CONTAINERS);
  await elements.next();
  const parts: OaiPart[] = [];
  for await (const part of readOai(elements, now)) parts.push(part);
  return parts;
}

async function good(...of: Parameters<typeof rawRecord>) {
  const [part] = await readParts(getRecord(rawRecord(...of)));
  if (!part || !("item" in part) || !("record" in part.item)) throw new Error(`no record: ${JSON.stringify(part)}`);
  return part.item;
}

describe("arXiv's records by OAI-PMH", () => {
  test("a record is a paper with all versions, its license, and nothing of its submitter", async () => {
    const more =
      "<comments>15 pages</comments><report-no>R1</report-no><journal-ref>AIP 1316</journal-ref><doi>10.1063/1.3536454</doi>";
    const item = await good("0806.4129", FIRST + SECOND, more);
    expect(item).toEqual({
      record: {
        source: "arxiv",
        location: "record 1",
        observedAt: new Date("2026-04-12T22:09:26Z"),
        arxivId: "0806.4129",
        title: "Gauge Fixing in Spacetime",
        abstract: "In a previous paper.",
        authors: ["Roldao da Rocha", "W. A. Rodrigues Jr"],
        authorCount: 2,
        url: "https://arxiv.org/abs/0806.4129",
        pdfUrl: "https://arxiv.org/pdf/0806.4129",
        publishedOn: "2008-06-25",
        categories: ["math-ph", "math.MP"],
        arxivComment: "15 pages",
        journalReference: "AIP 1316",
        doi: "10.1063/1.3536454",
        licenseUrl: "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        versions: [
          { number: 1, submittedAt: firstAt },
          { number: 2, submittedAt: secondAt },
        ],
        withdrawnAt: null,
      },
      notes: [],
    });
    expect(JSON.stringify(item)).not.toContain("Private");
  });

  test.each([
    ["has no PDF", FIRST + version(2, "Fri, 12 Dec 2014 13:15:28 GMT", "0kb"), ""],
    ["has a source to be ignored", FIRST + version(2, "Fri, 12 Dec 2014 13:15:28 GMT", "1kb", "I"), ""],
    ["says so in its comment", FIRST + SECOND, "<comments>This paper has been withdrawn by the author</comments>"],
  ])("a paper is withdrawn when its last version %s", async (_, versions, more) => {
    expect((await good("0806.4129", versions, more)).record.withdrawnAt).toEqual(secondAt);
  });

  test.each([
    ["the record's", rawRecord("0806.4129", ""), "2014-12-15T00:00:00Z"],
    [
      "the month's of its id",
      rawRecord("0806.4129", "").replace(/<datestamp>.*?<.datestamp>/, ""),
      "2008-06-01T00:00:00Z",
    ],
  ])("a withdrawal without a version's date has a time all the same: %s", async (_, record, at) => {
    const [part] = await readParts(getRecord(record.replace("<license>", "<comments>Withdrawn</comments><license>")));
    expect(part).toMatchObject({ item: { record: { withdrawnAt: new Date(at) } } });
  });

  test("a paper is not withdrawn when an earlier version was, or its abstract speaks of it", async () => {
    const versions = version(1, "Wed, 25 Jun 2008 15:29:38 GMT", "0kb", "I") + SECOND;
    const more = "<comments>A revised version of the previously withdrawn manuscript</comments>";
    expect((await good("0806.4129", versions, more)).record.withdrawnAt).toBeNull();
  });

  test.each([
    ["a gap", FIRST + version(3, "Fri, 12 Dec 2014 13:15:28 GMT")],
    ["another first", SECOND],
    ["no date", FIRST + version(2, "yesterday")],
    ["none", ""],
  ])("versions of which some are unknown are left out, and a note says so: %s", async (_, versions) => {
    const { record, notes } = await good("0806.4129", versions);
    expect(record.versions).toBeUndefined();
    expect(record.publishedOn).toBeUndefined();
    expect(notes).toEqual(["versions dropped: they are not numbered from v1 on, with a date each."]);
  });

  test("authors are left out where names cannot be told for sure", async () => {
    const { record, notes } = await good("0806.4129", FIRST, "", "The X Collaboration: A. Example");
    expect(record).not.toHaveProperty("authors");
    expect(record).not.toHaveProperty("authorCount");
    expect(notes).toEqual(["authors dropped: it is not sure which parts of their line are names."]);
  });

  test("names are read as printed, without TeX", async () => {
    expect((await good("0806.4129", FIRST, "", "C. Bal\\'azs (X)")).record.authors).toEqual(["C. Balázs"]);
  });

  test("a list gives its records one by one; deleted ones and other formats are told apart", async () => {
    const other = rawRecord("0806.4130").replaceAll("arXivRaw", "arXivOld");
    const bad = rawRecord("2503.0213");
    const parts = await readParts(listRecords(deletedRecord("0704.0001"), rawRecord("math.GT/0309136"), other, bad));
    expect(parts).toMatchObject([
      { deleted: "oai:arXiv.org:0704.0001", location: "record 1" },
      { item: { record: { arxivId: "math/0309136", location: "record 2" } } },
      {
        item: {
          rejected: { location: "record 3", reason: expect.stringContaining("ask for metadataPrefix=arXivRaw") },
        },
      },
      { item: { rejected: { location: "record 4", reason: expect.stringContaining("is not an arXiv id") } } },
      { nextBy: "skip=1" },
    ]);
  });

  test("an error is told by its code", async () => {
    expect(await readParts(oaiError("idDoesNotExist"))).toEqual([{ error: "idDoesNotExist", message: "In words." }]);
    expect(await readParts(oai(""))).toEqual([]);
  });
});
