import type { Database } from "../../src/db/database";
import { sql } from "../../src/db/sql";
import { originsOf } from "../../src/search/origins";
import { isStopWord, lacksWords } from "../../src/spelling/stop-words";
import { createRandom } from "../fuzz/random";
import { importRecords, sourceRecord } from "../support/factories";
import { describeOnServers } from "../support/servers";
import { useApiOn } from "../support/use-api";

jest.setTimeout(60_000);

const SEARCH = `query ($query: String!) { searchPapers(query: $query, first: 20) {
  edges { highlights { field text ranges } node { title } } } }`;
const FILTER = "query ($word: String!) { papers(filter: { keywords: [$word] }, first: 20) { nodes { title } } }";

const TITLES = [
  "Mollusc “quoted” words",
  "Mollusc models—a survey",
  "Words of a mollusc’s own",
  "About 😀Emoji",
  "Quaggaen2.5 in one",
  "Quaggaen-2.5 with a hyphen",
  "Quaggaen 2.5 with a space",
  "Quaggaen‑2.5 by another hyphen",
  "Quaggaen–2.5 with a dash",
  "Quaggaen2.5-VL Technical Report",
  "Quaggaen 7 or 2.5",
  "Zebrafish-4o",
  "Zebrafish4o Mini",
  "Okapi/Gnu alignment",
  "See zorilla.org, or <zebu> & co",
  "Five of 100GB and of −20 degrees",
  "SO-100 arms",
  "U.S. law",
  "LLMs for all",
  "An LLM for one",
  "GPUs and vlms",
  "A GPU, a VLM",
  "C++ or Java",
  "C# and Java",
  "F# with Java",
  "The .NET of things",
  "C or D",
  "大规模语言模型",
  "機械テスト",
  "기계번역기",
  "CO₂ of zero\u200bwidth and soft\u00adhyphens",
  "Text-to-3D of node.js, and to them",
];

type Found = { highlights: { field: string; text: string; ranges: [number, number][] }[]; node: { title: string } };

