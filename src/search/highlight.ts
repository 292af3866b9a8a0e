import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { wordsOf } from "./words";

/** A piece of a paper's text with the places that match: [start, end) in UTF-16 code units. */
export interface Highlight {
  field: string;
  text: string;
  ranges: number[][];
}

// Two characters that no text of ours may contain mark a match inside PostgreSQL's answer.
const START = "\u0002";
const STOP = "\u0003";
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
      ts_headline('paper_text', translate(p.title, ${START + STOP}, ''), q, ${WHOLE}) as title,
      ts_headline('paper_text', translate(n.names, ${START + STOP}, ''), q, ${FEW_NAMES}) as authors,
      ts_headline('paper_text', translate(array_to_string(p.keywords, ', '), ${START + STOP}, ''), q, ${WHOLE}) as keywords,
      ts_headline('paper_text', translate(p.abstract, ${START + STOP}, ''), q, ${FRAGMENTS}) as abstract
    from ${wordsOf(query)} q, papers p
    left join lateral (
      select string_agg(s.name, ', ' order by s.position) as names from authorships s where s.paper_id = p.id
    ) n on true
    where p.id = any(${paperIds}::int[])`.long,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return paperIds.map((id) => toHighlights(byId.get(id)));
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
    text += piece.replace(STOP, "");
  }
  return { field, text, ranges };
}
