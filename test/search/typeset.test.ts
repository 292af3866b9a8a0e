import type { Database } from "../../src/db/database";
import { importRecords, sourceRecord } from "../support/factories";
import { describeOnServers } from "../support/servers";
import { useApiOn } from "../support/use-api";

jest.setTimeout(60_000);

const FOUND = `query ($word: String!) {
  searchPapers(query: $word, first: 20) { edges { highlights { field text ranges } node { title } } }
  papers(filter: { keywords: [$word] }, first: 20) { nodes { title } }
}`;

/** What is printed, and queries that find it. Each title has a word of its own, by which its numbers are told from others'. */
const PRINTED: [title: string, ...queries: string[]][] = [
  // Plurals with digits and capitals.
  ["Aardvark on H100s", "H100", "H100s", "h100s"],
  ["Addax on an A100", "A100s", "a100s"],
  ["Agouti on two 4090s, or 3070s", "4090", "4090s", "3070"],
  ["Alpaca on a 5090", "5090s"],
  ["Anoa of 7Bs and 13bs", "7B", "7Bs", "7bs", "13B"],
  ["Aoudad of T5s", "T5", "T-5", "T5s"],
  ["Ape of GPT-4s", "GPT-4", "GPT-4s", "gpt4", "GPT 4"],
  ["Argali of ReLUs, GELUs and SwiGLUs", "ReLU", "relus", "ReLUs", "GELU", "SwiGLU"],
  ["Avahi of an IMU and IoU", "IMUs", "imus", "IoUs"],
  ["Aye-aye of ResNet‑50s", "ResNet-50", "ResNet50"],
  ["Babirusa of MP3s and 4Ks", "MP3", "4K", "4ks"],
  // Indexes and exponents.
  ["Baboon of $\\pi_0$", "π0", "π₀", "$\\pi_0$", "\\pi_0", "π_0"],
  ["Badger of π₀", "$\\pi_0$", "π0", "$\\pi_{0}$"],
  ["Bandicoot of π1", "$\\pi_1$"],
  ["Banteng of $\\pi_{0.5}$", "π0.5", "$\\pi_{0.5}$"],
  ["Bat of H$_2$O", "H2O", "H₂O", "H_2O", "H$_{2}$O"],
  ["Bear of D2O", "D$_2$O", "$\\mathrm{D}_2\\mathrm{O}$"],
  ["Beaver of km$^2$ and $s^{3}$", "km²", "s³", "km2", "km^2"],
  ["Bettong of m²", "m$^2$", "m2", "m^2"],
  ["Bilby of $\\ell_1$", "ℓ1", "ℓ₁", "l1", "$\\ell_1$"],
  ["Binturong of ℓ7", "$\\ell_7$", "ℓ_7"],
  ["Bison of $L_2$", "L2", "L₂"],
  ["Blesbok of L5", "$L_5$", "\\(L_5\\)"],
  ["Boar of $\\beta_1$-VAE", "β1", "β₁", "β1-VAE"],
  ["Bobcat of β3", "$\\beta_3$", "$\\beta_{3}$"],
  ["Bongo of $^{13}$C and $10^3$", "13C", "¹³C", "10³", "10^3"],
  ["Bonobo of 10⁵", "$10^5$", "10^{5}"],
  ["Buffalo, 3$\\times$ faster", "3×", "3x", "$3\\times$"],
  ["Bushbuck, $4\\times$ faster", "4×", "4x"],
  ["Capuchin, 5× faster", "$5\\times$", "5$\\times$"],
  ["Caracal of 8$\\times$7B", "8x7B", "8×7B", "$8\\times 7$B"],
  ["Caribou of $k$NN", "kNN"],
  // Accents, fonts and braces.
  ['On H\\"older', "Hölder", "Holder", 'H\\"older', 'H{\\"o}lder'],
  ['A Schr\\"odinger', "Schrödinger", "schrodinger"],
  ['Of Schr{\\"{o}}dinger-Bridge', "Schrödinger", "Schrödinger-Bridge"],
  ["After Erd\\H{o}s", "Erdős", "Erdos", "Erd\\H{o}s"],
  ["By Erdős", "Erd\\H{o}s", "Erd\\H os"],
  ["For Poincar\\'e", "Poincaré"],
  ["In Poincar\\'{e}-like", "Poincaré"],
  ['From \\v{C}ech and K\\"ahler', "Čech", "Kähler"],
  ["With Fr\\'echet, It\\^{o} and L\\'{e}vy", "Fréchet", "Itô", "Lévy"],
  ['Of Gal\\c{c}ois and \\AA ngstr{\\"o}m', "Galçois", "Ångström"],
  ["To Nguy\\~{\\^e}n of Stra\\ss e", "Nguyễn", "Straße"],
  ["Near {\\O}rsted and \\L{}ukasiewicz", "Ørsted", "Łukasiewicz"],
  ["See {L}anguage \\textbf{Capybara}like", "language", "capybaralike"],
  ["Cheetah in $\\tilde{O}(n)$", "Õ(n)", "O(n)"],
  // Entities.
  ["Chinchilla of R&amp;D", "R&D", "R&amp;D"],
  ["Civet of Q&A", "Q&amp;A", "Q&#38;A", "Q&amp;amp;A"],
  ["Coati of H&ouml;ppner", "Höppner", "H&#246;ppner"],
  ["Colugo of M&#252;ller and &Oslash;re", "Müller", "Øre", "M&#xFC;ller"],
  ["Cougar&nbsp;of&nbsp;cats&#39; tails", "cats", "tails", "cougar"],
];

