import { nameKey, readName } from "../../src/ingest/names";
import { titleKey } from "../../src/ingest/normalize";

test.each([
  ["Deep  $\\alpha$-Nets:\n A {Study}", "deep alpha nets — a study"],
  ["ﬁne Ⅳ", "FINE IV"],
  ["Okapi in C\\#", "Okapi in C♯"],
  ["$R^{2}$ scores", "R² scores"],
  ["$R_2$ scores", "R₂ scores"],
  ["10^{-3} seconds", "10⁻³ seconds"],
  ["GPT-4 and GPT‑4", "GPT 4 and GPT4"],
  ["Records of 2020–2024", "Records of 2020 - 2024"],
  ["$\\beta$-2 blockers", "beta 2 blockers"],
  ["10,000 cats", "10000 cats"],
  ["Invi\u00adsible\u200b", "Invisible"],
  ["A ½-approximation", "A 1/2-approximation"],
  ["A ½-approximation", "A $\\frac{1}{2}$-approximation"],
  ["A 1½-approximation", "A 1 1/2-approximation"],
  ["8×7B", "8x7B"],
  ["8 × 7B", "8$\\times$7B"],
  ["A ratio of 1∶2", "A ratio of 1:2"],
  ["On times \\timesfoo", "On times timesfoo"],
  ['On Schr\\"{o}dinger', "On Schrödinger"],
  ["On Nguy\\~{\\^e}n", "On Nguyễn"],
  ["Cats &amp; dogs", "Cats & dogs"],
  ["Cats &#38; dogs&#39; tails", "Cats & dogs' tails"],
  ["$\\alpha$-Nets", "α-Nets"],
  ["$\\varepsilon$-greedy", "ε-greedy"],
  ["$\\Omega(n)$", "Ω(n)"],
  ["For $n \\leq 3$", "For n ≤ 3"],
  ["For $n\\le m$ and $n\\geq 1$", "For n ≤ m and n ≥ 1"],
  ["Image$\\rightarrow$Text", "Image→Text"],
  ["$A \\to B \\leftrightarrow C \\Rightarrow D$", "A → B ↔ C ⇒ D"],
  ["$\\infty$-Former, $a \\neq b \\approx c \\in D$", "∞-Former, a ≠ b ≈ c ∈ D"],
  ["In $\\mathcal{O}(n)$", "In O(n)"],
  ["In $\\mathcal{O}(\\sqrt{n}\\log n)$", "In 𝒪(√n log n)"],
  ["In $\\tilde{O}(n)$", "In Õ(n)"],
  ["$\\hat{x}$ and $\\bar{y}$", "x̂ and ȳ"],
  ["On $\\mathbb{R}^{3}$", "On ℝ³"],
  ["\\textbf{Deep}Net: \\emph{a} \\textsc{Study}", "DeepNet: a Study"],
  ["{\\bf Deep} {\\em Net}", "Deep Net"],
  ["$\\ell_1$", "ℓ₁"],
  ["$\\text{CO}_2$ and H\\textsubscript{2}O", "CO₂ and H₂O"],
  ["R\\textsuperscript{2}", "R²"],
  ["$\\left(x\\right)$ \\ldots", "(x) …"],
  ["2020\\textendash{}2024", "2020–2024"],
  ["$x \\pm y \\cdot z$", "x ± y · z"],
  ["$1\\colon2$ in C$\\sharp$", "1:2 in C#"],
  ["$\\textbf{\\alpha}$", "α"],
])("the titles %j and %j are one", (a, b) => expect(titleKey(a)).toBe(titleKey(b)));

test.each([
  ["A/B testing", "AC testing"],
  ["L1", "L2"],
  ["Poincaré", "Poincare"],
  ["注意力", "注意"],
  ["Okapi in C++", "Okapi in C#"],
  ["Okapi in C++", "Okapi in C"],
  ["R^2", "R_2"],
  ["At -1 degrees", "At 1 degrees"],
  ["At −1 degrees", "At +1 degrees"],
  ["10^{-3}", "10^{3}"],
  ["Llama 3.1", "Llama 31"],
  ["Years 2-3", "Years 23"],
  ["A ½-approximation", "A 12-approximation"],
  ["2×2", "22"],
  ["1:2", "12"],
  ["Cats &amp;c", "Cats ampc"],
  ["αβγ", "alphabetagamma"],
  ["$\\log n$", "n"],
  ["$\\tilde{O}(n)$", "$O(n)$"],
  ["textbf mathcal", "x"],
  ["$\\foo{x}$", "x"],
  ["A to B", "A → B"],
  ["$\\inf x$", "$\\in x$"],
])("the titles %j and %j are two", (a, b) => expect(titleKey(a)).not.toBe(titleKey(b)));

