import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import Parser from "rss-parser";
import { composeFeed } from "../../../src/web-feeds/compose";
import { formatNames } from "../../../src/web-feeds/feed-url";
import { formats } from "../../../src/web-feeds/formats/formats";
import { readFeedRequest } from "../../../src/web-feeds/parameters";
import type { QueriedPaper } from "../../../src/web-feeds/queries";
import { xmlText } from "../../../src/web-feeds/xml-text";
import { describeWithSharedData, sharedData } from "../../support/shared-data";
import { testWithTools } from "../tools";

const site = {
  siteName: "Daily & <Papers>",
  publicUrl: "https://papers.example/a&b",
  hub: "https://hub.example/?a=b&c=d",
  tag: null,
};
const period = { id: "x", key: "2026-05-12", startDate: "2026-05-12", endDate: "2026-05-12", isFinal: true };
const request = readFeedRequest("day", {});

const paperOf = (over: Partial<QueriedPaper>): QueriedPaper => ({
  id: "UGFwZXI6MQ",
  title: "A title",
  abstract: null,
  summary: null,
  url: null,
  pdfUrl: null,
  codeUrl: null,
  publishedOn: null,
  featuredOn: "2026-05-12",
  createdAt: new Date("2026-05-12T01:02:03Z"),
  updatedAt: new Date("2026-05-12T01:02:03Z"),
  authorCount: 0,
  categories: [],
  keywords: [],
  authors: { edges: [] },
  ...over,
});
const feedOf = (papers: QueriedPaper[], format: (typeof formatNames)[number]) =>
  composeFeed(site, request, format, {
    period,
    papers: papers.map((paper) => ({ paper, featuredOn: paper.featuredOn })),
  });

const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join("x");
const nastyTexts = [
  "<b>markup</b> & &amp; &lt; &#x0; &nbsp; <!-- comment --> <?php ?>",
  "]]> and <![CDATA[ inside ]]>",
  String.raw`$\mathcal{O}(n^2)$ with $x < y$ & \emph{more} % {}`,
  `controls ${controls} \u007f\u0080\u009f`,
  "halves \ud800 and \udfff, \ufffe\uffff, and whole \u{1f600}\u{10fffd}",
  "right to left: \u05e9\u05dc\u05d5\u05dd \u202eoverride\u202c \u0645\u0631\u062d\u0628\u0627",
  "\"quotes\" 'single' `back` \u2028\u2029\u0085",
  'javascript:alert(1)"><script>alert(1)</script>',
  " \t\n white \r\n space ",
  "\ufeffmark of order, a\u0301 combining, \u200d joined",
];
/** A hundred papers: each text in each place. */
const nastyPapers = nastyTexts.flatMap((text) => [
  paperOf({ title: text }),
  paperOf({ abstract: text }),
  paperOf({ summary: text }),
  paperOf({ keywords: [text] }),
  paperOf({ authors: { edges: [{ name: text }] }, authorCount: 3303 }),
  paperOf({ url: `https://papers.example/?q=${encodeURIComponent(xmlText(text))}&a='"<` }),
  paperOf({ url: text, pdfUrl: text, codeUrl: text }),
  paperOf({ title: text, abstract: text, keywords: [text, text], categories: ["cs.CL"] }),
  paperOf({ featuredOn: null, publishedOn: "0001-01-01", title: text }),
  paperOf({ featuredOn: null, title: `${text}.`, abstract: "", keywords: [""], authors: { edges: [{ name: "" }] } }),
]);

describe("what is written is XML and JSON", () => {
  test("nothing that XML does not allow is left", () => {
    for (const format of formatNames) {
      const text = String(formats[format].write(feedOf(nastyPapers, format)));
      expect(xmlText(text)).toBe(text);
    }
  });

  test("a reader's library gives titles and texts back as they are", async () => {
    for (const format of ["atom", "rss"] as const) {
      const feed = await new Parser().parseString(String(formats[format].write(feedOf(nastyPapers, format))));
      expect(feed.items).toHaveLength(100);
      const normal = (text = "") => xmlText(text).replace(/\r\n?/g, "\n");
      expect(feed.items.map(({ title }) => normal(title))).toEqual(nastyPapers.map(({ title }) => normal(title)));
    }
    const items = JSON.parse(String(formats.json.write(feedOf(nastyPapers, "json")))).items as { title: string }[];
    expect(items.map(({ title }) => title)).toEqual(nastyPapers.map(({ title }) => xmlText(title)));
  });

  test("of 3,303 authors twenty are named", () => {
    const edges = Array.from({ length: 20 }, (_, i) => ({ name: `Author ${i + 1}` }));
    const [entry] = feedOf([paperOf({ authors: { edges }, authorCount: 3303 })], "json").entries;
    expect(entry!.authors).toHaveLength(21);
    expect(entry!.authors.at(-1)).toBe("and 3,283 more");
  });

  testWithTools(["xmllint", "jing"], "validators accept a hundred nasty papers, and an empty feed", () => {
    expect(faultsOf(nastyPapers)).toEqual("");
    expect(faultsOf([])).toEqual("");
  });
});

describeWithSharedData("real papers", () => {
  testWithTools(["xmllint", "jing"], "validators accept ten thousand", () => {
    expect(faultsOf(realPapers(10_000))).toEqual("");
  });
});

/** What xmllint says of Atom and RSS, and jing of Atom by RFC 4287's grammar. */
function faultsOf(papers: QueriedPaper[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), "feeds-"));
  try {
    const [atom, rss] = (["atom", "rss"] as const).map((format) => {
      const file = path.join(folder, `feed.${format}`);
      writeFileSync(file, formats[format].write(feedOf(papers, format)));
      return file;
    });
    const run = (tool: string, args: string[]) => {
      try {
        return execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        // Of Debian's start script.
        return (stdout + stderr.replace(/^\[warning\].*\n/gm, "")).slice(0, 2000);
      }
    };
    return (
      run("xmllint", ["--noout", "--huge", atom!, rss!]) + run("jing", ["-c", path.join(__dirname, "atom.rnc"), atom!])
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function realPapers(count: number): QueriedPaper[] {
  const lines = gunzipSync(readFileSync(sharedData.arxivPapers)).toString().split("\n", count);
  return lines.map((line) => {
    const { id, title, abstract, authors, categories } = JSON.parse(line);
    return paperOf({
      id: Buffer.from(`Paper:${id}`).toString("base64url"),
      title,
      abstract,
      url: `https://arxiv.org/abs/${id}`,
      pdfUrl: `https://arxiv.org/pdf/${id}`,
      authors: { edges: authors.slice(0, 20).map((name: string) => ({ name })) },
      authorCount: authors.length,
      categories,
    });
  });
}
