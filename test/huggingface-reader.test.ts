import { readHuggingFaceItem } from "../src/ingest/huggingface.reader";
import type { PaperLook } from "../src/ingest/look";

const seenAt = new Date("2026-01-01T00:00:00Z");
const item = (paper: object = {}, outer: object = {}) => ({
  paper: { id: "2409.04828", title: "T", ...paper },
  ...outer,
});
const read = (value: unknown, day?: string) => readHuggingFaceItem(value, { place: "line 1", day, seenAt });

function good(value: unknown, day?: string): { look: PaperLook; notes: string[] } {
  const result = read(value, day);
  if ("rejected" in result) throw new Error(result.rejected.reason);
  return result;
}

describe("a Hugging Face item", () => {
  test("with a value of thousands of levels where a text should be is good without it", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(good(item({ summary: deep })).notes).toEqual([expect.stringMatching(/^summary dropped: .*levels/)]);
  });

  test("gives what the source says of the paper, and nothing of accounts", () => {
    const { look, notes } = good({
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
    expect(look).toEqual({
      place: "line 1",
      seenAt: new Date("2024-09-10T17:07:10Z"),
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
    const { look, notes } = good(item());
    expect(notes).toEqual([]);
    expect(look.authors).toBeUndefined();
    expect(look).toMatchObject({ seenAt, featured: undefined, upvotes: undefined });
  });

  test("has its feed day from the list, else from the asked date, else from the submission", () => {
    const submitted = { submittedOnDailyAt: "2026-05-29T04:00:00Z" };
    expect(good(item(submitted, { _date: "2026-05-28" }), "2026-05-27").look.featured).toEqual({
      on: "2026-05-28",
      at: new Date("2026-05-28T00:00:00Z"),
    });
    expect(good(item(submitted), "2026-05-27").look.featured?.on).toBe("2026-05-27");
    expect(good(item(submitted)).look.featured).toEqual({ on: "2026-05-29", at: new Date("2026-05-29T04:00:00Z") });
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
    [{ submittedOnDailyAt: "soon" }, "submittedOnDailyAt"],
  ])("%j is dropped with a note, and the rest is kept", (paper, field) => {
    const { look, notes } = good(item(paper));
    expect(look.title).toBe("T");
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(field);
  });

  test("has its days in UTC, whatever the zone of the time or of the machine", () => {
    const published = (publishedAt: string) => good(item({ publishedAt })).look.publishedOn;
    expect(published("2025-11-05T00:30:00")).toBe("2025-11-05");
    expect(published("2025-11-05T23:30:00")).toBe("2025-11-05");
    expect(published("2025-11-05T00:30:00+02:00")).toBe("2025-11-04");
    expect(published("2025-11-05")).toBe("2025-11-05");
  });

  test("a time of the look that is none is dropped with a note", () => {
    const { look, notes } = good(item({}, { _snapshotAt: "yesterday" }));
    expect(look.seenAt).toEqual(seenAt);
    expect(notes).toEqual([expect.stringContaining("_snapshotAt")]);
  });

  test.each([
    ["https://github.com/a/b//", "https://github.com/a/b"],
    ["https://github.com/a/b.git", "https://github.com/a/b"],
    ["https://gitlab.com/a/b/", "https://gitlab.com/a/b"],
  ])("the repository %s is %s", (githubRepo, codeUrl) => expect(good(item({ githubRepo })).look.codeUrl).toBe(codeUrl));

  test.each([
    [item({ id: "2503.0213" }), "no arXiv id"],
    [item({ id: "704.0002" }), "no arXiv id"],
    [item({ id: 2503.02 }), "It is no daily papers item: paper.id is not a text."],
    [item({ title: undefined }), "It is no daily papers item: paper.title is missing."],
    [item({ id: null, title: undefined }), "item: paper.id is not a text, paper.title is missing."],
    [item({}, { _date: "2025-13-40" }), "calendar"],
    [item({}, { _date: "" }), "calendar"],
    [{ status: "no_data" }, "It is no daily papers item: paper is missing."],
    [{ paper: "2503.02130" }, "It is no daily papers item: paper is not an object."],
    ["text", "It is no daily papers item: it is not an object."],
    [null, "It is no daily papers item: it is not an object."],
  ])("%j is rejected with its place and a reason", (value, reason) => {
    expect(read(value)).toEqual({ rejected: { place: "line 1", reason: expect.stringContaining(reason) } });
  });
});