const NOTHING: [query: string, title: string][] = [
  ["1990", "Dhole of the 1990s"],
  ["mid-1990", "Dhole of mid-1990s"],
  ["10", "Dibbler of 10s"],
  ["10m", "Dik-dik of 10ms"],
  ["K8", "Dingo of K8s"],
  ["103", "Dormouse of 10^3"],
  ["103", "Douc of 10³"],
  ["amp", "Drill of R&amp;D"],
  ["op", "Dugong opus"],
  ["older", 'Duiker of H\\"older'],
  ["5G", "Dunnart of 5 G"],
];

function suite(open: () => Promise<Database>) {
  const t = useApiOn(open);
  beforeAll(async () => {
    const titles = [...PRINTED, ...NOTHING.map(([, title]) => [title])].map(([title]) => title!);
    await importRecords(
      t.db,
      titles.map((title) => sourceRecord({ title })),
    );
  });

  test.each(PRINTED.flatMap(([title, ...queries]) => queries.map((query): [string, string] => [query, title])))(
    "%s finds %s, and keeps it as a keyword",
    async (word, title) => {
      const { searchPapers, papers } = await t.api.data(FOUND, { word });
      expect(papers.nodes).toContainEqual({ title });
      const edge = searchPapers.edges.find(({ node }: { node: { title: string } }) => node.title === title);
      expect(edge?.highlights).toMatchObject([{ field: "title", text: title }]);
    },
  );

  test.each(NOTHING)("%s does not find %s", async (word, title) => {
    const { papers } = await t.api.data(FOUND, { word });
    expect(papers.nodes).not.toContainEqual({ title });
  });

  test.each([
    ["H100", "Aardvark on H100s", ["H100s"]],
    ["gpt 4", "Ape of GPT-4s", ["GPT", "4s"]],
    ["π0", "Baboon of $\\pi_0$", ["$\\pi_0$"]],
    ["H2O", "Bat of H$_2$O", ["H$_2$O"]],
    ["ℓ1", "Bilby of $\\ell_1$", ["$\\ell_1$"]],
    ["8x7B", "Caracal of 8$\\times$7B", ["8$\\times$7B"]],
    ["Hölder", 'On H\\"older', ['H\\"older']],
    ["Čech", 'From \\v{C}ech and K\\"ahler', ["\\v{C}ech"]],
    ["Erdős", "After Erd\\H{o}s", ["Erd\\H{o}s"]],
    ["R&D", "Chinchilla of R&amp;D", ["R", "D"]],
    ["tails", "Cougar&nbsp;of&nbsp;cats&#39; tails", ["tails"]],
    ["capybaralike", "See {L}anguage \\textbf{Capybara}like", ["Capybara}like"]],
  ])("highlights of %s in %s", async (word, title, marked) => {
    const { searchPapers } = await t.api.data(FOUND, { word });
    const { highlights } = searchPapers.edges.find(({ node }: { node: { title: string } }) => node.title === title);
    expect(highlights[0].ranges.map(([start, end]: [number, number]) => title.slice(start, end))).toEqual(marked);
  });
}

describeOnServers("what is typeset is found", suite);
