import { registerEnumType } from "type-graphql";

export enum CitationFormat {
  BIBTEX = "BIBTEX",
  RIS = "RIS",
  CSL_JSON = "CSL_JSON",
}

registerEnumType(CitationFormat, {
  name: "CitationFormat",
  description: "How a citation is written, in UTF-8.",
  valuesConfig: {
    BIBTEX: {
      description:
        "An entry for BibTeX, biber and what reads their files: `@misc` in arXiv's form, or `@article` when journal and DOI are known.",
    },
    RIS: { description: "A record for Zotero, EndNote, Mendeley and others; its lines end with CR LF." },
    CSL_JSON: { description: "One JSON object of Citation Style Language 1.0.2, as doi.org gives it." },
  },
});
