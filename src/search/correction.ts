import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { allOf, findSimilarWords, isStopWord, type SimilarWord } from "../spelling/similar-words";
import { type Correction, isAnySimilar } from "./misspelt-search";
import { withoutExcluded } from "./words";

/** Numbers of several parts are not words: nobody misspells them, and the words of titles hold each part alone. */
const DECIMAL = /\d+(?:\.\d+)+/g;

/** What `searchable` writes for the signs of C++, C# and .NET. Without them it is another word, so nothing is spelt alike. */
const SIGN_LETTERS = "[ʔʕʘ]";

/** Words whose similarity to a lone misspelt one is less than this below the best count as equally good. */
const AS_GOOD = 0.05;

/**
 * The words that a search without results may have meant. Any of several words may be the wrong one, so each is also
 * compared whole; if no paper has all of them, one may be missing. Null when no known word is similar.
 */
export async function correct(db: Db, query: string): Promise<Correction | null> {
  const { wanted, condition } = withoutExcluded(query);
  const text = wanted.replace(DECIMAL, " ");
  const groups = await findSimilarWords(db, await withLetters(db, text), {
    ignored: isStopWord,
    compared: sql`q.word !~ ${SIGN_LETTERS}`,
    compareWhole: sql`not q.is_only`,
  });
  if (groups.length === 0) return null;
  const nearest = groups.map(best);
  const together = queriesOf(groups.length === 1 ? nearest : groups);
  const isWhole = groups.length === 1 || (await isFound(db, together));
  return { text, condition, ...(isWhole ? together : queriesOf(nearest, allButOne)) };
}

/** The text with the signs of C++, C# and .NET replaced by letters, as in the words of titles. */
async function withLetters(db: Db, text: string): Promise<string> {
  if (!/[^\p{L}\p{N}\s"-]/u.test(text)) return text;
  const [row] = await db.query<{ text: string }>(sql`select searchable(${text}) as text`.long);
  return row!.text;
}

type Queries = Pick<Correction, "inText" | "inName">;

async function isFound(db: Db, queries: Queries): Promise<boolean> {
  const [row] = await db.query<{ isFound: boolean }>(sql`select ${isAnySimilar(queries)} as "isFound"`.long);
  return row!.isFound;
}

function queriesOf(groups: readonly SimilarWord[][], combine = allOf): Queries {
  return { inText: combine(groups, "inText"), inName: combine(groups, "inName") };
}

function best(similar: readonly SimilarWord[]): SimilarWord[] {
  return similar.filter(({ part }) => part > similar[0]!.part - AS_GOOD);
}

/** A group of words that the text search ignores makes an empty query, which must be dropped. */
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
