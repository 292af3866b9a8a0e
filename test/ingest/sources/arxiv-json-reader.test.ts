import { readArxivItem } from "../../../src/ingest/sources/arxiv-json.reader";

const observedAt = new Date("2026-06-01T00:00:00Z");
const read = (value: unknown) => readArxivItem(value, { location: "line 1", observedAt });

const paper = (over: object = {}) => ({
  id: "2503.14492",
  title: "A Title\n of Two Lines",
  abstract: "What it is about.",
  authors: ["Ada Example", "B. Name"],
  categories: ["cs.LG", "cs.CL", "cs.CV"],
  primary_category: "cs.CL",
  comment: null,
  published: "2025-03-18T17:57:54Z",
  updated: "2025-04-01T00:00:00Z",
  announced: "2025-04-02",
  ...over,
});

const snapshot = (over: object = {}) => ({
  id: "0704.0001",
  submitter: "A Private Person",
  authors: "C. Bal\\'azs, E. L. Berger, P. M. Nadolsky, C.-P. Yuan",
  title: "Calculation of\n  prompt diphoton production",
  comments: "37 pages, 15 figures; published version",
  "journal-ref": "Phys.Rev.D76:013009,2007",
  doi: "10.1103/PhysRevD.76.013009",
  "report-no": "ANL-HEP-PR-07-12",
  categories: "hep-ph",
  license: null,
  abstract: "  A fully differential calculation.\n",
  versions: [
    { version: "v1", created: "Mon, 2 Apr 2007 19:18:42 GMT" },
    { version: "v2", created: "Tue, 24 Jul 2007 20:10:27 GMT" },
  ],
  update_date: "2008-11-26",
  authors_parsed: [
    ["Balázs", "C.", ""],
    ["Berger", "E. L.", ""],
    ["Nadolsky", "P. M.", "Jr", "Argonne"],
    ["Yuan", "C. -P.", ""],
  ],
  ...over,
});

