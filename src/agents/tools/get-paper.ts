import { escapeMarkdown } from "../../documents/markdown";
import { badUserInput } from "../../graphql/errors";
import { decodeNodeKey } from "../../nodes/node-id";
import { parseArxivId } from "../../papers/arxiv-reference";
import { fitItems, fitMost, fits } from "../fit";
import { listSchema, objectSchema } from "../json-schema";
import { BRIEF_REQUIRED, briefLine, briefOf, briefProperties, cut, type QueriedBrief } from "../paper-brief";
import type { Tool } from "../tool";

const MAX_PAPERS = 20;
/** In characters; a few long abstracts are cut, and so long citations left out. */
const MAX_BODY = 4000;
/** In characters: with so much of each text, any paper fits beside what else an answer tells. */
const MIN_BODY = 30;
const MAX_LISTED = 10;
/** In characters, of a reference to what is not known here. */
const MAX_UNKNOWN = 60;

interface QueriedPaper extends QueriedBrief {
  abstract?: string | null;
  summary?: string | null;
  categories?: string[];
  keywords?: string[];
  commentCount?: number;
  organization?: { id: string; name: string } | null;
  doi?: string | null;
  journalReference?: string | null;
  withdrawnAt?: string | null;
  url?: string | null;
  pdfUrl?: string | null;
  codeUrl?: string | null;
  codeStars?: number | null;
  relatedPapers?: { id: string; arxivId: string | null; title: string }[];
  citation?: string;
}
interface QueriedPapers {
  byArxivId: (QueriedPaper | null)[];
  byId: (Partial<QueriedPaper> | null)[];
}

const text = { type: "string" };
const count = { type: "integer" };
const reference = objectSchema({ id: text, arxivId: text, title: text }, ["id", "title"]);

export const getPaper: Tool = {
  name: "get_paper",
  title: "Get papers",
  ownArguments: {
    papers: {
      ...listSchema(text),
      minItems: 1,
      maxItems: MAX_PAPERS,
      description: "arXiv ids such as 2605.16363, links to arXiv or Hugging Face, or ids from other tools' answers.",
    },
  },
  arguments: {
    full: "Whether abstract, links, categories and related papers are wanted.",
    cite: "Whether a citation is wanted.",
    format: "Of the citation.",
  },
  output: {
    properties: {
      papers: listSchema(
        objectSchema(
          {
            ...briefProperties,
            abstract: { ...text, description: "It ends with … where it is cut." },
            categories: listSchema(text),
            keywords: listSchema(text),
            comments: count,
            organization: objectSchema({ id: text, name: text }),
            doi: text,
            journalReference: text,
            withdrawnAt: text,
            url: text,
            pdfUrl: text,
            codeUrl: text,
            codeStars: count,
            related: listSchema(reference),
            citation: text,
          },
          BRIEF_REQUIRED,
        ),
      ),
      unknown: { ...listSchema(text), description: "What no paper here is known by." },
      left: { ...listSchema(text), description: "What did not fit into this answer: ask for it again." },
    },
    required: ["papers", "unknown", "left"],
  },
  variables({ papers, ...others }) {
    const given = papers as string[];
    const arxivIds = given.map(parseArxivId).filter((id) => id !== null);
    const ids = given.filter((each) => parseArxivId(each) === null);
    const wrong = ids.find((id) => decodeNodeKey("Paper", id) === null);
    if (wrong === undefined) return { ...others, arxivIds, ids };
    const shown = JSON.stringify(cut(wrong, MAX_LISTED * MAX_LISTED));
    throw badUserInput(
      "papers",
      `${shown} is neither an arXiv id, or a link to arXiv or Hugging Face, nor an id from an answer.`,
    );
  },
  answer(data: QueriedPapers, args, form) {
    const asked = args.papers as string[];
    const found = inOrder(asked, data);
    const known = found.filter((paper) => paper !== null);
    const unknown = asked.filter((_, i) => !found[i]).map((name) => cut(name, MAX_UNKNOWN));
    const answerWith = (details: Details[]) => {
      const left = known.slice(details.length).map(({ arxivId, id }) => arxivId ?? id);
      const notes = [
        unknown.length > 0 && `Not known here: ${unknown.map(escapeMarkdown).join(", ")}`,
        left.length > 0 && `Ask again for what did not fit: ${left.join(", ")}`,
      ];
      const parts = [...details.map(write), ...notes.filter((note) => note !== false)];
      return { structured: { papers: details, unknown, left }, text: parts.join("\n\n") };
    };
    const details = known.map((paper) => detailsOf(paper, MAX_BODY));
    const answer = fitItems(known.length, form, (items) => answerWith(details.slice(0, items)));
    const [first] = known;
    if (!first || fits(answer, form)) return answer;
    return fitMost(MIN_BODY, MAX_BODY, form, (most) => answerWith([detailsOf(first, most)]));
  },
};

