import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { HTML_SIGNS, wordsOf } from "./words";

/** A piece of a paper's text with the places that match: [start, end) in UTF-16 code units. */
export interface Highlight {
  field: string;
  text: string;
  ranges: number[][];
}

// Characters that have no business in a text: two mark a match inside PostgreSQL's answer, three stand for those by which
// its parser would read HTML, and one for the stroke of a closing tag.
const START = "\u0002";
const STOP = "\u0003";
const STAND_INS = "\u0004\u0005\u0006";
const STROKE = "\u0007";
const SHOWN = `${HTML_SIGNS}/`;
const MARKS = `StartSel=${START}, StopSel=${STOP}`;
const WHOLE = `${MARKS}, HighlightAll=true`;
const FRAGMENTS = `${MARKS}, MaxFragments=2, MinWords=12, MaxWords=30, FragmentDelimiter=" … "`;
const FEW_NAMES = `${MARKS}, MaxFragments=4, MinWords=2, MaxWords=6, FragmentDelimiter=" … "`;

interface Headlines {
  id: number;
  title: string;
  authors: string | null;
  keywords: string;
  abstract: string | null;
}

/** For each paper, the fields in which the query's words stand, in order of weight; empty where none does. */
export async function readHighlights(db: Db, query: string, paperIds: readonly number[]): Promise<Highlight[][]> {
  const rows = await db.read<Headlines>(
    sql`
    select p.id,
      ts_headline('paper_text', ${plain(sql`p.title`)}, q, ${WHOLE}) as title,
      ts_headline('paper_text', ${plain(sql`n.names`)}, q, ${FEW_NAMES}) as authors,
      ts_headline('paper_text', ${plain(sql`array_to_string(p.keywords, ', ')`)}, q, ${WHOLE}) as keywords,
      ts_headline('paper_text', ${plain(sql`p.abstract`)}, q, ${FRAGMENTS}) as abstract
    from ${wordsOf(query)} q, papers p
    left join lateral (
      select string_agg(s.name, ', ' order by s.position) as names from authorships s where s.paper_id = p.id
    ) n on true
    where p.id = any(${paperIds}::int[])`.long,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return paperIds.map((id) => toHighlights(byId.get(id)));
}

/** A text of ours without those characters, its signs of HTML replaced. */
function plain(text: Sql): Sql {
  const without = sql`translate(${text}, ${START + STOP + STAND_INS + STROKE}, '')`;
  return sql`translate(replace(${without}, '</', ${`<${STROKE}`}), ${HTML_SIGNS}, ${STAND_INS})`;
}

function withSigns(text: string): string {
  return [...STAND_INS, STROKE].reduce((shown, standIn, i) => shown.replaceAll(standIn, SHOWN[i]!), text);
}

function toHighlights(row: Headlines | undefined): Highlight[] {
  if (!row) return [];
  return (["title", "authors", "keywords", "abstract"] as const)
    .map((field) => parseMarks(field, row[field] ?? ""))
    .filter((highlight) => highlight.ranges.length > 0);
}

function parseMarks(field: string, marked: string): Highlight {
  const ranges: number[][] = [];
  let text = "";
  for (const piece of marked.split(START)) {
    const stop = piece.indexOf(STOP);
    if (stop >= 0) ranges.push([text.length, text.length + stop]);
    text += withSigns(piece.replace(STOP, ""));
  }
  return { field, text, ranges };
}