describe("arXiv's papers as JSON", () => {
  test("one in the form of Atom", () => {
    expect(read(paper())).toEqual({
      record: {
        source: "arxiv",
        location: "line 1",
        observedAt: new Date("2025-04-01T00:00:00Z"),
        arxivId: "2503.14492",
        title: "A Title of Two Lines",
        abstract: "What it is about.",
        publishedOn: "2025-03-18",
        authors: ["Ada Example", "B. Name"],
        authorCount: 2,
        url: "https://arxiv.org/abs/2503.14492",
        pdfUrl: "https://arxiv.org/pdf/2503.14492",
        categories: ["cs.CL", "cs.LG", "cs.CV"],
        // It has no comment; nothing is said of a DOI.
        arxivComment: null,
      },
      notes: [],
    });
  });

  test("categories that arXiv does not have are dropped, and noted unless they are classes of others", () => {
    expect(read(snapshot({ categories: "hep-ph na 68T07 I.2.7 foo.bar" }))).toMatchObject({
      record: { categories: ["hep-ph"] },
      notes: ['a category dropped: arXiv has no "na".'],
    });
  });

  test("one of arXiv's snapshot, without its submitter", () => {
    const item = read(snapshot());
    expect(item).toEqual({
      record: {
        source: "arxiv",
        location: "line 1",
        observedAt: new Date("2008-11-26T00:00:00Z"),
        arxivId: "0704.0001",
        title: "Calculation of prompt diphoton production",
        abstract: "A fully differential calculation.",
        publishedOn: "2007-04-02",
        authors: ["C. Balázs", "E. L. Berger", "P. M. Nadolsky Jr", "C. -P. Yuan"],
        authorCount: 4,
        url: "https://arxiv.org/abs/0704.0001",
        pdfUrl: "https://arxiv.org/pdf/0704.0001",
        categories: ["hep-ph"],
        doi: "10.1103/PhysRevD.76.013009",
        journalReference: "Phys.Rev.D76:013009,2007",
        arxivComment: "37 pages, 15 figures; published version",
        versions: [
          { number: 1, submittedAt: new Date("2007-04-02T19:18:42Z") },
          { number: 2, submittedAt: new Date("2007-07-24T20:10:27Z") },
        ],
      },
      notes: [],
    });
  });

  test("a withdrawal is told by the comment, in either form", () => {
    const comment = "This paper has been withdrawn by the author";
    expect(read(paper({ comment }))).toMatchObject({ record: { withdrawnAt: new Date("2025-04-01T00:00:00Z") } });
    expect(read(snapshot({ comments: comment }))).toMatchObject({
      record: { withdrawnAt: new Date("2007-07-24T20:10:27Z") },
    });
  });

  test.each([
    ["the version's", paper({ published: null }), "2025-04-01T00:00:00Z"],
    ["the first version's", paper({ updated: undefined }), "2025-03-18T17:57:54Z"],
    ["the month's of its id", paper({ published: null, updated: "" }), "2025-03-01T00:00:00Z"],
    ["the month's of an old id", paper({ id: "hep-th/9912345", published: "", updated: "" }), "1999-12-01T00:00:00Z"],
    ["that of its metadata", snapshot({ versions: null }), "2008-11-26T00:00:00Z"],
    ["the month's of a snapshot", snapshot({ versions: [], update_date: null }), "2007-04-01T00:00:00Z"],
  ])("a withdrawal without a time of its own has the best one that is known: %s", (_, value, at) => {
    const comment = "This paper has been withdrawn";
    expect(read({ ...value, comment, comments: comment })).toMatchObject({ record: { withdrawnAt: new Date(at) } });
  });

  test("without parsed authors their line is read, where that is sure", () => {
    const names = ["C. Balázs", "E. L. Berger", "P. M. Nadolsky", "C.-P. Yuan"];
    expect(read(snapshot({ authors_parsed: undefined }))).toMatchObject({ record: { authors: names } });
    const unsure = read(snapshot({ authors_parsed: null, authors: "The X Collaboration: A. Example" }));
    expect(unsure).toMatchObject({ notes: [expect.stringContaining("authors dropped: it is not sure which parts")] });
    expect(unsure).not.toHaveProperty("record.authors");
  });

  test("values of another form count as unknown, and are named", () => {
    const odd = { abstract: 5, authors: [":", "Ada Example", { name: "B" }], categories: "cs.CL", published: "soon" };
    expect(read(paper({ ...odd, updated: "", license: "none", doi: "?" }))).toMatchObject({
      record: { authors: ["Ada Example"], authorCount: 1, categories: ["cs.CL"], observedAt },
      notes: [
        "abstract dropped: 5 is not a text.",
        'categories dropped: "cs.CL" is not a list of categories.',
        'published dropped: "soon" is not a day or time, such as 2026-05-13T09:30:00Z.',
        'an entry of authors dropped: {"name":"B"} is not a text.',
        'license dropped: "none" is not an http or https URL without user and password.',
        'an author dropped: ":" is not a name.',
        'doi dropped: "?" is not a DOI.',
      ],
    });
    expect(read(snapshot({ versions: [{ version: "v2", created: "Mon, 2 Apr 2007 19:18:42 GMT" }] }))).toMatchObject({
      record: { versions: undefined, publishedOn: undefined },
      notes: ["versions dropped: they are not numbered from v1 on, with a date each."],
    });
  });

  test.each([
    ["the day of its metadata", {}, "2008-11-26T00:00:00Z"],
    ["its last version, later on that day", { update_date: "2007-07-24" }, "2007-07-24T20:10:27Z"],
    ["its last version, without a day", { update_date: null }, "2007-07-24T20:10:27Z"],
    ["the day, without versions", { versions: null }, "2008-11-26T00:00:00Z"],
  ])("a snapshot's paper is as it was at the time of %s", (_, over, at) => {
    expect(read(snapshot(over))).toMatchObject({ record: { observedAt: new Date(at) } });
  });

  test("a day to come is no time at which a paper was read", () => {
    expect(read(snapshot({ update_date: "2999-01-01" }))).toMatchObject({ record: { observedAt } });
  });

  test.each([
    [{ paper: { id: "2409.04828", title: "T" } }, "It is not a paper of arXiv: id is missing, title is missing."],
    [{ ...paper(), title: 5 }, "It is not a paper of arXiv: title is not a text."],
    [{ ...snapshot(), id: 704.0001 }, "It is not a paper of arXiv: id is not a text."],
    [{ ...paper(), id: "704.0002" }, '"704.0002" is not an arXiv id'],
  ])("%j is rejected", (value, reason) => {
    expect(read(value)).toEqual({ rejected: { location: "line 1", reason: expect.stringContaining(reason) } });
  });
});
