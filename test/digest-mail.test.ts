import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { DigestFrequency } from "../src/digests/digest.types";
import { renderConfirmation, renderReminder } from "../src/digests/mail/consent.mail";
import { renderDigest } from "../src/digests/mail/digest.mail";
import { clip, firstSentences } from "../src/digests/mail/excerpt";
import type { DigestContent, DigestPaper, RenderedMail } from "../src/digests/mail/mail.types";
import { button, palettes } from "../src/digests/mail/styles";
import { authorsInWords, periodInWords } from "../src/digests/mail/words";
import { describeWithSharedData, sharedData } from "./support/shared-data";

const at = (place: string) => `https://papers.test/digest/${place}/Zm9v-_`;
const links = { webCopy: at("copy"), manage: at("manage"), unsubscribe: at("unsubscribe") };

const aPaper = (changes: Partial<DigestPaper> = {}): DigestPaper => ({
  rank: 1,
  feedKey: null,
  title: "A title",
  authors: ["Ada Lovelace", "Alan Turing", "Grace Hopper"],
  authorCount: 7,
  upvotesInPeriod: 1234,
  abstract: "An abstract.",
  url: "https://arxiv.org/abs/2610.00001",
  codeUrl: "https://github.com/owner/name",
  ...changes,
});

const digest = (papers: DigestPaper[], changes: Partial<DigestContent> = {}) =>
  renderDigest({ frequency: DigestFrequency.DAILY, feedKeys: ["2026-10-07"], papers, links, ...changes });

const times = (count: number, changes: Partial<DigestPaper>) =>
  Array.from({ length: count }, (_, i) => aPaper({ rank: i + 1, ...changes }));

