import { aPaper, bytes, digest, hrefs, links, oneLine, seen, tags, times, titles } from "./a-digest";

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
