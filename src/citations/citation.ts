import type { Paper } from "../papers/paper.entity";
import { toBibtex } from "./bibtex";
import { CitationFormat } from "./citation-format.type";
import { cslItem } from "./csl";
import type { CslItem } from "./csl.types";
import { toRis } from "./ris";

const writers: Record<CitationFormat, (item: CslItem, paper: Paper) => string> = {
  [CitationFormat.BIBTEX]: toBibtex,
  [CitationFormat.RIS]: toRis,
  [CitationFormat.CSL_JSON]: (item) => JSON.stringify(item),
};

/** A paper's citation in every format, each written once: with thousands of authors that takes milliseconds. */
export interface Citation {
  /** How many authors each text names. */
  authorCount: number;
  write(format: CitationFormat): string;
}

/** `authors` as printed, in order. */
export function citePaper(paper: Paper, authors: readonly string[]): Citation {
  const item = cslItem(paper, authors);
  const written = new Map<CitationFormat, string>();
  return {
    authorCount: authors.length,
    write(format) {
      const text = written.get(format) ?? writers[format](item, paper);
      written.set(format, text);
      return text;
    },
  };
}