/** What a person sees of HTML. */
const seen = (html: string) =>
  html
    .replace(/<(title|style)\b[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
const titles = (html: string) => Array.from(html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g), ([, title]) => seen(title!));
const hrefs = (html: string) => Array.from(html.matchAll(/href="([^"]*)"/g), ([, href]) => seen(href!));
/** All tags with the names of their attributes: what a browser makes elements of. */
const tags = (html: string) =>
  Array.from(html.matchAll(/<[^>]*>/g), ([tag]) => tag.replace(/="[^"]*"/g, "").replace(/\s+/g, " "));
const oneLine = (text: string) => text.replace(/\s+/g, " ");
const bytes = (text: string) => Buffer.byteLength(text);

describe("a digest", () => {
  test("shows rank, upvotes, title, authors, the abstract's beginning and links, in both parts", async () => {
    const { html, text } = await digest([aPaper({ rank: 3 })]);
    for (const part of [seen(html), text]) {
      expect(part).toContain("Wednesday, 7 October 2026");
      expect(part).toContain("1 paper, ranked by upvotes.");
      expect(part).toContain("No. 3 · 1,234 upvotes");
      expect(part).toContain("A title");
      expect(part).toContain("Ada Lovelace, Alan Turing, Grace Hopper and 4 more");
      expect(part).toContain("An abstract.");
    }
    const urls = [links.webCopy, "https://arxiv.org/abs/2610.00001", "https://github.com/owner/name"];
    expect(hrefs(html)).toEqual([...urls, links.manage, links.unsubscribe]);
    for (const url of [...urls, links.manage, links.unsubscribe]) expect(text).toContain(url);
  });

  test("of several feeds names their span, and says of each paper in which one it ranks", async () => {
    const feedKeys = ["2026-10-08", "2026-10-09"];
    const papers = [aPaper({ feedKey: "2026-10-09" }), aPaper({ feedKey: "2026-10-08" })];
    const { html, text } = await digest(papers, { feedKeys });
    for (const part of [seen(html), text]) {
      expect(part).toContain("8–9 October 2026");
      expect(part).toContain("2 papers, the most upvoted of each day first.");
      expect(part).toContain("No. 1 on Friday, 9 October · 1,234 upvotes");
      expect(part).toContain("No. 1 on Thursday, 8 October · 1,234 upvotes");
    }
    expect((await digest([], { feedKeys })).subject).toBe("No papers: 8–9 October 2026");
    const weekly = await digest([aPaper({ feedKey: "2026-W40" })], { feedKeys: ["2026-W40", "2026-W41"] });
    expect(weekly.text).toContain("1 paper, the most upvoted of each week first.");
    expect(weekly.text).toContain("No. 1 in week 40 · ");
  });

  test("names the top paper in a subject of one short line", async () => {
    const subject = async (...papers: DigestPaper[]) => (await digest(papers)).subject;
    expect(await subject(aPaper())).toBe("A title");
    expect(await subject(aPaper(), aPaper())).toBe("A title and 1 more paper");
    const long = await subject(aPaper({ title: `A\r\nBcc: x@y.test\n  ${"word ".repeat(40)}` }), ...times(49, {}));
    expect(long).toMatch(/^A Bcc: x@y\.test word .*word… and 49 more papers$/);
    expect(long.length).toBeLessThanOrEqual(90);
  });

  test("tells what is in it beside the subject in a list of mails", async () => {
    const { html } = await digest([aPaper(), aPaper({ title: "The second" }), aPaper({ title: "The third" })]);
    expect(html).toMatch(/display:none[^>]*>Wednesday, 7 October 2026 · The second · The third<\/div>/);
  });

  test("without papers says that none passed the filter", async () => {
    const { subject, html, text } = await digest([]);
    expect(subject).toBe("No papers: Wednesday, 7 October 2026");
    for (const part of [seen(html), text]) expect(part).toContain("No paper passed your filter.");
  });

  test("shows a paper of which little is known", async () => {
    const paper = aPaper({
      authors: [],
      authorCount: 14,
      upvotesInPeriod: 1,
      abstract: null,
      url: null,
      codeUrl: null,
    });
    const { html, text } = await digest([paper]);
    for (const part of [seen(html), text]) expect(part).toContain("14 authors");
    expect(text).toContain("No. 1 · 1 upvote\nA title\n14 authors\n\n---");
    expect(hrefs(html)).toEqual([links.webCopy, links.manage, links.unsubscribe]);
  });

  test("is the same, byte for byte, when it is made again", async () => {
    expect(await digest(times(3, {}))).toEqual(await digest(times(3, {})));
  });

  test("has text lines that fit a window, but for URLs", async () => {
    const { text } = await digest([aPaper({ title: "word ".repeat(60), abstract: "word ".repeat(100) })]);
    for (const line of text.split("\n")) if (!line.includes("://")) expect(line.length).toBeLessThanOrEqual(72);
    expect(text).not.toMatch(/[ \t]$/m);
  });
});

describe("every mail", () => {
  const mails: [string, () => Promise<RenderedMail>][] = [
    ["digest", () => digest(times(2, {}))],
    ["empty digest", () => digest([])],
    ["confirmation", () => renderConfirmation({ frequency: DigestFrequency.DAILY, links: { confirm: at("confirm") } })],
    ["reminder", () => renderReminder({ frequency: DigestFrequency.DAILY, links })],
  ];

  test.each(mails)("%s: loads nothing and tracks nothing", async (_, render) => {
    const { html } = await render();
    expect(html).not.toMatch(/<(img|link|script|iframe|object|form|input)\b|\bsrc=|@import|url\(/i);
    for (const href of hrefs(html)) expect(href).toMatch(/^https:\/\/(papers\.test|arxiv\.org|github\.com)\//);
  });

  test.each(mails)(
    "%s: tells its language and title, has one main heading, and lays out with tables that are none",
    async (_, render) => {
      const { html } = await render();
      expect(html).toMatch(/<html lang="en" dir="ltr"/);
      expect(html).toMatch(/<title>\S.*<\/title>/);
      expect(html.match(/<h1\b/g)).toHaveLength(1);
      for (const [table] of html.matchAll(/<table\b[^>]*>/g)) expect(table).toContain('role="presentation"');
      for (const [, label] of html.matchAll(/<a\b[^>]*>([\s\S]*?)<\/a>/g)) expect(seen(label!).trim()).toMatch(/\w{4}/);
    },
  );

  test.each(mails)("%s: has its colours inlined, and others for the dark", async (_, render) => {
    const { html } = await render();
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain("@media (prefers-color-scheme: dark)");
    for (const [tag] of html.matchAll(/<[^>]* class="(ink|muted|link)\b[^>]*>/g))
      expect(tag).toMatch(/style="[^"]*color: #/);
  });

  test("reads well in the light and in the dark (WCAG AA)", () => {
    for (const { paper, ink, muted, link } of Object.values(palettes))
      for (const color of [ink, muted, link]) expect(contrast(color, paper)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(button.ink, button.paper)).toBeGreaterThanOrEqual(4.5);
  });
});

describe("a confirmation", () => {
  test("asks, and leads to the page that confirms and nowhere else", async () => {
    const content = { frequency: DigestFrequency.WEEKDAYS, links: { confirm: at("confirm") } };
    const { subject, html, text } = await renderConfirmation(content);
    expect(subject).toBe("Please confirm: the weekday digest of Daily Papers");
    expect(new Set(hrefs(html))).toEqual(new Set([at("confirm")]));
    expect(text.match(/https?:\S+/g)).toEqual([at("confirm")]);
    for (const part of [seen(html), oneLine(text)]) expect(part).toContain("do nothing: without a confirmation");
  });
});

describe("a reminder", () => {
  test("says that the digest is on its way, and how to change or end it", async () => {
    const { subject, html, text } = await renderReminder({ frequency: DigestFrequency.MONTHLY, links });
    expect(subject).toBe("You are already subscribed: the monthly digest of Daily Papers");
    for (const url of [links.manage, links.unsubscribe]) {
      expect(hrefs(html)).toContain(url);
      expect(text).toContain(url);
    }
  });
});

describe("what others wrote", () => {
  const hostile = [
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    '<mj-include path="/etc/passwd" /></mj-text><mj-raw>',
    "<!-- [if mso]><b> --> <![CDATA[ x ]]>",
    "{{ constructor }} [[ x ]] <% x %> JUICE_CODE_BLOCK_0_",
    "}} {{",
    "&lt;b&gt; &amp; &#60;i&#62; &nbsp;",
    `" onmouseover="alert(1)" ' style='x`,
    "$& $1 $` \\0 \\",
    "<think> Let's x < y && y > z",
  ];

  test.each(hostile)("is shown as it is and adds no tag: %s", async (text) => {
    const paper = aPaper({ title: text, authors: [text], abstract: text });
    const { html, text: plain, subject } = await digest([paper, paper]);
    const harmless = await digest(times(2, { authors: ["x"] }));
    expect(tags(html)).toEqual(tags(harmless.html));
    expect(titles(html)).toEqual([text, text]);
    for (const part of [seen(html), oneLine(plain)]) expect(part.split(text).length).toBeGreaterThanOrEqual(6);
    expect(subject).toBe(`${text} and 1 more paper`);
  });

  test("is one line without control characters, overrides of direction and halves of characters", async () => {
    const title = "One\n  two\u0000\u001b[31m\u202eeerht\u2028four \ud83d \u{1f600}";
    const { html, text, subject } = await digest([aPaper({ title, authors: ["A\r\nB"], authorCount: 1 })]);
    expect(titles(html)).toEqual(["One two[31meerht four \ufffd \u{1f600}"]);
    expect(subject).toBe("One two[31meerht four \ufffd \u{1f600}");
    expect(text).toContain("\nOne two[31meerht four \ufffd \u{1f600}\nA B\n");
  });

  test.each([
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//example.org",
    "nothing",
    "",
    "https://arxiv.org@evil.test/",
  ])("is no link when it is no web page's URL: %j", async (url) => {
    const { html, text } = await digest([aPaper({ url, codeUrl: url })]);
    expect(hrefs(html)).toEqual([links.webCopy, links.manage, links.unsubscribe]);
    expect(titles(html)).toEqual(["A title"]);
    expect(text.match(/\w+:\/\/\S+/g)).toEqual([links.webCopy, links.manage, links.unsubscribe]);
  });

  test("is no link when it is longer than any page's URL", async () => {
    const { html } = await digest([aPaper({ url: `https://example.org/${"x".repeat(1000)}` })]);
    expect(hrefs(html)).toEqual([links.webCopy, "https://github.com/owner/name", links.manage, links.unsubscribe]);
  });

  test("stays inside the attribute of a link", async () => {
    const url = `https://example.org/a"b'c<d>{{e}}?q="f'&g={{h}}&amp=1#"i`;
    const { html } = await digest([aPaper({ url, codeUrl: url })]);
    expect(tags(html)).toEqual(tags((await digest([aPaper()])).html));
    expect(hrefs(html)[1]).toBe(new URL(url).href);
    expect(seen(html)).toContain("Code: example.org/a%22b'c%3Cd%3E%7B%7Be%7D%7D");
  });
});

describe("a digest of 50 papers", () => {
  const sentence = "We show that it works better than all that was there before it. ";

  test("stays below 100 kB with usual abstracts, none shortened", async () => {
    const { html } = await digest(times(50, { title: "word ".repeat(20), abstract: sentence.repeat(20) }));
    expect(bytes(html)).toBeLessThan(100_000);
    expect(seen(html).split(sentence.repeat(4).trim())).toHaveLength(51);
  });

  test("shortens abstracts of wide characters until it does", async () => {
    const { html, text } = await digest(
      times(50, { title: "論文".repeat(60), abstract: "これは論文の要旨です。".repeat(40) }),
    );
    expect(bytes(html)).toBeLessThan(100_000);
    expect(titles(html)).toEqual(Array(50).fill("論文".repeat(60)));
    expect(text).toContain("これは論文の要旨です。");
    expect(text).not.toContain("これは論文の要旨です。".repeat(20));
  });

  test("leaves out the last papers when nothing else helps, and says so", async () => {
    const url = `https://example.org/${"x".repeat(950)}`;
    const { html, text } = await digest(times(50, { title: "&".repeat(390), url, codeUrl: url }));
    expect(bytes(html)).toBeLessThan(100_000);
    const shown = titles(html).length;
    expect(shown).toBeGreaterThan(10);
    for (const part of [seen(html), oneLine(text)]) expect(part).toContain(`The first ${shown} of 50 papers`);
    expect(hrefs(html)).toContain(links.unsubscribe);
  });
});

describe("words", () => {
  test.each([
    ["2026-10-07", "Wednesday, 7 October 2026"],
    ["2026-10-08 2026-10-09", "8–9 October 2026"],
    ["2026-10-08 2026-10-09 2026-10-12", "8–9 October 2026 and 12 October 2026"],
    ["2026-12-31 2027-01-01", "31 December 2026 – 1 January 2027"],
    ["2026-W41", "Week 41, 5–11 October 2026"],
    ["2026-W40", "Week 40, 28 September – 4 October 2026"],
    ["2026-W53", "Week 53, 28 December 2026 – 3 January 2027"],
    ["2026-W40 2026-W41", "Weeks 40 and 41, 28 September – 11 October 2026"],
    ["2026-10", "October 2026"],
    ["2026-12 2027-01", "December 2026 and January 2027"],
    ["soon", "soon"],
  ])("the feeds %s are %s", (keys, words) => expect(periodInWords(keys.split(" "))).toBe(words));

  test.each([
    [[], 0, ""],
    [[], 1, "1 author"],
    [[], 14, "14 authors"],
    [["A"], 1, "A"],
    [["A", "B"], 2, "A and B"],
    [["A", "B", "C"], 3, "A, B and C"],
    [["A", "B", "C"], 7, "A, B, C and 4 more"],
    [["A", "B", "C", "D"], 4, "A, B, C and 1 more"],
    [["A"], 2, "A and 1 more"],
    [["A", "B"], 1, "A and B"],
  ])("the authors %j of %d are %j", (authors, authorCount, words) =>
    expect(authorsInWords({ authors, authorCount })).toBe(words),
  );

  test("an excerpt ends with a sentence, where sentences are short enough", () => {
    expect(firstSentences("One. Two? Three! Four.", 15)).toBe("One. Two?");
    expect(firstSentences("One. Two?", 15)).toBe("One. Two?");
    expect(firstSentences("It gains 3.5 points. And more of it.", 25)).toBe("It gains 3.5 points.");
    expect(firstSentences("", 15)).toBe("");
  });

  test("an excerpt of a long sentence ends between words with an ellipsis", () => {
    expect(firstSentences("A sentence that goes on, and on, and on.", 26)).toBe("A sentence that goes on…");
    expect(firstSentences("Yes. A sentence that goes on and on and on.", 20)).toBe("Yes. A sentence…");
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])("nothing is cut inside a character, at %d", (length) => {
    const family = "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}";
    const cut = clip(`${family}\u{1f600}e\u0301\u{1f600}abc`, length);
    expect(cut.length).toBeLessThanOrEqual(length);
    expect(["…", `${family}…`, `${family}\u{1f600}…`]).toContain(cut);
  });
});

describeWithSharedData("real papers", () => {
  test("with odd titles are shown as they are, in digests below 100 kB", async () => {
    const papers = await readOdd();
    expect(papers.length).toBeGreaterThan(200);
    expect(papers.some(({ title }) => title.includes("Network\\ for"))).toBe(true);
    expect(papers.some(({ title }) => title.includes("<think>"))).toBe(true);
    for (let start = 0; start < papers.length; start += 50) {
      const some = papers.slice(start, start + 50);
      const { html, text, subject } = await digest(some);
      expect(titles(html)).toEqual(some.map(({ title }) => oneLine(title)));
      for (const { title } of some) expect(oneLine(text)).toContain(oneLine(title));
      expect(subject.length).toBeLessThanOrEqual(90);
      expect(bytes(html)).toBeLessThan(100_000);
    }
  });
});

/** Papers whose titles have other characters than words and usual punctuation. */
async function readOdd(): Promise<DigestPaper[]> {
  const papers: DigestPaper[] = [];
  for await (const line of createInterface(createReadStream(sharedData.items).pipe(createGunzip()))) {
    const { paper } = JSON.parse(line);
    if (!/[^\w\s.,:;?!()'-]/.test(paper.title)) continue;
    const authors = paper.authors.map(({ name }: { name: string }) => name);
    const known = { title: paper.title, authors, authorCount: authors.length, abstract: paper.summary };
    papers.push(aPaper({ ...known, rank: papers.length + 1, upvotesInPeriod: paper.upvotes }));
  }
  return papers;
}

/** The contrast of two colours, by WCAG 2. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = color.match(/[0-9a-f]{2}/g)!.map((hex) => {
    const part = Number.parseInt(hex, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
