import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { isStopWord } from "../spelling/stop-words";
import { originsOf } from "./origins";
import { wordsOf } from "./words";

/** A piece of a paper's text with its matches as [start, end), in UTF-16 code units. */
export interface Highlight {
  field: string;
  text: string;
  ranges: number[][];
}

// Control characters, which texts do not have, mark matches and ends of fragments in PostgreSQL's result.
const START = "\u0002";
const STOP = "\u0003";
const CUT = "\u0004";
const MARKS = `StartSel=${START}, StopSel=${STOP}`;
const WHOLE = `${MARKS}, HighlightAll=true`;
const FRAGMENTS = `${MARKS}, MaxFragments=2, MinWords=12, MaxWords=30, FragmentDelimiter=${CUT}`;
const FEW_NAMES = `${MARKS}, MaxFragments=4, MinWords=2, MaxWords=6, FragmentDelimiter=${CUT}`;

interface Headline {
  id: number;
  field: string;
  text: string;
  /** The text as it is searched. `marked` is the same, or fragments of it, with marks. */
  read: string;
  marked: string;
  query: string;
}

/** For each paper, the fields in which the query's words occur, in order of weight; empty where none does. */
export async function readHighlights(db: Db, query: string, paperIds: readonly number[]): Promise<Highlight[][]> {
  const rows = await db.query<Headline>(
    sql`
    select p.id, f.field, f.text, r.read, ts_headline('paper_text', r.read, q, f.options) as marked, q::text as query
    from ${wordsOf(query)} q, papers p
    cross join lateral (values
      (1, 'title', p.title, ${WHOLE}),
      (2, 'authors', (
        select string_agg(s.name, ', ' order by s.position) from authorships s where s.paper_id = p.id
      ), ${FEW_NAMES}),
      (3, 'keywords', array_to_string(p.keywords, ', '), ${WHOLE}),
      (4, 'abstract', p.abstract, ${FRAGMENTS})
    ) f (place, field, text, options)
    cross join lateral (select ${withoutMarks(sql`searchable(f.text)`)} as read offset 0) r
    where p.id = any(${paperIds}::int[]) and f.text is not null
    order by f.place`.long,
  );
  const byId = new Map(paperIds.map((id): [number, Highlight[]] => [id, []]));
  for (const row of rows) {
    const highlight = toHighlight(row);
    if (highlight.ranges.length > 0) byId.get(row.id)!.push(highlight);
  }
  return paperIds.map((id) => byId.get(id)!);
}

function withoutMarks(text: Sql): Sql {
  return sql`translate(${text}, ${START + STOP + CUT}, '   ')`;
}

interface Mark {
  start: number;
  end: number;
}

function toHighlight({ field, text, read, marked, query }: Headline): Highlight {
  const origins = originsOf(text, read);
  const wanted = readWanted(query);
  const fragments: string[] = [];
  const ranges: number[][] = [];
  let from = 0;
  let length = 0;
  for (const fragment of marked.split(CUT)) {
    const { plain, marks } = parseMarks(fragment);
    const at = read.indexOf(plain, from);
    from = at + plain.length;
    const start = origins[at]!;
    const shift = length - start;
    const runs = wanted.runs.flatMap((run) => [...plain.matchAll(run)]);
    const shown = marks.filter((mark, i) => {
      const word = plain.slice(mark.start, mark.end).toLowerCase();
      if (wanted.inRuns.has(word)) return runs.some(({ 0: run, index }) => isWithin(mark, index, index + run.length));
      return !wanted.inPhrases.has(word) || hasNeighbour(marks, i);
    });
    for (const mark of shown) {
      const [first, end] = [origins[at + mark.start]!, origins[at + mark.end]!];
      // The whole of a formula that is a word.
      const isFormula = text[first - 1] === "$" && text[end - 1] === "$";
      const range = [(isFormula ? first - 1 : first) + shift, end + shift];
      const last = ranges.at(-1);
      // One word in print, such as GPT4.
      if (last && last[1] === range[0]) last[1] = range[1]!;
      else ranges.push(range);
    }
    fragments.push(text.slice(start, origins[from]));
    length += fragments.at(-1)!.length + DOTS.length;
  }
  return { field, text: fragments.join(DOTS), ranges };
}

const DOTS = " … ";

function parseMarks(fragment: string): { plain: string; marks: Mark[] } {
  const marks: Mark[] = [];
  let plain = "";
  for (const piece of fragment.split(START)) {
    const stop = piece.indexOf(STOP);
    if (stop >= 0) marks.push({ start: plain.length, end: plain.length + stop });
    plain += piece.replace(STOP, "");
  }
  return { plain, marks };
}

/** What the query looks for only next to other words. */
interface Wanted {
  /** Numbers and common words that are part of a name: the 4 of GPT-4, the "to" of text-to-image. */
  inPhrases: Set<string>;
  /** Characters that are each a word, and where runs of them occur. */
  inRuns: Set<string>;
  runs: RegExp[];
}

const OPERANDS = /'((?:[^']|'')*)'(?::\S+)?|<[-\d]+>|[!&|()]/g;
const CHARACTER = /^[\p{Lo}\p{Lm}\p{Nl}]$/u;

function readWanted(query: string): Wanted {
  const tokens = [...query.matchAll(OPERANDS)];
  const isPhrase = (i: number) => tokens[i]?.[0].startsWith("<") ?? false;
  const phrases: string[][] = [];
  for (const [i, { 1: word }] of tokens.entries()) {
    if (word === undefined) continue;
    if (isPhrase(i - 1)) phrases.at(-1)!.push(word);
    else phrases.push([word]);
  }
  const alone = new Set(phrases.filter(({ length }) => length === 1).flat());
  const together = phrases.filter(({ length }) => length > 1);
  const isDependent = (word: string) =>
    !alone.has(word) && (/^[\d.]+$/.test(word) || CHARACTER.test(word) || isStopWord(word));
  const runs = together.filter((phrase) => phrase.every((word) => CHARACTER.test(word)));
  return {
    inPhrases: new Set(together.flat().filter(isDependent)),
    inRuns: new Set(runs.flat().filter((character) => !alone.has(character))),
    runs: runs.map((run) => new RegExp(run.join("[^\\p{L}\\p{N}]*"), "gu")),
  };
}

function isWithin(mark: Mark, start: number, end: number): boolean {
  return start <= mark.start && mark.end <= end;
}

function hasNeighbour(marks: Mark[], i: number): boolean {
  const isNear = (one?: Mark, next?: Mark) => one !== undefined && next !== undefined && next.start - one.end <= 1;
  return isNear(marks[i - 1], marks[i]) || isNear(marks[i], marks[i + 1]);
}
