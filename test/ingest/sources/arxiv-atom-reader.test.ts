import type { SourceRecord } from "../../../src/ingest/source-record";
import { describeWithSharedData } from "../../support/shared-data";
import { entry, errorEntry, feed, readParts, recordedAnswer } from "./arxiv-atom";

async function record(text: string): Promise<SourceRecord> {
  const [, part] = await readParts(feed(text));
  if (!part || !("item" in part) || !("record" in part.item)) throw new Error(`no record: ${JSON.stringify(part)}`);
  return part.item.record;
}

describe("arXiv's Atom feeds", () => {
  test("an entry is a paper: texts on one line, names in order, categories with the primary one first", async () => {
    const more = `<arxiv:comment>12 pages,
      1 figure</arxiv:comment><arxiv:journal_ref>J. Ex. 1 (2020)</arxiv:journal_ref><arxiv:doi>10.1000/ex.1</arxiv:doi>`;
    expect(await record(entry("1706.03762v7", more))).toEqual({
      source: "arxiv",
      location: "entry 1",
      observedAt: new Date("2026-04-12T22:09:26Z"),
      arxivId: "1706.03762",
      title: "A Title of Two Lines",
      abstract: "What it is about.",
      publishedOn: "2017-06-13",
      authors: ["Ada Example", "Bela Bártok"],
      authorCount: 2,
      url: "https://arxiv.org/abs/1706.03762",
      pdfUrl: "https://arxiv.org/pdf/1706.03762",
      categories: ["cs.CL", "cs.LG"],
      doi: "10.1000/ex.1",
      journalReference: "J. Ex. 1 (2020)",
      arxivComment: "12 pages, 1 figure",
    });
  });

  test("all versions are known of a paper that has one or two, and of an id without a version none", async () => {
    const first = { number: 1, submittedAt: new Date("2017-06-13T00:57:34Z") };
    expect((await record(entry("1706.03762v1"))).versions).toEqual([first]);
    const second = { number: 2, submittedAt: new Date("2023-08-02T00:41:18Z") };
    expect((await record(entry("1706.03762v2"))).versions).toEqual([first, second]);
    expect((await record(entry("1706.03762v3"))).versions).toBeUndefined();
    expect((await record(entry("1706.03762"))).versions).toBeUndefined();
  });

  test("a withdrawal is told by its comment, and is of the current version's time", async () => {
    const more = "<arxiv:comment>This paper has been withdrawn by the author</arxiv:comment>";
    expect((await record(entry("1706.03762v2", more))).withdrawnAt).toEqual(new Date("2023-08-02T00:41:18Z"));
    expect(await record(entry("1706.03762v2"))).not.toHaveProperty("withdrawnAt", expect.anything());
  });

  test("a withdrawal without that time is of the first version's, or of the month of its id", async () => {
    const withdrawn = entry("1706.03762v2", "<arxiv:comment>Withdrawn</arxiv:comment>");
    const without = (text: string, name: string) => text.replace(new RegExp(`<${name}>.*?</${name}>`), "");
    const first = without(withdrawn, "updated");
    expect((await record(first)).withdrawnAt).toEqual(new Date("2017-06-13T00:57:34Z"));
    expect((await record(without(first, "published"))).withdrawnAt).toEqual(new Date("2017-06-01T00:00:00Z"));
  });

  test("an old id loses its class, and several DOIs all but the first", async () => {
    const { arxivId, doi } = await record(
      entry("math.GT/0309136v1", "<arxiv:doi>doi:10.1070/RM2004v059 10.4213/rm7</arxiv:doi>"),
    );
    expect([arxivId, doi]).toEqual(["math/0309136", "10.1070/RM2004v059"]);
  });

  test("what cannot be used is noted, and nobody's name is no author", async () => {
    const more = "<author><name>:</name></author><arxiv:doi>none</arxiv:doi>";
    const [, part] = await readParts(feed(entry("1706.03762v1", more)));
    expect(part).toMatchObject({
      item: {
        record: { authorCount: 2, doi: undefined },
        notes: ['an author dropped: ":" is not a name.', 'doi dropped: "none" is not a DOI.'],
      },
    });
  });

  test("an error in a paper's place is told apart, and an entry without an id is rejected", async () => {
    const nameless = "<entry><title>Error</title><summary>bad  luck</summary></entry><entry><title>T</title></entry>";
    expect(await readParts(feed(errorEntry("incorrect id format for abc") + nameless, 3))).toEqual([
      { totalResults: 3 },
      { error: "incorrect id format for abc", location: "entry 1" },
      { error: "bad luck", location: "entry 2" },
      { item: { rejected: { location: "entry 3", reason: "It has no id." } } },
      { start: 0, end: 3 },
    ]);
  });

  test("an entry of no paper's id is rejected; one titled Error is a paper like others", async () => {
    const titled = entry("2601.00001v1").replace(/<title>[^<]*/, "<title>Error");
    const parts = await readParts(feed(entry("2503.0213v1") + titled));
    expect(parts[1]).toMatchObject({ item: { rejected: { reason: expect.stringContaining("is not an arXiv id") } } });
    expect(parts[2]).toMatchObject({ item: { record: { title: "Error" } } });
  });

  test("elements of other namespaces do not count", async () => {
    const more =
      '<x:title xmlns:x="urn:x">Other</x:title><comment>Other</comment><x:doi xmlns:x="urn:x">10.1/1</x:doi>';
    const { title, arxivComment, doi } = await record(entry("1706.03762v1", more));
    expect([title, arxivComment, doi]).toEqual(["A Title of Two Lines", null, null]);
  });
});

