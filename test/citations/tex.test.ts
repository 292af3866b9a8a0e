import { escapeTex, splitFormulas } from "../../src/citations/tex";

test.each([
  ["FACTS&EVIDENCE: 80% of #1 in sudo_rm", "FACTS\\&EVIDENCE: 80\\% of \\#1 in sudo\\_rm"],
  ["Fast \\& Efficient, 5\\%, a\\_b, \\#1, \\$100", "Fast \\& Efficient, 5\\%, a\\_b, \\#1, \\$100"],
  ["$R^2$-Mesh and $x_i$", "$R^2$-Mesh and $x_i$"],
  ["\\(X_1\\)-evolve", "\\(X_1\\)-evolve"],
  ["$5%$ of $\\mathcal{A}$", "$5\\%$ of $\\mathcal{A}$"],
  ["$ \\alpha $ with spaces", "$ \\alpha $ with spaces"],
  ["$\\textbf{AGT$^{AO}$}$: Robust", "$\\textbf{AGT$^{AO}$}$: Robust"],
  ["CA^2ST", "CA\\textasciicircum{}2ST"],
  ["Can LLMs Earn $1 Million from $2?", "Can LLMs Earn \\$1 Million from \\$2?"],
  ["Fixing 7,400 Bugs for 1$: Cheap", "Fixing 7,400 Bugs for 1\\$: Cheap"],
  ['\\textsc{T_Mask}, {GSR4B}, Dr.~RTL, J\\"org', '\\textsc{T\\_Mask}, {GSR4B}, Dr.~RTL, J\\"org'],
  [
    "~100 Hz, (~5), 3~5 of Fig.~2 \\~n",
    "\\textasciitilde{}100 Hz, (\\textasciitilde{}5), 3\\textasciitilde{}5 of Fig.~2 \\~n",
  ],
  ["PCBA \\\\", "PCBA \\\\ "],
  ["ends with \\", "ends with \\textbackslash{}"],
  ["a loose { and } and }", "a loose { and } and "],
  ["an open {", "an open "],
  ["$\\{1,2$", "$\\lbrace 1,2$"],
  ["$\\{1,2\\}$", "$\\{1,2\\}$"],
  ['<think>: Let\'s @ "x" | y 🙂 é', '<think>: Let\'s @ "x" | y 🙂 é'],
])("%s is %s between the braces of a field", (text, escaped) => expect(escapeTex(text)).toBe(escaped));

test("a text is split at its formulas, and none of it is lost", () => {
  const text = "From $a$ to $$b$$, \\(c\\) and \\[d\\], for \\$5 or $6";
  const parts = splitFormulas(text);
  expect(parts.filter(({ isFormula }) => isFormula).map((part) => part.text)).toEqual([
    "$a$",
    "$$b$$",
    "\\(c\\)",
    "\\[d\\]",
  ]);
  expect(parts.map((part) => part.text).join("")).toBe(text);
});
