import type { CslItem } from "../citations/csl.types";
import { printedName } from "../citations/names";
import { escapeMarkdown, yamlList, yamlText } from "./markdown";

/** What a paper's document is written from; the CSL item has all authors. */
export const PAPER_FIELDS = `id arxivId title abstract summary publishedOn featuredOn withdrawnAt upvoteCount categories keywords
    url pdfUrl projectUrl codeUrl citation(format: CSL_JSON)`;

interface QueriedPaper {
  id: string;
  arxivId: string | null;
  title: string;
  abstract: string | null;
  summary: string | null;
  publishedOn: string | null;
  featuredOn: string | null;
  withdrawnAt: string | null;
  upvoteCount: number;
  categories: string[];
  keywords: string[];
  url: string | null;
  pdfUrl: string | null;
  projectUrl: string | null;
  codeUrl: string | null;
  citation: string;
}

/** A paper as Markdown: YAML front matter for note managers, then title and abstract. What is not known is left out. */
export function writePaperMarkdown(paper: QueriedPaper): string {
  const { arxivId, publishedOn, featuredOn, withdrawnAt } = paper;
  const { DOI: doi, author = [] }: CslItem = JSON.parse(paper.citation);
  const urls = [paper.url, paper.pdfUrl, paper.projectUrl, paper.codeUrl].filter((url) => url !== null);
  const fields = [
    `id: ${yamlText(paper.id)}`,
    arxivId !== null && `arxiv: ${yamlText(arxivId)}`,
    doi !== undefined && `doi: ${yamlText(doi)}`,
    `title: ${yamlText(paper.title)}`,
    yamlList("authors", author.map(printedName)),
    publishedOn !== null && `published: ${publishedOn}`,
    featuredOn !== null && `featured: ${featuredOn}`,
    withdrawnAt !== null && `withdrawn: ${withdrawnAt.slice(0, 10)}`,
    `upvotes: ${paper.upvoteCount}`,
    yamlList("categories", paper.categories),
    yamlList("keywords", paper.keywords),
    yamlList("urls", urls),
  ];
  const front = ["---", ...fields.filter((field) => field !== false), "---"].join("\n");
  const body = [`# ${escapeMarkdown(paper.title)}`, escapeMarkdown(paper.abstract ?? paper.summary ?? "")];
  return `${[front, ...body].filter((part) => part !== "").join("\n\n")}\n`;
}
