import Parser from "rss-parser";
import { formatNames } from "../../../src/web-feeds/feed-url";
import { xmlText } from "../../../src/web-feeds/xml-text";
import { testWithTools } from "../tools";
import { faultsOf, feedOf, paperOf } from "./papers";

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
      const text = feedOf(nastyPapers, format);
      expect(xmlText(text)).toBe(text);
    }
  });

  test("a reader's library gives titles and texts back as they are", async () => {
    for (const format of ["atom", "rss"] as const) {
      const feed = await new Parser().parseString(feedOf(nastyPapers, format));
      expect(feed.items).toHaveLength(100);
      const normal = (text = "") => xmlText(text).replace(/\r\n?/g, "\n");
      expect(feed.items.map(({ title }) => normal(title))).toEqual(nastyPapers.map(({ title }) => normal(title)));
    }
    const items = JSON.parse(feedOf(nastyPapers, "json")).items as { title: string }[];
    expect(items.map(({ title }) => title)).toEqual(nastyPapers.map(({ title }) => xmlText(title)));
  });

  test("of 3,303 authors twenty are named", () => {
    const edges = Array.from({ length: 20 }, (_, i) => ({ name: `Author ${i + 1}` }));
    const [item] = JSON.parse(feedOf([paperOf({ authors: { edges }, authorCount: 3303 })], "json")).items;
    expect(item.authors).toHaveLength(21);
    expect(item.authors.at(-1)).toEqual({ name: "and 3,283 more" });
  });

  testWithTools(["xmllint", "jing"], "validators accept a hundred nasty papers, and an empty feed", () => {
    expect(faultsOf(nastyPapers, [])).toEqual("");
  });
});
