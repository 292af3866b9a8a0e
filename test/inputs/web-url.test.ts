import { MAX_URL_LENGTH, pageUrl, readWebUrl } from "../../src/inputs/web-url";

test.each([
  ["https://arxiv.org/abs/2605.00001", "https://arxiv.org/abs/2605.00001"],
  ["HTTP://Example.org:80/%41?a=b#c", "http://example.org/%41?a=b#c"],
  ['https://example.org/a"b<c>', "https://example.org/a%22b%3Cc%3E"],
  ["https://example.org/a@b", "https://example.org/a@b"],
  ["https://example.org/\u200bx", "https://example.org/x"],
  ["https://https://example.org/x", "https://example.org/x"],
  ["http://HTTPS//example.org", "https://example.org/"],
  ["https://https.example.org/", "https://https.example.org/"],
])("%j is the web URL %s, for people to follow, too", (text, url) => {
  expect([readWebUrl(text), pageUrl(text)]).toEqual([url, url]);
});

test.each([
  "",
  "papers",
  "//example.org",
  "https://",
  "javascript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,x",
  "ftp://example.org/",
  "mailto:ada@example.org",
  "https://example.org/a b",
  "https://example.org/a\tb",
  "https://example.org/a\u0000b",
  "https://example.org/\ud800",
  "https://example.org/a,https://example.org/b",
  "https://arxiv.org@evil.example/",
  "https://ada:secret@example.org/",
  "https://:secret@example.org/",
])("%j is none", (text) => {
  expect([readWebUrl(text), pageUrl(text)]).toEqual([null, null]);
});

test("a link is of a bounded length", () => {
  const url = "https://example.org/".padEnd(MAX_URL_LENGTH, "x");
  expect([pageUrl(url), pageUrl(`${url}x`), pageUrl(url, 100), pageUrl(null)]).toEqual([url, null, null, null]);
});
