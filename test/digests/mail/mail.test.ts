import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { DigestFrequency } from "../../../src/digests/digest.types";
import { renderConfirmation, renderReminder } from "../../../src/digests/mail/consent.mail";
import type { DigestPaper, RenderedMail } from "../../../src/digests/mail/mail.types";
import { button, palettes } from "../../../src/digests/mail/styles";
import { contrast } from "../../support/pages";
import { describeWithSharedData, sharedData } from "../../support/shared-data";
import { aPaper, at, bytes, digest, hrefs, links, oneLine, seen, siteName, times, titles } from "./a-digest";

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
    for (const part of [seen(html), text]) expect(part).toContain("No paper matched your filter.");
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
    [
      "confirmation",
      () => renderConfirmation({ siteName, frequency: DigestFrequency.DAILY, links: { confirm: at("confirm") } }),
    ],
    ["reminder", () => renderReminder({ siteName, frequency: DigestFrequency.DAILY, links })],
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

describe("the site's name", () => {
  const name = `<b>Läb</b> & "{{Co}}"`;

  test.each<[string, () => Promise<RenderedMail>]>([
    ["digest", () => digest(times(2, {}), { siteName: name })],
    [
      "confirmation",
      () => renderConfirmation({ siteName: name, frequency: DigestFrequency.DAILY, links: { confirm: at("confirm") } }),
    ],
    ["reminder", () => renderReminder({ siteName: name, frequency: DigestFrequency.DAILY, links })],
  ])("stands in a %s as it is, and as no markup", async (_, render) => {
    const { html, text, subject } = await render();
    expect(seen(html)).toContain(name);
    expect(text).toContain(name);
    expect(html).not.toContain("<b>");
    for (const part of [html, text, subject]) expect(part).not.toContain("Daily Papers");
  });
});

describe("a confirmation", () => {
  test("asks, and leads to the page that confirms and nowhere else", async () => {
    const content = { siteName, frequency: DigestFrequency.WEEKDAYS, links: { confirm: at("confirm") } };
    const { subject, html, text } = await renderConfirmation(content);
    expect(subject).toBe("Please confirm: the weekday digest of Daily Papers");
    expect(new Set(hrefs(html))).toEqual(new Set([at("confirm")]));
    expect(text.match(/https?:\S+/g)).toEqual([at("confirm")]);
    for (const part of [seen(html), oneLine(text)]) expect(part).toContain("do nothing: without a confirmation");
  });
});

describe("a reminder", () => {
  test("says that the digest is on its way, and how to change or end it", async () => {
    const { subject, html, text } = await renderReminder({ siteName, frequency: DigestFrequency.MONTHLY, links });
    expect(subject).toBe("You are already subscribed: the monthly digest of Daily Papers");
    for (const url of [links.manage, links.unsubscribe]) {
      expect(hrefs(html)).toContain(url);
      expect(text).toContain(url);
    }
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
