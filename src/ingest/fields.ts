/**
 * The fields of a source record that hold one value each. Staging, merging, validation and upserting read this list: a new
 * field is one line here. Its column is its name in snake case, unless `column` names another.
 */
const fields = {
  abstract: { kind: "text", length: 100_000 },
  summary: { kind: "text", length: 20_000 },
  publishedOn: { kind: "day", first: "1900-01-01" },
  url: { kind: "url" },
  pdfUrl: { kind: "url" },
  thumbnailUrl: { kind: "url" },
  projectUrl: { kind: "url" },
  codeUrl: { kind: "url" },
  doi: { kind: "text", length: 500, mayBeNone: true },
  journalReference: { kind: "text", length: 2000, mayBeNone: true },
  arxivComment: { kind: "text", length: 5000, mayBeNone: true },
  licenseUrl: { kind: "url" },
  upvotes: { kind: "count", column: "imported_upvotes", unknown: "0" },
  comments: { kind: "count", column: "comment_count", unknown: "0" },
  codeStars: { kind: "count" },
} as const satisfies Record<string, Field>;

/**
 * Texts, URLs and days have the value of the greatest word (`merge/word.ts`); what a record leaves out it says nothing of. Of a
 * field that `mayBeNone`, null says that there is none: a newer version of a paper may have no comment any more. A count is replaced by a newer count, whose time is kept in `paper_looks`, in a column of the field's name with
 * "_at". `length` is the most, in UTF-16 code units; a day before `first` is out of bounds; `unknown` is the column's SQL value
 * for unknown, if that is not null.
 */
type Field = { column?: string } & (
  | { kind: "text"; length: number; mayBeNone?: true }
  | { kind: "url" }
  | { kind: "day"; first: string }
  | { kind: "count"; unknown?: string }
);

export type FieldName = keyof typeof fields;

type ValueOf<F extends Field> = F extends { kind: "count" }
  ? number
  : F extends { mayBeNone: true }
    ? string | null
    : string;

/** Days are YYYY-MM-DD. */
export type FieldValues = { [Name in FieldName]?: ValueOf<(typeof fields)[Name]> };

export const fieldNames = Object.keys(fields) as FieldName[];

export function fieldOf(name: FieldName): Field {
  return fields[name];
}
