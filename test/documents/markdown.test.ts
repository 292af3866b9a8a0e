import { escapeMarkdown, markdownLink, yamlList, yamlText } from "../../src/documents/markdown";

test.each([
  ["CFG-Zero*: [CLS] in <think> of sudo_rm, _x_", "CFG-Zero\\*: \\[CLS\\] in \\<think\\> of sudo_rm, \\_x\\_"],
  ["$\\pi_0$ and $5 of `code`", "$\\pi_0$ and \\$5 of \\`code\\`"],
  ["R&D, &lt;b&gt;, \\textit{x}", "R&D, \\&lt;b\\&gt;, \\\\textit{x}"],
  ["at https://a.test/x_y_z and ~100 or x^2|y", "at https://a.test/x_y_z and \\~100 or x\\^2\\|y"],
  ["Title {.x} {#y} {a=b} of {sets}", "Title \\{.x} \\{\\#y} \\{a=b} of {sets}"],
  ["@ada of pass@1", "\\@ada of pass@1"],
  ["at https://a.test/~ada, (https://a.test/_x_y_).", "at <https://a.test/~ada>, (<https://a.test/_x_y_>)."],
  ["1. First\n- second", "1\\. First - second"],
  ["- one", "\\- one"],
  ["2025 is a year", "2025 is a year"],
  ["C# and # of F#", "C\\# and \\# of F\\#"],
  ["$<script>[a](javascript:b)\\alpha$", "$< script>[a] (javascript:b)\\alpha$"],
])("%s is %s in Markdown", (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));

test("a link is text where there is no URL, and cannot be left", () => {
  expect(markdownLink("[Re] it", null)).toBe("\\[Re\\] it");
  expect(markdownLink("It", "https://a.test/(x)?y=<z> w")).toBe("[It](<https://a.test/(x)?y=%3Cz%3E%20w>)");
});

test("YAML has texts in quotes", () => {
  expect(yamlText('a: "b" \\ \u0085\u2028 #')).toBe('"a: \\"b\\" \\\\ \\u0085\\u2028 #"');
  expect(yamlList("names", [])).toBe("names: []");
  expect(yamlList("names", ["no", "2024-01-01"])).toBe('names:\n  - "no"\n  - "2024-01-01"');
});
