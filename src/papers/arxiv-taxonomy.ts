/** arXiv's archives with their classes, as https://arxiv.org/category_taxonomy has them in November 2026. */
const CLASSES: Record<string, string> = {
  "astro-ph": "CO EP GA HE IM SR",
  "cond-mat": "dis-nn mes-hall mtrl-sci other quant-gas soft stat-mech str-el supr-con",
  cs: "AI AR CC CE CG CL CR CV CY DB DC DL DM DS ET FL GL GR GT HC IR IT LG LO MA MM MS NA NE NI OH OS PF PL RO SC SD SE SI SY",
  econ: "EM GN TH",
  eess: "AS IV SP SY",
  "gr-qc": "",
  "hep-ex": "",
  "hep-lat": "",
  "hep-ph": "",
  "hep-th": "",
  math: "AC AG AP AT CA CO CT CV DG DS FA GM GN GR GT HO IT KT LO MG MP NA NT OA OC PR QA RA RT SG SP ST",
  "math-ph": "",
  nlin: "AO CD CG PS SI",
  "nucl-ex": "",
  "nucl-th": "",
  physics:
    "acc-ph ao-ph app-ph atm-clus atom-ph bio-ph chem-ph class-ph comp-ph data-an ed-ph flu-dyn gen-ph geo-ph hist-ph ins-det med-ph optics plasm-ph pop-ph soc-ph space-ph",
  "q-bio": "BM CB GN MN NC OT PE QM SC TO",
  "q-fin": "CP EC GN MF PM PR RM ST TR",
  "quant-ph": "",
  stat: "AP CO ME ML OT TH",
};
/** Archives that take no more papers; those that are there keep their category. */
const CLOSED =
  "acc-phys adap-org alg-geom ao-sci atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas dg-ga funct-an mtrl-th patt-sol plasm-ph q-alg solv-int supr-con";

const CATEGORIES = new Set([
  ...CLOSED.split(" "),
  ...Object.entries(CLASSES).flatMap(([archive, classes]) => [
    archive,
    ...classes.split(" ").flatMap((each) => (each ? `${archive}.${each}` : [])),
  ]),
]);
/** All archives and classes, as arXiv writes them. */
export const allCategories: readonly string[] = [...CATEGORIES];
const MOST_SUGGESTED = 3;

/** Whether arXiv has a category, as it writes it. Where arXiv lists categories it also lists classes of the ACM and the MSC. */
export function isCategory(text: string): boolean {
  return CATEGORIES.has(text);
}

/** What is wrong with a category that arXiv does not have, and what would be right; null for one that it has. */
export function unknownCategoryProblem(category: string): string | null {
  if (isCategory(category)) return null;
  const similar = similarTo(category).slice(0, MOST_SUGGESTED).join(" or ");
  const hint = similar ? `Did you mean ${similar}?` : "arxiv.org/category_taxonomy lists them all.";
  return `arXiv has no category "${category}". ${hint}`;
}

/** Those whose class is called so, of the same archive first: "ai" is cs.AI, and "cs.ML" stat.ML. */
function similarTo(category: string): string[] {
  const [archive, name = archive] = category.toLowerCase().split(".");
  const ofName = [...CATEGORIES].filter((each) => each.toLowerCase().split(".")[1] === name);
  return ofName.sort((a, b) => Number(b.startsWith(`${archive}.`)) - Number(a.startsWith(`${archive}.`)));
}