function inOrder(asked: readonly string[], { byArxivId, byId }: QueriedPapers): (QueriedPaper | null)[] {
  const arxiv = [...byArxivId];
  const others = [...byId];
  return asked.map((name) => (parseArxivId(name) === null ? (others.shift() as QueriedPaper | null) : arxiv.shift()!));
}

type Details = ReturnType<typeof detailsOf>;

/** With at most so many characters of the abstract and the citation, and of each other text, if its own bound is not lower. */
function detailsOf(paper: QueriedPaper, most: number) {
  const { abstract, summary, categories, keywords, commentCount, organization, relatedPapers, citation } = paper;
  const body = abstract ?? summary;
  const short = (text: string) => cut(text, Math.min(most, MAX_SHORT));
  const told = {
    doi: paper.doi && short(paper.doi),
    journalReference: paper.journalReference && short(paper.journalReference),
    withdrawnAt: paper.withdrawnAt,
    url: shortUrl(paper.url, most),
    pdfUrl: shortUrl(paper.pdfUrl, most),
    codeUrl: shortUrl(paper.codeUrl, most),
    codeStars: paper.codeStars,
    citation: citation && citationOf(paper, citation, most),
  };
  const brief = briefOf(paper);
  return {
    ...brief,
    title: short(brief.title),
    authors: brief.authors.map(short),
    ...(body && { abstract: cut(body, most) }),
    ...(categories?.length && { categories: categories.slice(0, MAX_LISTED) }),
    ...(keywords?.length && { keywords: keywords.slice(0, MAX_LISTED).map(short) }),
    ...(commentCount !== undefined && { comments: commentCount }),
    ...(organization && { organization: { id: organization.id, name: short(organization.name) } }),
    ...(relatedPapers?.length && {
      related: relatedPapers.map(({ id, arxivId, title }) => ({
        id,
        ...(arxivId !== null && { arxivId }),
        title: short(title),
      })),
    }),
    ...(Object.fromEntries(Object.entries(told).filter(([, value]) => value != null)) as Partial<
      Record<keyof typeof told, string | number>
    >),
  };
}

/** In characters, of any text but the abstract and the citation. */
const MAX_SHORT = 300;

/** A part of a URL leads nowhere. */
function shortUrl(url: string | null | undefined, most: number): string | null {
  return url && url.length <= Math.min(most, MAX_SHORT) ? url : null;
}

/** A citation is whole or not there: half of one is not read by any program. */
function citationOf({ id, arxivId }: QueriedPaper, citation: string, most: number): string {
  if (citation.length <= most) return citation.trimEnd();
  return `Too long for an answer: GET /papers/${arxivId ?? id}.bib, .ris or .csl.json of this site has it.`;
}

function write(paper: Details): string {
  const lines = [
    paper.withdrawnAt && `Withdrawn by its authors ${String(paper.withdrawnAt).slice(0, 10)}.`,
    paper.abstract && escapeMarkdown(paper.abstract),
    paper.categories && `Categories: ${paper.categories.join(", ")}`,
    paper.keywords && `Keywords: ${paper.keywords.map(escapeMarkdown).join(", ")}`,
    paper.organization && `Organization: ${escapeMarkdown(paper.organization.name)} (${paper.organization.id})`,
    paper.journalReference && `Published in: ${escapeMarkdown(String(paper.journalReference))}`,
    paper.doi && `DOI: ${escapeMarkdown(String(paper.doi))}`,
    paper.url && `Page: ${paper.url}`,
    paper.codeUrl && `Code: ${paper.codeUrl}${paper.codeStars === undefined ? "" : ` (${paper.codeStars} stars)`}`,
    paper.related &&
      `Related: ${paper.related.map(({ id, arxivId, title }) => `${escapeMarkdown(title)} (${arxivId ?? id})`).join("; ")}`,
    paper.citation && fenced(String(paper.citation)),
  ];
  return [briefLine(paper), ...lines.filter((line) => line)].join("\n\n");
}

/** A text as it is, between fences that are longer than any run of backticks in it. */
function fenced(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}\n${text}\n${fence}`;
}