/** The same tests of a server of any kind. */
function suite(open: () => Promise<Database>) {
  const t = useApiOn(open);
  beforeAll(async () => {
    await importRecords(
      t.db,
      TITLES.map((title) => sourceRecord({ title })),
    );
  });

  const search = async (query: string): Promise<Found[]> => (await t.api.data(SEARCH, { query })).searchPapers.edges;
  const found = async (query: string) => (await search(query)).map(({ node }) => node.title).sort();
  const kept = async (word: string): Promise<string[]> =>
    (await t.api.data(FILTER, { word })).papers.nodes.map((node: { title: string }) => node.title).sort();
  const titles = (...starts: string[]) =>
    TITLES.filter((title) => starts.some((start) => title.startsWith(start))).sort();

  const QUAGGAEN = titles("Quaggaen2.5", "Quaggaen-", "Quaggaen 2.5", "Quaggaen‑", "Quaggaen–");
  const PHRASES: [query: string, found: string[]][] = [
    ["quoted", titles("Mollusc “")],
    ["survey", titles("Mollusc models")],
    ["emoji", titles("About")],
    ...["Quaggaen 2.5", "quaggaen-2.5", "Quaggaen2.5", "Quaggaen‑2.5", "Quaggaen–2.5"].map(
      (query): [string, string[]] => [query, QUAGGAEN],
    ),
    ["Quaggaen2.5-VL", titles("Quaggaen2.5-VL")],
    ["Quaggaen2.5VL", titles("Quaggaen2.5-VL")],
    ["quaggaen", titles("Quaggaen")],
    ["Zebrafish-4o", titles("Zebrafish")],
    ["zebrafish4o", titles("Zebrafish")],
    ["okapi", titles("Okapi")],
    ["gnu", titles("Okapi")],
    ["Okapi/Gnu", titles("Okapi")],
    ["zorilla", titles("See")],
    ["zorilla.org", titles("See")],
    ["<zebu>", titles("See")],
    ["100 GB", titles("Five")],
    ["100GB", titles("Five")],
    ["GB", titles("Five")],
    ["100", titles("Five")],
    ["20", titles("Five")],
    ["SO100", titles("SO")],
    ["SO-100", titles("SO")],
    ["US", titles("U.S.")],
    ["U.S.", titles("U.S.")],
    ...["LLM", "LLMs", "llms"].map((query): [string, string[]] => [query, titles("LLM", "An LLM")]),
    ...["GPU", "GPUs", "gpus", "VLMs", "vlm"].map((query): [string, string[]] => [query, titles("GPU", "A GPU")]),
    ["C++", titles("C++")],
    ["c#", titles("C#")],
    ["F#", titles("F#")],
    [".NET", titles("The .NET")],
    ["C", titles("C or")],
    ["语言模型", titles("大")],
    ["语言", titles("大")],
    ["言语", []],
    ["テスト", titles("機")],
    ["번역", titles("기")],
    ["CO2", titles("CO")],
    ["zerowidth", titles("CO")],
    ["softhyphens", titles("CO")],
    ["text-to-3D", titles("Text")],
    ["3d", titles("Text")],
    ["node.js", titles("Text")],
  ];

  test.each(PHRASES)("%s is found, and kept as a keyword, wherever it is printed", async (query, expected) => {
    expect(await found(query)).toEqual(expected);
    expect(await kept(query)).toEqual(expected);
  });

  test.each([
    ["Mollusc models", titles("Mollusc models")],
    ["mollusc quoted", titles("Mollusc “")],
    ["“quoted words”", titles("Mollusc “")],
    ["words -“quoted words”", titles("Words")],
    ["words -“quuoted words”", titles("Mollusc “", "Words")],
    ["Quaggaen2.5 VL", titles("Quaggaen2.5-VL")],
    ["quaggaen -2.5", []],
    ["five -quaggaen 20", titles("Five")],
    ["“Quaggaen 2.5 by” another", titles("Quaggaen‑")],
    ["java -C++ -c#", titles("F#")],
    ["mollusk models", titles("Mollusc models")],
    ["Quagaen2.5", titles("Quaggaen")],
  ])("%s, as a search, finds what it says", async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test("a year is no part of a name", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Aardvarks of 2031" })]);
    expect(await found("aardvarks 2031")).toEqual(["Aardvarks of 2031"]);
  });

  test.each([
    ["quaggaen 2.5", "Quaggaen2.5-VL Technical Report", ["Quaggaen2.5"]],
    ["quaggaen 2.5", "Quaggaen–2.5 with a dash", ["Quaggaen", "2.5"]],
    ["quaggaen 7", "Quaggaen 7 or 2.5", ["Quaggaen", "7"]],
    ["emoji", "About 😀Emoji", ["Emoji"]],
    ["llm", "LLMs for all", ["LLMs"]],
    ["C++", "C++ or Java", ["C++"]],
    ["语言", "大规模语言模型", ["语言"]],
    ["语言模型", "大规模语言模型", ["语言模型"]],
    ["text-to-3D", "Text-to-3D of node.js, and to them", ["Text", "to", "3D"]],
    ["quoted", "Mollusc “quoted” words", ["quoted"]],
    ["US", "U.S. law", ["U.S"]],
    ["so100", "SO-100 arms", ["SO-100"]],
    ["co2 zerowidth", "CO₂ of zero\u200bwidth and soft\u00adhyphens", ["CO₂", "zero\u200bwidth"]],
  ])("highlights of %s in %s", async (query, title, marked) => {
    const edge = (await search(query)).find(({ node }) => node.title === title)!;
    const highlight = edge.highlights.find(({ field }) => field === "title")!;
    expect(highlight.text).toBe(title);
    expect(highlight.ranges.map(([start, end]) => title.slice(start, end))).toEqual(marked);
  });

  test("fragments of an abstract are as printed, and a number is marked beside its word only", async () => {
    const filler = "“Filler” words—here, 4 of them. ".repeat(20);
    await importRecords(t.db, [
      sourceRecord({ title: "Long", abstract: `😀 ${filler}We test Pangolin‑4 “now”. ${filler}Pangolin4! ${filler}` }),
    ]);
    const [edge] = await search("pangolin 4");
    const [highlight] = edge!.highlights;
    expect(highlight!.ranges.map(([start, end]) => highlight!.text.slice(start, end))).toEqual(
      expect.arrayContaining(["Pangolin", "4", "Pangolin4"]),
    );
    expect(highlight!.ranges).toHaveLength(3);
    expect(highlight!.text).toContain("We test Pangolin‑4 “now”.");
    expect(highlight!.text).toContain(" … ");
  });

  test("the stop words are PostgreSQL's, and so is what lacks words", async () => {
    const texts = [
      ..."IT|the who|Thé|don’t|-|😀|!!!|\u200b|A.I.|I.T.|U.S.|a++|i#|on-off|so-100|a b".split("|"),
      ..."ı ʻ ʼ \u0301 Ⓐ Ⓑ ŧhe øn I.T on–off so–so shes ｉｔ ａ t×5 $\\alpha$ ﬁ a\u0301 ™ ~ ʰ".split(" "),
      ...["C", "it 4", "the/who", "who's", "“the”", "語", "are not", "s.t.", "½", "it—it", "of & the", "<a>", "it@me"],
    ];
    const rows = await t.db.query<{ text: string; isEmpty: boolean }>(sql`
      select t as text, numnode(phraseto_tsquery('paper_text', searchable(t))) = 0 as "isEmpty" from unnest(${texts}::text[]) t`);
    expect(texts.filter((text) => lacksWords(text))).toEqual(rows.filter((row) => row.isEmpty).map((row) => row.text));
    const words = "i me my myself we our she itself these doing through further nor t don now us paper".split(" ");
    const ignored = await t.db.query<{ word: string }>(sql`
      select w as word from unnest(${words}::text[]) w where numnode(plainto_tsquery('paper_text', w)) = 0`);
    expect(words.filter(isStopWord)).toEqual(ignored.map(({ word }) => word));
  });

  test("every letter of a text as it is searched is at its place in print", async () => {
    const pieces = [
      ..."GPT|4|4.5|-|–|—| |.|a|s|VLMs|C++|C#|.NET|语言|テ|😀|\u00ad|\u200b".split("|"),
      ..."₂|é|𝒢|/|<|&|'|’|“|\u00a0|\u001e|\u001f|T|U.S.|so|x|100GB|+|#|@|½|\n|×|ﬁ|Ｃ|ｶﾞ|Ⓑ|™|$\\alpha$|e\u0301".split(
        "|",
      ),
      ...String.raw`\"o|{\'{e}}|\c{c}|\v{C}|\H{o}|\ss |$_2$|$\pi_0$|$\ell_1$|m$^2$|3$\times$|\textbf{b}|\mathcal{O}|{L}|H100s|&amp;|&#39;|&#246;|\~{\^e}`.split(
        "|",
      ),
    ];
    const random = createRandom(1);
    const texts = Array.from({ length: 2000 }, () => Array.from({ length: 8 }, () => random.pick(pieces)).join(""));
    const rows = await t.db.query<{ text: string; read: string }>(sql`
      select t as text, searchable(t) as read from unnest(${texts}::text[]) t`);
    // Tens of thousands: one expectation for each would take most of this test's time.
    const misplaced: unknown[] = [];
    for (const { text, read } of rows) {
      const origins = originsOf(text, read);
      if (origins.at(-1) !== text.length) misplaced.push([text, origins.at(-1)]);
      for (let i = 0; i < read.length; i++) {
        if (!/[\p{L}\d\p{Cs}]/u.test(read[i]!) || "ʔʕʘ".includes(read[i]!)) continue;
        // A command may show several letters.
        const end = origins.find((origin, at) => at > i && origin > origins[i]!)!;
        const printed = text.slice(origins[i], end);
        const letters = printed
          .replace(/×|\\times/, "x")
          .replace("\\alpha", "α")
          .replace("\\pi", "π")
          .replace("&#246;", "ö")
          .normalize("NFKC");
        if (!letters.includes(read[i]!)) misplaced.push([text, i]);
      }
    }
    expect(rows).toHaveLength(texts.length);
    expect(misplaced).toEqual([]);
  });
}

test("what another version reads into a text is at its end", () => {
  expect(originsOf("ab", "axyz")).toEqual([0, 2, 2, 2, 2]);
});

describeOnServers("what is printed is found", suite);