test("a title of signs alone is its own key", () => {
  expect(titleKey("???")).toBe("???");
  expect(titleKey("？？？")).toBe("???");
  expect(titleKey("{}")).toBe("{}");
  expect(titleKey("!!!")).not.toBe(titleKey("???"));
});

test.each([
  ["J. K. Rowling", "J.K. ROWLING"],
  ["J. K. Rowling", "J K  Rowling"],
  ["É. Galois", "É Galois"],
  ["M. C.", "M C"],
  ["Sammy Davis Jr.", "Sammy Davis Jr"],
  ["Sammy Davis, Jr.", "Sammy Davis Jr"],
  ["Ada Example, III", "Ada Example III"],
  ["J.-P. Serre", "J-P. Serre"],
  ["J.-P. Serre", "J. -P. Serre"],
  ["J.-P. Serre", "J\u2010P Serre"],
  ["Ada J.-Example", "Ada J-Example"],
  ["Ada$^{\\dagger}$", "Ada"],
  ["Ada O&#39;Brien", "Ada O’Brien"],
  ["Ada Weiß", "ADA WEISS"],
  ["Ada Weiß", "Ada Weiss"],
  ["Ada WEIẞ", "Ada Weiß"],
  ["Ada Wei\\ss{}", "Ada WEI\\SS"],
  ["Γιώργος Παππάς", "ΓΙΏΡΓΟΣ ΠΑΠΠΆΣ"],
  ["O\\textquoteright Brien", "O'Brien"],
])("the names %j and %j are one", (a, b) => expect(nameKey(a)).toBe(nameKey(b)));

test.each(["O’Brien", "OʼBrien", "O`Brien", "O´Brien", "O‘Brien", "O′Brien", "O＇Brien"])("%s is O'Brien", (name) =>
  expect(nameKey(`Ada ${name}`)).toBe(nameKey("Ada O'Brien")),
);

test.each(["\u2010", "\u2011", "\u2012", "\u2013", "\u2212", "\uff0d", "\u00ad"])(
  "Jean-Paul with %j is Jean-Paul",
  (hyphen) => expect(nameKey(`Jean${hyphen}Paul Example`)).toBe(nameKey("Jean-Paul Example")),
);

test.each([
  "Ada Example\u200e",
  "Ada\u200b Example",
  "\u202aAda Example\u202c",
  "Ada Exam\u00adple",
  "Ada Example\ufe0f",
])("the name %j shows as Ada Example, and is it", (name) => expect(nameKey(name)).toBe(nameKey("Ada Example")));

test.each([
  ["Li Wei", "Wei Li"],
  ["José", "Jose"],
  ["Sammy Davis Jr.", "Sammy Davis"],
  ["Jean-Paul", "Jean Paul"],
  ["J.-P. Serre", "J. P. Serre"],
])("the names %j and %j are two", (a, b) => expect(nameKey(a)).not.toBe(nameKey(b)));

test.each([":", ".", "NVIDIA", "Oh", "*", "-", "Jr."])("the odd name %j has a key", (name) =>
  expect(nameKey(name)).not.toBe(""),
);

