import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";

/** Of what is asked for, so many words are compared, the first ones; each costs about a millisecond. */
const MAX_ASKED = 8;
/** Words that have a part like an asked one, at most. */
const MAX_NEAR = 20;
/** Words that are like an asked one on the whole, at most. */
const MAX_FAR = 10;

/** A word that is known, as a query of texts and of names, and how much of an asked word a part of it is like: 0 to 1. */
export interface Alike {
  inText: string;
  inName: string;
  part: number;
}

interface Asking {
  /** The asked words that are left out. */
  ignored: Sql;
  /** Which of the asked words `q` are compared; those that are known are alike, anyway. `q.is_only`, `q.is_known`: as they say. */
  compared: Sql;
  /** For which of them words that are like it on the whole are looked for, too, even when others have a part like it. */
  widely: Sql;
}

const asQuery = (config: "paper_text" | "simple", word: Sql) => sql`plainto_tsquery(${config}::regconfig, ${word})`;

/** An asked word that searches of texts ignore. */
export const isStopWord = sql`numnode(${asQuery("paper_text", sql`w.lexeme`)}) = 0`;

/** For each word of a text the known words that are spelt most alike, best first. Words that are like none are left out. */
export async function readAlike(db: Db, text: string, { ignored, compared, widely }: Asking): Promise<Alike[][]> {
  const rows = await db.read<{ alike: Alike[] }>(
    sql`
    with asked as (
      select w.lexeme as word, w.positions[1] as position
      from unnest(words_of(${text})) w where not ${ignored}
      order by position limit ${MAX_ASKED}::int
    ), q as materialized (
      select word, position, (select count(*) from asked) = 1 as is_only,
        exists (select from words where words.word = asked.word) as is_known
      from asked
    )
    select json_agg(
      json_build_object(
        'inText', ${asQuery("paper_text", sql`a.word`)}, 'inName', ${asQuery("simple", sql`a.word`)}, 'part', a.part
      )
      order by a.part desc, a.whole desc, a.word
    ) as alike
    from q cross join lateral (
      with near as materialized (
        select w.word, word_similarity(q.word, w.word) as part, similarity(q.word, w.word) as whole
        from words w where q.word <% w.word and ${compared}
        order by part desc, whole desc, w.word limit ${MAX_NEAR}::int
      )
      select q.word, 1 as part, 1 as whole where q.is_known
      union all
      select * from near
      union all (
        select w.word, word_similarity(q.word, w.word), similarity(q.word, w.word) as whole
        from words w where q.word % w.word and ${compared} and (${widely} or not exists (select from near))
        order by whole desc, w.word limit ${MAX_FAR}::int
      )
    ) a
    group by q.word, q.position
    order by q.position`.long,
  );
  return rows.map((row) => row.alike);
}

/** Where words are looked for. */
type Place = "inText" | "inName";

/** The query for any of the words. */
export function anyOf(alike: readonly Alike[], place: Place): string {
  const queries = new Set(alike.map((each) => each[place]).filter((query) => query !== ""));
  return queries.size > 0 ? `(${[...queries].join(" | ")})` : "";
}

/** The query for one word of each group. */
export function allOf(groups: readonly (readonly Alike[])[], place: Place): string {
  return groups
    .map((alike) => anyOf(alike, place))
    .filter((query) => query !== "")
    .join(" & ");
}
