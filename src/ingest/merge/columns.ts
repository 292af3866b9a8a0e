import type { CopyValue } from "../../db/copy-text";
import { snakeCase } from "../../db/snake-case";
import { Sql, sql } from "../../db/sql";
import { type FieldName, fieldNames, fieldOf } from "../fields";
import { nameKey } from "../names";
import { titleKey } from "../normalize";
import type { SourceRecord } from "../source-record";
import { wordOf } from "./word";

/** A column of the staging table: its type, and its value from a record. */
interface StagedColumn {
  name: string;
  type: string;
  value: (record: SourceRecord) => CopyValue;
}

/** A column of papers `p`, and its new value from the staged record `s` and the times `l` of earlier records. */
export interface PaperColumn {
  name: string;
  merge: (column: Sql, unknown?: Sql) => Sql;
  /** The column's value for unknown, if it is not null. */
  unknown?: string;
  /** The column of `paper_looks` with the time of its record, if it is a count. */
  time?: string;
  /** A number that moves while the paper says the same. */
  isCount?: boolean;
  /** What a record says of it, if it has the value of the greatest word: null that there is none, undefined nothing. */
  said?: (record: SourceRecord) => CopyValue;
}

export const raw = (text: string): Sql => new Sql([text], []);

/** The value of the greatest word on it, or on the column that it follows. */
const greatestWord =
  (name: string): PaperColumn["merge"] =>
  (column, unknown) => {
    const value = unknown ? sql`coalesce(s.${column}, ${unknown})` : sql`s.${column}`;
    return sql`case when ${raw(`'${name}'`)} = any(s.wins) then ${value} else p.${column} end`;
  };
const firstKnown: PaperColumn["merge"] = (column) => sql`coalesce(p.${column}, s.${column})`;
const latest: PaperColumn["merge"] = (column) => sql`greatest(p.${column}, s.${column})`;
/** Replaced together with the authors; see `mergeAuthors`. */
const withAuthors: PaperColumn["merge"] = (column) =>
  sql`case when s.authors_win then s.${column} else p.${column} end`;
// Two records of the same time are told apart by the number, so that their order does not matter either.
const newestCount =
  (time: string): PaperColumn["merge"] =>
  (column) =>
    sql`
    case when s.${column} is not null
      and (s.seen_at, s.${column}) > (coalesce(l.${raw(time)}, '-infinity'), coalesce(p.${column}, 0))
    then s.${column} else p.${column} end`;

const TYPES = { text: "text", url: "text", day: "date", count: "int" };

/** A column that has the value of the greatest word. */
function worded(column: StagedColumn & Pick<PaperColumn, "unknown">): StagedColumn & PaperColumn {
  return { ...column, said: column.value, merge: greatestWord(column.name) };
}

function columnOf(name: FieldName): StagedColumn & PaperColumn {
  const field = fieldOf(name);
  const own = {
    name: field.column ?? snakeCase(name),
    type: TYPES[field.kind],
    value: (record: SourceRecord) => record[name],
  };
  if (field.kind !== "count") return worded(own);
  const time = `${snakeCase(name)}_at`;
  return { ...own, merge: newestCount(time), unknown: field.unknown, time, isCount: true };
}

const filled = <T>(list: readonly T[] | undefined) => (list?.length ? list : undefined);
const namesOf = ({ authors }: SourceRecord) => filled(authors);
const countOf = ({ authors, authorCount }: SourceRecord) => authorCount ?? authors?.length;

/** Columns that are staged under their name in papers. */
const staged: (StagedColumn & PaperColumn)[] = [
  { name: "arxiv_id", type: "text", value: (record) => record.arxivId, merge: firstKnown },
  worded({ name: "title", type: "text not null", value: (record) => record.title }),
  {
    name: "title_key",
    type: "text not null",
    value: (record) => titleKey(record.title),
    merge: greatestWord("title"),
  },
  worded({ name: "keywords", type: "text[]", value: ({ keywords }) => filled(keywords), unknown: "'{}'" }),
  worded({ name: "categories", type: "text[]", value: ({ categories }) => filled(categories), unknown: "'{}'" }),
  worded({ name: "withdrawn_at", type: "timestamptz", value: (record) => record.withdrawnAt }),
  { name: "featured_on", type: "date", value: (record) => record.featured?.on, merge: latest },
  { name: "author_count", type: "int", value: countOf, merge: withAuthors, unknown: "0" },
  {
    name: "authors_complete",
    type: "boolean not null",
    value: (record) => namesOf(record)?.length === countOf(record) && countOf(record) !== undefined,
    merge: withAuthors,
  },
  ...fieldNames.map(columnOf),
];

/** Columns that are merged into other tables. */
const beside: StagedColumn[] = [
  { name: "seen_at", type: "timestamptz not null", value: (record) => record.observedAt },
  { name: "source", type: "text", value: (record) => record.source },
  { name: "featured_at", type: "timestamptz", value: (record) => record.featured?.at },
  { name: "listed_by", type: "text", value: (record) => record.featured?.listedBy },
  { name: "author_names", type: "text[]", value: namesOf },
  { name: "author_keys", type: "text[]", value: (record) => namesOf(record)?.map(nameKey) },
  { name: "organization_key", type: "text", value: (record) => record.organization?.key },
  { name: "organization_name", type: "text", value: (record) => record.organization?.name },
  { name: "organization_logo_url", type: "text", value: (record) => record.organization?.logoUrl },
  {
    name: "version_numbers",
    type: "int[]",
    value: (record) => filled(record.versions)?.map(({ number }) => String(number)),
  },
  {
    name: "version_times",
    type: "timestamptz(3)[]",
    value: (record) => filled(record.versions)?.map(({ submittedAt }) => submittedAt.toISOString()),
  },
  // Stored only with a new paper.
  { name: "submitter_id", type: "int", value: (record) => record.submitterId },
];

/** The columns that records change. An organization is staged by its key. */
export const paperColumns: readonly PaperColumn[] = [
  ...staged,
  {
    name: "organization_id",
    merge: greatestWord("organization_id"),
    said: ({ organization }) => organization?.key,
  },
];

/** The record's words on all that it says something of, by column, as JSON. Authors and versions are in tables of their own. */
function wordsOn(record: SourceRecord): string {
  const all = paperColumns.map(({ name, said }) => [name, said?.(record)] as const);
  const counted = countOf(record) === undefined ? undefined : JSON.stringify([countOf(record), namesOf(record)]);
  const said = [...all, ["authors", counted] as const, ["versions", filled(record.versions)] as const];
  const words = said.flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}":${wordOf(record, name, value)}`],
  );
  return `{${words.join(",")}}`;
}

export const stagedColumns: readonly StagedColumn[] = [
  ...beside,
  ...staged,
  { name: "said", type: "jsonb not null", value: wordsOn },
];