test.each([
  ['J{\\"o}rg Example', "Jörg Example"],
  ['J\\"org Example', "Jörg Example"],
  ["Jos{\\'e} Mar\\'{\\i}a", "José María"],
  ["{\\O}ystein \\L{}ukasz", "Øystein Łukasz"],
  ["Fran\\c{c}ois \\v{C}apek", "François Čapek"],
  ["Strau{\\ss}", "Strauß"],
  ["\\textcommabelow{S}tefan Bune\\textcommabelow{t}", "Ștefan Buneț"],
  ["{\\textcommabelow S}tefan", "Ștefan"],
  ["\\textcommabelow{\\^A}", "Â\u0326"],
  ["Th\\h{a}o", "Thảo"],
  ["Nguy\\textdotbelow{e}n", "Nguyẹn"],
  ["\\UHORN{}ng Th\\uhorn", "Ưng Thư"],
  ["Wei\\ss", "Weiß"],
  ["O\\textquoteright{}Brien", "O’Brien"],
  ["J.~K.~Example", "J. K. Example"],
  ["{NVIDIA}", "NVIDIA"],
  ["Ada Example*", "Ada Example"],
  ["Ada Example†‡", "Ada Example"],
  ["Ada Example ¹,²", "Ada Example"],
  ["Ada Example$^{1,*}$", "Ada Example"],
  ["Ada Example\\thanks{Equal contribution}", "Ada Example"],
  ["∗Ada Example", "Ada Example"],
  ["Ada Example\u200e", "Ada Example"],
  ["Nguy\\~{\\^e}n", "Nguyễn"],
  ["Nguy{\\~\\^e}n", "Nguyễn"],
  ["Nguy\\~{\\^{e}}n", "Nguyễn"],
  ["Nguy{\\~{\\^{e}}}n", "Nguyễn"],
  ["Nguy\\^{\\~e}n", "Nguyễn"],
  ["Nguy\\~ên", "Nguyễn"],
  ["Ho\\`{\\u a}ng", "Hoằng"],
  ["Garc\\'\\i a", "García"],
  ["Garc\\'\\i{}a", "García"],
  ["Garc{\\'\\i}a", "García"],
  ["Mar\\'\\i Example", "Marí Example"],
  ["{\\'\\AE}sir", "Ǽsir"],
  ["Ada\\~{}Example", "Ada Example"],
  ["Ada\\^{} Example", "Ada Example"],
  ["Ada$^{\\dagger}$", "Ada"],
  ["Ada$^\\dagger$", "Ada"],
  ["Ada$^{1,\\dagger}$", "Ada"],
  ["Ada$^{1,\\text{a}}$", "Ada"],
  ["Ada$^1$$^,$$^\\ast$", "Ada"],
  ["Ada$\u007b}^{1}$", "Ada"],
  ["Ada$^{a}$", "Ada"],
  ["Ada$^a$", "Ada"],
  ["Ada^{a,b} Example", "Ada Example"],
  ["Ada\\dag", "Ada"],
  ["Ada$\\dagger$", "Ada"],
  ["Ada\\textdagger{}", "Ada"],
  ["Ada Example\\inst{1,2}", "Ada Example"],
  ["Ada Example\\inst{1}\\orcidID{0000-0001}", "Ada Example"],
  ["Ada Example\\footnote{x}", "Ada Example"],
  ["Ada Example\\footnotemark[1]", "Ada Example"],
  ["Ada Example\\IEEEauthorrefmark{1}", "Ada Example"],
  ["Ada Example\\thanks{At \\textbf{Example}}", "Ada Example"],
  ["Ada M$^c$Example", "Ada McExample"],
  ["Ada M\\textsuperscript{c}Example", "Ada McExample"],
  ["O&#39;Brien", "O'Brien"],
  ["O&#x27;Brien", "O'Brien"],
  ["O&amp;#39;Brien", "O'Brien"],
  ["J&ouml;rg &Eacute;x", "Jörg Éx"],
  ["Ada &amp; Bob", "Ada & Bob"],
  ["Ada&dagger;", "Ada"],
  ["Ada &#0; &#xD800; &#9999999; &nope;", "Ada &#0; &#xD800; &#9999999; &nope;"],
  ["o3 contributors", "o3 contributors"],
  ["M. C.", "M. C."],
  ["Sammy Davis, Jr.", "Sammy Davis, Jr."],
  ["*", "*"],
  [":", ":"],
  ["علی\u200cرضا", "علی\u200cرضا"],
])("the printed name %j is read as %j, and that as itself", (printed, name) => {
  expect(readName(printed)).toBe(name);
  expect(readName(name)).toBe(name);
});

test.each(["^{", "\\~", "\\thanks{", "{", "&amp;", "$^{1,"])("a name of many %j does not take long to read", (part) => {
  const began = performance.now();
  readName(part.repeat(20_000));
  expect(performance.now() - began).toBeLessThan(500);
});
