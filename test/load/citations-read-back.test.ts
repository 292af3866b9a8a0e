import { parse } from "yaml";
import type { CslItem } from "../../src/citations/csl.types";
import { printedName } from "../../src/citations/names";
import { importInBulk, importItems } from "../../src/ingest/importer";
import type { ImportItem } from "../../src/ingest/source-record";
import { readArxivFiles } from "../../src/ingest/sources/arxiv.source";
import {
  describeWithReaders,
  type Reading,
  readByBiber,
  readByBibutils,
  readByPandoc,
  readHeadingsByPandoc,
} from "../citations/readers";
import { portOf } from "../support/api";
import { createHttpClient } from "../support/http-client";
import { unlimited } from "../support/limits";
import { describeWithSharedData, sharedData } from "../support/shared-data";
import { useApi } from "../support/use-api";

const SOAK = Boolean(process.env.SOAK);
/** `npm run soak` has ten thousand papers read, `npm test` some of those whose titles or names are not plain. */
const PAPERS = SOAK ? 10_000 : 60;
const SEARCHED = SOAK ? 100_000 : 4000;
const NOT_PLAIN = /[$\\&%#_^~{}<>|"]/;

interface Cited {
  bibtex: string;
  ris: string;
  item: CslItem;
}

describeWithSharedData(`the citations of ${PAPERS} real papers`, () => {
  describeWithReaders("as bibliography programs read them", () => {
    const t = useApi({ limits: unlimited });
    const cited = new Map<string, Cited>();
    beforeAll(async () => {
      const items: ImportItem[] = [];
      let searched = 0;
      for await (const item of readArxivFiles([sharedData.arxivPapers], async () => new Date())) {
        if (items.length === PAPERS || searched++ === SEARCHED) break;
        if ("rejected" in item) continue;
        const { title, authors = [] } = item.record;
        const isPlain = !NOT_PLAIN.test(title) && authors.every((name) => /^[\p{L} .'-]+$/u.test(name));
        if (!isPlain || (SOAK && searched % 8 === 0)) items.push(item);
      }
      await importInBulk(t.db, () => importItems(t.db, items));
      await t.db.run(
        "update papers set doi = '10.1103/PhysRevD.98_' || id, journal_reference = 'Phys. Rev. D & E 98 (2018) 1' where id % 7 = 0",
      );
      const ids = items.flatMap((item) => ("record" in item ? item.record.arxivId! : []));
      for (let i = 0; i < ids.length; i += 100) {
        const { papersByArxivId: papers } = await t.api.data(
          `query ($ids: [String!]!) { papersByArxivId(arxivIds: $ids) {
            bibtex: citation(format: BIBTEX) ris: citation(format: RIS) csl: citation(format: CSL_JSON) } }`,
          { ids: ids.slice(i, i + 100) },
        );
        for (const { bibtex, ris, csl } of papers) note(bibtex, ris, JSON.parse(csl));
      }
      expect(cited.size).toBe(ids.length);
    }, 600_000);

    /** Two papers may have one key; here each has its own, as all are in one file. */
    function note(bibtex: string, ris: string, item: CslItem): void {
      let key = item.id;
      while (cited.has(key)) key += "x";
      cited.set(key, {
        bibtex: bibtex.replace(item.id, () => key),
        ris: ris.replace(`ID  - ${item.id}`, () => `ID  - ${key}`),
        item: { ...item, id: key },
      });
    }

    const written = (write: (each: Cited) => string) => [...cited.values()].map(write).join("\n");
    const bibliography = () => written(({ bibtex }) => bibtex);

    test("pandoc reads Markdown without a warning, and its front matter gives back titles, authors and ids", async () => {
      const sender = t.use(createHttpClient(portOf(t.api), 1));
      const bodies: string[] = [];
      const titles: string[] = [];
      for (const { item } of cited.values()) {
        const id = item.number!.replace("arXiv:", "");
        const { body } = await sender.send({ method: "GET", path: `/papers/${id}.md` });
        const [, front = "", text = ""] = /^---\n(.*?)\n---\n(.*)$/s.exec(body)!;
        expect(parse(front)).toMatchObject({
          arxiv: id,
          doi: item.DOI,
          title: item.title,
          authors: (item.author ?? []).map(printedName),
          urls: expect.arrayContaining([item.URL]),
        });
        bodies.push(text);
        titles.push(item.title);
      }
      const { headings, said } = readHeadingsByPandoc(bodies.join("\n"));
      expect(said).toBe("");
      expect(headings).toHaveLength(titles.length);
      expect(titles.filter((title, i) => !sameTitle(headings[i]!, title))).toEqual([]);
    }, 600_000);

    test.each<[string, () => Reading]>([
      ["pandoc reads BibTeX", () => readByPandoc("bibtex", bibliography())],
      [
        "pandoc reads CSL JSON",
        () => readByPandoc("csljson", JSON.stringify([...cited.values()].map(({ item }) => item))),
      ],
      ["bibutils read BibTeX", () => readByBibutils("bib2xml", bibliography())],
      [
        "bibutils read RIS",
        () =>
          readByBibutils(
            "ris2xml",
            written(({ ris }) => ris),
          ),
      ],
      ["biber reads BibTeX", () => readByBiber(bibliography())],
    ])(
      "%s without a warning, and gives back titles, authors and ids",
      (name, read) => {
        const [program] = name.split(" ");
        const { said, byKey } = read();
        expect(said).toBe("");
        expect([...byKey.keys()].sort()).toEqual([...cited.keys()].sort());
        const wrong = [...cited].flatMap(([key, { item }]) => {
          const { title, authors, ids } = byKey.get(key)!;
          const names = (item.author ?? []).map(printedName);
          const isId = (id: string) => ids.some((each) => each.endsWith(id));
          const known = [item.URL, item.type === "article" ? undefined : item.DOI].filter((id) => id !== undefined);
          return [
            ...(sameTitle(title, item.title, program) ? [] : [[item.title, title]]),
            ...(sameNames(authors, names, program) ? [] : [[key, names, authors]]),
            ...(known.every(isId) ? [] : [[key, known, ids]]),
          ];
        });
        expect(wrong).toEqual([]);
      },
      SOAK ? 1_800_000 : 120_000,
    );
  });
});

/** A plain title comes back letter by letter; of TeX, programs make what they can. Bibutils take \\l in \\langle for a letter. */
function sameTitle(read: string, given: string, program?: string): boolean {
  if (!/[\\${}^~<>]/.test(given)) return typeset(read) === typeset(given);
  const commands = given.match(/\\[A-Za-z]+/g) ?? [];
  if (commands.length > 0 && program === "bibutils") return true;
  const [a, b] = [read, given].map((text) => letters(commands.reduce((rest, each) => rest.replaceAll(each, ""), text)));
  return a === b;
}

/** Bibutils take capitals apart as initials, put suffixes elsewhere, and have a name only once. */
function sameNames(read: readonly string[], given: readonly string[], program?: string): boolean {
  if (program !== "bibutils") return joined(read) === joined(given);
  const [a, b] = [read, given].map((names) => new Set(names.map((name) => [...letters(name)].sort().join(""))));
  return a!.size === b!.size && [...a!].every((name) => b!.has(name));
}

function joined(names: readonly string[]): string {
  return typeset(names.join(" and ")).replaceAll(" ", "");
}

/** Dashes and spaces as TeX sets them, without quotation marks, and without the braces and escapes of BibTeX. */
function typeset(text: string): string {
  return text
    .replace(/<\/?span[^>]*>|[{}"“”`'’‘]|\\(?=[&%#_$])/g, "")
    .replace(/---?|[–—]/g, "-")
    .replace(/[\s~\u00a0]+/g, " ")
    .trim();
}

function letters(text: string): string {
  const plain = text.replace(/<\/?(?:span|sup|sub|i|b|u)\b[^>]*>/g, "").replace(/\\[A-Za-z]+/g, "");
  return plain
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}
