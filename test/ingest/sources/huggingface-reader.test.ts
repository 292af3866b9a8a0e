import { good, item, observedAt, read } from "./huggingface-item";

describe("a Hugging Face item", () => {
  test("with a value of thousands of levels where a text should be is good without it", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(good(item({ summary: deep })).notes).toEqual([
      expect.stringMatching(/^summary dropped: .*nested too deeply/),
    ]);
  });

  test("gives what the source says of the paper, and nothing of accounts", () => {
    const { record, notes } = good({
      paper: {
        id: "2409.04828",
        title: "POINTS:\n  Improving $x$ <think>",
        summary: "Two\nlines",
        publishedAt: "2024-09-07T13:41:37.000Z",
        submittedOnDailyAt: "2024-09-10T02:00:00.000Z",
        submittedOnDailyBy: { user: "someone" },
        authors: [
          { name: "Yuan Liu", user: { user: "someone" }, hidden: false },
          { name: "Hidden", hidden: true },
          { name: " " },
        ],
        upvotes: 7,
        ai_summary: "Short.",
        ai_keywords: ["VLM", "vlm ", "OCR"],
        githubRepo: "https://github.com/a/b/tree/main/c",
        githubStars: 5,
        projectPage: " https://x.test/p",
        organization: { name: "ByteDance-Seed", fullname: "ByteDance Seed", avatar: "/relative.png" },
      },
      publishedAt: "2024-09-09T20:00:00.000Z",
      thumbnail: "https://cdn.test/t.png",
      numComments: 1,
      submittedBy: { name: "someone" },
      _date: "2024-09-10",
      _snapshotAt: "2024-09-10T17:07:10Z",
    });
    expect(notes).toEqual([]);
    expect(record).toEqual({
      location: "line 1",
      observedAt: new Date("2024-09-10T17:07:10Z"),
      arxivId: "2409.04828",
      title: "POINTS: Improving $x$ <think>",
      abstract: "Two lines",
      summary: "Short.",
      keywords: ["VLM", "OCR"],
      publishedOn: "2024-09-07",
      featured: { on: "2024-09-10", at: new Date("2024-09-10T02:00:00Z") },
      authors: ["Yuan Liu"],
      authorCount: 3,
      organization: { key: "bytedance-seed", name: "ByteDance Seed", logoUrl: undefined },
      url: "https://arxiv.org/abs/2409.04828",
      pdfUrl: "https://arxiv.org/pdf/2409.04828",
      thumbnailUrl: "https://cdn.test/t.png",
      projectUrl: "https://x.test/p",
      codeUrl: "https://github.com/a/b",
      codeStars: 5,
      upvotes: 7,
      comments: 1,
    });
  });

  test("needs no more than an id and a title", () => {
    const { record, notes } = good(item());
    expect(notes).toEqual([]);
    expect(record.authors).toBeUndefined();
    expect(record).toMatchObject({ observedAt, featured: undefined, upvotes: undefined });
  });

  test("has its feed day from the list, else from the asked date, else from the submission", () => {
    const submitted = { submittedOnDailyAt: "2026-05-29T04:00:00Z" };
    expect(good(item(submitted, { _date: "2026-05-28" }), "2026-05-27").record.featured).toEqual({
      on: "2026-05-28",
      at: new Date("2026-05-28T00:00:00Z"),
    });
    expect(good(item(submitted), "2026-05-27").record.featured).toMatchObject({
      on: "2026-05-27",
      listedBy: "huggingface",
    });
    expect(good(item(submitted)).record.featured).toEqual({ on: "2026-05-29", at: new Date("2026-05-29T04:00:00Z") });
  });

  test.each([
    [{ githubRepo: "https://github.com/DFIR-Metric" }, "githubRepo"],
    [{ githubRepo: "not a url" }, "githubRepo"],
    [{ projectPage: "javascript:alert(1)" }, "projectPage"],
    [{ upvotes: -1 }, "upvotes"],
    [{ upvotes: 1.5 }, "upvotes"],
    [{ upvotes: "many" }, "upvotes"],
    [{ ai_keywords: "one" }, "ai_keywords"],
    [{ authors: "Ada" }, "authors"],
    [{ githubRepo: "https://github.com/a/.git" }, "githubRepo"],
    [{ publishedAt: "2025-13-40" }, "publishedAt"],
    [{ publishedAt: "2025-02-30T00:00:00Z" }, "publishedAt"],
    [{ publishedAt: "5" }, "publishedAt"],
    [{ publishedAt: "01/03/2026" }, "publishedAt"],
    [{ publishedAt: "2026/3/1" }, "publishedAt"],
    [{ publishedAt: "2026-03/01" }, "publishedAt"],
    [{ publishedAt: "20260230" }, "publishedAt"],
    [{ publishedAt: "31 Feb 2026" }, "publishedAt"],
    [{ publishedAt: "1 Foo 2026" }, "publishedAt"],
    [{ publishedAt: "1 Mar 2026 12:00 XYZ" }, "publishedAt"],
    [{ publishedAt: "2026-03-01T25:00" }, "publishedAt"],
    [{ submittedOnDailyAt: "soon" }, "submittedOnDailyAt"],
  ])("%j is dropped with a note, and the rest is kept", (paper, field) => {
    const { record, notes } = good(item(paper));
    expect(record.title).toBe("T");
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(field);
  });

  test.each([
    [[{ name: "Ada" }, "Bob"], ["Ada", "Bob"], 2],
    [["Ada", "Bob"], ["Ada", "Bob"], 2],
    [[{ name: "Ada" }, null, { name: "Bob" }, 5], ["Ada", "Bob"], 4],
    [[{ name: "Ada" }, { name: ["Bob"] }], ["Ada"], 2],
    [[{ name: "Ada", hidden: "yes" }, { name: "Bob" }], ["Bob"], 2],
  ])("of the authors %j each is read for itself, and all are counted", (authors, names, authorCount) => {
    const { record, notes } = good(item({ authors }));
    expect(record).toMatchObject({ authors: names, authorCount });
    expect(notes).toHaveLength(names.length < authorCount ? 1 : 0);
  });

  test("an odd entry of a list costs itself alone, and one note tells of all of them", () => {
    const { record, notes } = good(item({ ai_keywords: ["a", null, "b", 5] }));
    expect(record.keywords).toEqual(["a", "b"]);
    expect(notes).toEqual(["an entry of ai_keywords dropped: null is not a text, nor are 1 more."]);
  });

  test("counts in text are read", () => {
    const { record, notes } = good(item({ upvotes: "12", githubStars: " 3 " }, { numComments: "1,234" }));
    expect(record).toMatchObject({ upvotes: 12, codeStars: 3, comments: 1234 });
    expect(notes).toEqual([]);
  });

  test.each(["1,23", "1,2345", ",123", "1.234", "1 234", "1,234.5"])(
    "the count %j may mean something else",
    (upvotes) => {
      const { record, notes } = good(item({ upvotes }));
      expect(record.upvotes).toBeUndefined();
      expect(notes).toEqual([expect.stringContaining("upvotes dropped")]);
    },
  );

  test("what is empty is not given, as null is", () => {
    const blank = Object.fromEntries(
      ["summary", "publishedAt", "submittedOnDailyAt", "authors", "upvotes", "ai_summary", "ai_keywords"]
        .concat("githubRepo", "githubStars", "projectPage", "organization")
        .map((name) => [name, " "]),
    );
    const outer = { thumbnail: "", numComments: "", _date: "", _snapshotAt: "" };
    expect(good(item(blank, outer), "2026-05-27")).toEqual(good(item(), "2026-05-27"));
  });

  test("an organization is known by its short name: without one it is none, with an odd part it is without that", () => {
    const without = good(item({ organization: { fullname: "Deep Example" } }));
    expect(without.record.organization).toBeUndefined();
    expect(without.notes).toEqual([expect.stringContaining("organization dropped")]);
    const odd = good(item({ organization: { name: "Deep", fullname: 5 } }));
    expect(odd.record.organization).toMatchObject({ key: "deep", name: "Deep" });
    expect(odd.notes).toEqual(["organization.fullname dropped: 5 is not a text."]);
  });

  test.each([
    ["2026-06-09 00:00:00", "2026-06-09"],
    ["2026-06-09 23:30:00.123456", "2026-06-09"],
    ["2026-06-09 00:30:00+02", "2026-06-08"],
    ["2026-06-09T00:30:00+0200", "2026-06-08"],
    ["2026-06-09 12:00:00 UTC", "2026-06-09"],
    [" 2026-06-09t12:00z ", "2026-06-09"],
    ["2026/06/09", "2026-06-09"],
    ["2026/06/09 23:30:00", "2026-06-09"],
    ["20260609", "2026-06-09"],
    ["20260609T003000+0200", "2026-06-08"],
    ["20260609T1230Z", "2026-06-09"],
    ["Tue, 09 Jun 2026 23:30:00 GMT", "2026-06-09"],
    ["Tue, 9 Jun 2026 00:30:00 +0200", "2026-06-08"],
    ["9 Jun 2026 12:00 UTC", "2026-06-09"],
    ["09 jun 2026", "2026-06-09"],
    ["9 June 2026", "2026-06-09"],
    ["June 9, 2026", "2026-06-09"],
    ["Sept. 9 2026", "2026-09-09"],
    ["2026-06-09\u200b", "2026-06-09"],
  ])("the time %j is of %s", (publishedAt, day) => {
    const { record, notes } = good(item({ publishedAt }, { _date: publishedAt }));
    expect(record).toMatchObject({ publishedOn: day, featured: { on: day } });
    expect(notes).toEqual([]);
  });

  test("characters that nobody sees are in none of its texts", () => {
    const { record } = good(
      item({
        title: "Title\u202eeltit \u200bof\u00ad two",
        summary: "An\u200b abstract",
        ai_keywords: ["a\u200bgents", "agents"],
        authors: ["Ada\u200e Example\u202c"],
        organization: { name: "deep\u200b", fullname: "Deep\u00ad" },
      }),
    );
    expect(record).toMatchObject({
      title: "Titleeltit of two",
      abstract: "An abstract",
      keywords: ["agents"],
      authors: ["Ada Example"],
      organization: { key: "deep", name: "Deep" },
    });
  });

  test("has its days in UTC, whatever the zone of the time or of the machine", () => {
    const published = (publishedAt: string) => good(item({ publishedAt })).record.publishedOn;
    expect(published("2025-11-05T00:30:00")).toBe("2025-11-05");
    expect(published("2025-11-05T23:30:00")).toBe("2025-11-05");
    expect(published("2025-11-05T00:30:00+02:00")).toBe("2025-11-04");
    expect(published("2025-11-05")).toBe("2025-11-05");
  });

  test("a time of the record that is none is dropped with a note", () => {
    const { record, notes } = good(item({}, { _snapshotAt: "yesterday" }));
    expect(record.observedAt).toEqual(observedAt);
    expect(notes).toEqual([expect.stringContaining("_snapshotAt")]);
  });

  test("names are without TeX's accents and marks of footnotes", () => {
    const authors = [{ name: 'J{\\"o}rg Example' }, { name: "Ada Example†" }];
    expect(good(item({ authors })).record.authors).toEqual(["Jörg Example", "Ada Example"]);
  });

  test.each([
    [item({ id: "2503.0213" }), "not an arXiv id"],
    [item({ id: "704.0002" }), "not an arXiv id"],
    [item({ id: 2503.02 }), "It is not a daily papers item: paper.id is not a text."],
    [item({ title: undefined }), "It is not a daily papers item: paper.title is missing."],
    [item({ id: null, title: undefined }), "item: paper.id is not a text, paper.title is missing."],
    [item({}, { _date: "2025-13-40" }), "calendar"],
    [item({}, { _date: "01/03/2026" }), "calendar"],
    [{ status: "no_data" }, "It is not a daily papers item: paper is missing."],
    [{ paper: "2503.02130" }, "It is not a daily papers item: paper is not an object."],
    ["text", "It is not a daily papers item: it is not an object."],
    [null, "It is not a daily papers item: it is not an object."],
  ])("%j is rejected with its location and a reason", (value, reason) => {
    expect(read(value)).toEqual({ rejected: { location: "line 1", reason: expect.stringContaining(reason) } });
  });
});
