import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { type Alike, allOf, isStopWord, readAlike } from "./alike";
import { type Correction, isAnyAlike } from "./alike-papers";
import { wordsOf } from "./words";

/** What follows a minus sign that begins a word or stands alone: a word or a quotation, as PostgreSQL takes it. */
const EXCLUDED = /(?<!\S)-+\s*("[^"]*"?|\S*)/g;

/** Words that are like a lone misspelt one by less than this below the best are as good: all that begin with it, say. */
const AS_GOOD = 0.05;

/**
 * The words that a search that found nothing may have meant. Of several, any may be the wrong one, so all are compared
 * widely; when they are nowhere together, one may be missing. Null when no known word is like any.
 */
export async function correct(db: Db, query: string): Promise<Correction | null> {
  const text = query.replace(EXCLUDED, " ");
  const excluded = query.match(EXCLUDED)?.join(" ");
  const condition = excluded ? isWithout(sql`(select ${wordsOf(excluded)})`) : sql`true`;
  const groups = await readAlike(db, text, { ignored: isStopWord, compared: sql`true`, widely: sql`not q.is_only` });
  if (groups.length === 0) return null;
  const nearest = groups.map(best);
  const together = queriesOf(groups.length === 1 ? nearest : groups);
  const isWhole = groups.length === 1 || (await isFound(db, together));
  return { text, condition, ...(isWhole ? together : queriesOf(nearest, allButOne)) };
}

/** Nothing matches a query without words, as of a minus sign alone or before a stop word. */
function isWithout(excluded: Sql): Sql {
  return sql`(numnode(${excluded}) = 0 or p.search @@ ${excluded})`;
}

type Queries = Pick<Correction, "inText" | "inName">;

async function isFound(db: Db, queries: Queries): Promise<boolean> {
  const [row] = await db.read<{ isFound: boolean }>(sql`select ${isAnyAlike(queries)} as "isFound"`.long);
  return row!.isFound;
}

function queriesOf(groups: readonly Alike[][], combine = allOf): Queries {
  return { inText: combine(groups, "inText"), inName: combine(groups, "inName") };
}

function best(alike: readonly Alike[]): Alike[] {
  return alike.filter(({ part }) => part > alike[0]!.part - AS_GOOD);
}

/** A group of words that texts ignore leaves no query behind, which has no place among others. */
const allButOne: typeof allOf = (groups, place) =>
  groups
    .map((left) =>
      allOf(
        groups.filter((group) => group !== left),
        place,
      ),
    )
    .filter((query) => query !== "")
    .map((query) => `(${query})`)
    .join(" | ");
