import { CitationFormat } from "../citations/citation-format.type";
import { PAPER_FIELDS, writePaperMarkdown } from "./paper-markdown";

/** How a paper is sent. */
export interface PaperFormat {
  /** Of the path, for clients that cannot set a header. */
  ending: string;
  mediaType: string;
  query: string;
  variables: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the paper has the fields of the query
  write(paper: any, isFile: boolean): string;
}

const CITATION = `query PaperCitation($by: PaperBy!, $format: CitationFormat!) {
  paper(by: $by) { citation(format: $format) }
}`;

const MARKDOWN = `query PaperMarkdown($by: PaperBy!) {
  paper(by: $by) {
    ${PAPER_FIELDS}
  }
}`;

const asItIs = ({ citation }: { citation: string }) => citation;

/** The first one is for clients that accept anything. */
export const paperFormats: readonly PaperFormat[] = [
  { ending: "md", mediaType: "text/markdown", query: MARKDOWN, variables: {}, write: writePaperMarkdown },
  {
    ending: "bib",
    mediaType: "application/x-bibtex",
    query: CITATION,
    variables: { format: CitationFormat.BIBTEX },
    write: asItIs,
  },
  {
    ending: "ris",
    mediaType: "application/x-research-info-systems",
    query: CITATION,
    variables: { format: CitationFormat.RIS },
    write: asItIs,
  },
  {
    ending: "csl.json",
    mediaType: "application/vnd.citationstyles.csl+json",
    query: CITATION,
    variables: { format: CitationFormat.CSL_JSON },
    // Programs that read files, pandoc among them, want a list; who asks as of doi.org gets an object, as there.
    write: ({ citation }, isFile) => (isFile ? `[${citation}]\n` : citation),
  },
];
