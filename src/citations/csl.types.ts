/** A name as Citation Style Language has it: a person's parts, or a group's name as one text. */
export interface CslName {
  family?: string;
  given?: string;
  "non-dropping-particle"?: string;
  suffix?: string;
  literal?: string;
}

/** A paper as Citation Style Language has it (CSL 1.0.2, csl-data.json). What is not known is left out. */
export interface CslItem {
  id: string;
  type: "article" | "article-journal";
  title: string;
  author?: CslName[];
  issued?: { "date-parts": [number[]] };
  "container-title"?: string;
  publisher?: string;
  number?: string;
  DOI?: string;
  URL?: string;
  abstract?: string;
  keyword?: string;
  note?: string;
}
