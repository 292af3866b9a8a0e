import type { Database } from "../../src/db/database";
import { sql } from "../../src/db/sql";
import { lacksWords } from "../../src/spelling/stop-words";
import { createRandom } from "../fuzz/random";
import { importRecords, sourceRecord } from "../support/factories";
import { describeOnServers } from "../support/servers";
import { useApiOn } from "../support/use-api";

jest.setTimeout(60_000);

const FOUND = `query ($word: String!) {
  searchPapers(query: $word, first: 20) { nodes { title } }
  papers(filter: { keywords: [$word] }, first: 20) { nodes { title } }
}`;

/** What is printed, and queries that find it. */
const PRINTED: [title: string, ...queries: string[]][] = [
  ["The 100GB-scale", "100GB", "100 GB"],
  ["A node.js-based", "node.js", "js-based"],
  ["Of TCP/IP-based", "TCP/IP", "TCP/IP-based", "IP-based"],
  ["In R&D-driven", "R&D"],
  ["For CI/CD-native", "CI/CD"],
  ["By text/image-to-video", "text/image", "image-to-video", "image to video"],
  ["With C++/CUDA-based", "C++/CUDA", "C++"],
  ["On AlphaGo/AlphaZero-like", "AlphaGo/AlphaZero", "alphazero"],
  ["See zorilla.org-hosted", "zorilla.org"],
  ["Use GPT-4o-mini-based", "GPT-4o-mini", "gpt 4o"],
  ["After O'Brien-Smith", "O'Brien", "brien-smith"],
  ["Large oryx-gazelle models", '"large oryx"', '"gazelle models"', "oryx-gazelle", "oryx gazelle"],
  ["On-dromedary and off-dromedary", "on-dromedary", "off-dromedary"],
  ["LLaVA-v1.5 tuned", "LLaVA v1.5", "v1.5", "llava-v1.5"],
  ["DeepSeek-V3.1-Base", "DeepSeek V3.1", "V3.1"],
  ["Numbat V2.5 spaced", "Numbat-v2.5", "numbat/v2.5"],
  ["At 60~Hz of Stage~3", "60 Hz", "Hz", "Stage 3", "60~Hz"],
  ["A GPT-4~Turbo, ~77zz faster", "GPT-4 Turbo", "turbo", "~77zz", "77zz"],
  ["PDEs, FPGAs, MRIs and VQAs", "PDE", "fpga", "FPGAs", "mri", "VQA"],
  ["One CVE and an SLA", "CVEs", "slas"],
  ["8×7B of them, 10× faster", "8x7B", "10x", "8×7B"],
  ["9x8B of them, 11x faster", "9×8B", "11×"],
  ["Quoll: 3-D", "quoll 3D", "3-D"],
  ["Quokka: 4D", "quokka 4-D"],
  ["For 24 h, 7 B and 128 K", "24h", "7B", "128K", "24 h"],
  ["For 25h, 6B and 129K", "25 h", "6 B", "129-K", "129 K"],
  ["A K-12 class, a T 5 and a B52", "K 12", "K-12", "T5", "T-5", "B-52", "B 52"],
  ["A1,800 K-13 students", "K-13"],
  ["C♯ bongo", "C# bongo"],
  ["F# bongos", "F♯ bongo"],
  ["Ｃ＋＋ ｂａｎｄｉｃｏｏｔ", "C++ bandicoot"],
  ["ｶﾀｶﾞﾅ of half width", "カタガナ", "タガ"],
  ["A $\\alpha$-Kiwi and $\\mu$Emu", "α-Kiwi", "μEmu", "$\\alpha$-kiwi"],
  ["A β-Kea", "$\\beta$-Kea", "\\beta-Kea"],
  ["Of ﬁve ﬀ", "five"],
];

function suite(open: () => Promise<Database>) {
  const t = useApiOn(open);
  beforeAll(async () => {
    await importRecords(
      t.db,
      PRINTED.map(([title]) => sourceRecord({ title })),
    );
  });

  test.each(PRINTED.flatMap(([title, ...queries]) => queries.map((query): [string, string] => [query, title])))(
    "%s finds %s, and keeps it as a keyword",
    async (word, title) => {
      const { searchPapers, papers } = await t.api.data(FOUND, { word });
      expect(searchPapers.nodes).toContainEqual({ title });
      expect(papers.nodes).toContainEqual({ title });
    },
  );

  test.each(["mri-zebra", "on-quoll", "off-quoll", "to-emu", "plu", "thi"])("%s finds nothing", async (word) => {
    expect((await t.api.data(FOUND, { word })).papers.nodes).toEqual([]);
  });

  test("a part of what is joined by signs is found, whatever signs", async () => {
    const words = "GPT node 100GB v1.5 4o H100 Brien C++ C# text to image 2.5 LLMs 3D MRIs α 语言 on Ünder".split(" ");
    const signs = ["-", "/", "&", "~", "_", "'", ":", " ", "–", "’", "@", "|", "=", "·", "-the-"];
    const random = createRandom(1);
    const cases = Array.from({ length: 3000 }, () => {
      const [before, first, second, behind] = Array.from({ length: 4 }, () => random.pick(words));
      const [begin, between, end] = Array.from({ length: 3 }, () => random.pick(signs));
      const part = `${first}${between}${second}`;
      return { text: `${before}${begin}${part}${end}${behind}`, part };
    })
      // SO-100 is a name, as on-4o is, and so is "on" in it.
      .filter(({ text, part }) => !/(?:^|[^\p{L}\d-])(?:to|on)[-–]\d/mu.test(`${text}\n${part}`));
    // Without the time limit of a read: a busy machine needs longer.
    const missed = await t.db.bulk((tx) =>
      tx.query(sql`
      select text, part from unnest(${cases.map(({ text }) => text)}::text[], ${cases.map(({ part }) => part)}::text[]) c (text, part)
      cross join lateral (select phraseto_tsquery('paper_text', searchable(part)) as query) q
      where numnode(query) > 0 and not to_tsvector('paper_text', searchable(text)) @@ query`),
    );
    expect(missed).toEqual([]);
  });

  test("what no text can match lacks words, whatever the letter", async () => {
    // Scripts that PostgreSQL's unaccent and signs have to do with, without what old servers do not know.
    const isKnown = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]$/u;
    const letters = Array.from({ length: 0x2fff }, (_, i) => String.fromCodePoint(i + 1)).filter(
      (letter) => isKnown.test(letter) && !/[\u1c80-\u1c8f]/.test(letter),
    );
    const rows = await t.db.query<{ letter: string }>(sql`
      select letter from unnest(${letters}::text[]) letter where numnode(phraseto_tsquery('paper_text', searchable(letter))) = 0`);
    const empty = new Set(rows.map(({ letter }) => letter));
    expect(letters.filter((letter) => empty.has(letter) && !lacksWords(letter))).toEqual([]);
    // Of all letters and digits, only some that hardly any text has.
    const refused = letters.filter(
      (letter) => /[\p{L}\p{Nd}Ⓐ-ⓩ]/u.test(letter) && !empty.has(letter) && lacksWords(letter),
    );
    expect(refused.join("")).toMatch(/^[\u0269\u0374\u1da5\u1e9a]*$/);
  });
}

describeOnServers("parts of what is printed are found", suite);