describeWithSharedData("arXiv's real Atom answers", () => {
  test("one paper, an old id and journal reference, and ids of which one is unknown", async () => {
    expect(await readParts(recordedAnswer("id_1605.08386").body)).toMatchObject([
      { totalResults: 1 },
      {
        item: {
          record: {
            arxivId: "1605.08386",
            title: "Heat-bath random walks with Markov bases",
            authors: ["Caprice Stanley", "Tobias Windisch"],
            categories: ["math.CO", "math.ST"],
            publishedOn: "2016-05-26",
            versions: [{ number: 1, submittedAt: new Date("2016-05-26T17:59:46Z") }],
          },
          notes: [],
        },
      },
      { start: 0, end: 1 },
    ]);
    expect((await readParts(recordedAnswer("id_astro-ph").body))[1]).toMatchObject({
      item: { record: { arxivId: "astro-ph/0601001", journalReference: "ActaAstron.56:1-50,2006", authorCount: 4 } },
    });
    const [, first, ...others] = await readParts(recordedAnswer("id_0808.05394").body);
    expect(first).toMatchObject({
      item: { record: { arxivId: "1707.08567", authors: expect.arrayContaining(["Dirk Wübben"]), authorCount: 34 } },
    });
    expect(others).toEqual([{ start: 0, end: 1 }]);
  });

  test("no paper, and an error", async () => {
    expect(await readParts(recordedAnswer("id_0000.0000").body)).toEqual([{ totalResults: 0 }, { start: 0, end: 0 }]);
    expect(await readParts(recordedAnswer("id_abc").body)).toEqual([
      { totalResults: 1 },
      { error: "incorrect id format for abc", location: "entry 1" },
      { start: 0, end: 1 },
    ]);
  });

  test("pages of a search, without a note", async () => {
    for (const [name, start] of [
      ["q_testing_s0", 0],
      ["q_testing_s10", 10],
    ] as const) {
      const [total, ...parts] = await readParts(recordedAnswer(name).body);
      expect(total).toEqual({ totalResults: 214_881 });
      expect(parts.pop()).toEqual({ start, end: start + 10 });
      expect(parts).toHaveLength(10);
      for (const part of parts) expect(part).toMatchObject({ item: { notes: [], record: { source: "arxiv" } } });
    }
  });
});
