import type { GraphQLError } from "graphql";
import { badUserInput } from "../graphql/errors";
import { includesWords } from "../spelling/same-words";
import { lacksWords } from "../spelling/stop-words";
import { unknownCategoryProblem } from "./arxiv-taxonomy";
import { readCategory } from "./category";
import type { PaperFilter } from "./paper-filter.input";

/** Refuses what no paper can match, be it a word or conditions together: a reader would wait for papers that never come. */
export function checkMatchable(filter: PaperFilter | null | undefined): void {
  if (!filter) return;
  for (const name of ["categories", "excludeCategories"] as const) {
    for (const category of filter[name] ?? []) {
      const problem = unknownCategoryProblem(readCategory(category) ?? category);
      if (problem) throw badUserInput(`filter.${name}`, problem);
    }
  }
  checkContradictions(filter);
  for (const name of ["keywords", "excludeKeywords"] as const) {
    for (const word of filter[name] ?? []) {
      const lack = lacksWords(word);
      if (!lack) continue;
      const why = lack === "no word" ? "no word to search for" : "only words too common to search for";
      throw badUserInput(`filter.${name}`, `"${word}" holds ${why}.`);
    }
  }
}

function checkContradictions(filter: PaperFilter): void {
  const day = filter.featuredFrom ? "featuredFrom" : filter.featuredTo ? "featuredTo" : null;
  if (filter.featured === false && day) {
    throw badUserInput(
      `filter.${day}`,
      `No paper can match: featured is false, and ${day} asks for papers that were featured. Leave out one of them.`,
    );
  }
  const words = firstExcluded(filter.keywords, filter.excludeKeywords, includesWords);
  if (words) throw leftOut("excludeKeywords", "the only keyword", "all keywords", "words", words);
  const categories = firstExcluded(filter.categories, filter.excludeCategories, isOfCategory);
  if (categories) throw leftOut("excludeCategories", "the only category", "all categories", "categories", categories);
}

interface Excluded {
  first: string;
  by: string;
  isOnly: boolean;
}

/** The first of what is asked for, and what leaves it out, if all are left out again. */
function firstExcluded(
  wanted: readonly string[] | null | undefined,
  unwanted: readonly string[] | null | undefined,
  excludes: (each: string, unwanted: string) => boolean,
): Excluded | null {
  const reasons = (wanted ?? []).map((each) => unwanted?.find((other) => excludes(each, other)));
  const [by] = reasons;
  if (by === undefined || reasons.includes(undefined)) return null;
  return { first: wanted![0]!, by, isOnly: reasons.length === 1 };
}

/** Whether a category is another one, or of that archive. */
function isOfCategory(category: string, other: string): boolean {
  const [own, wider] = [readCategory(category), readCategory(other)];
  return own !== null && wider !== null && (own === wider || own.startsWith(`${wider}.`));
}

function leftOut(
  field: string,
  only: string,
  all: string,
  what: string,
  { first, by, isOnly }: Excluded,
): GraphQLError {
  const why = isOnly ? `${only} is left out again:` : `${all} are left out again, as`;
  return badUserInput(
    `filter.${field}`,
    `No paper can match: ${why} "${first}" by "${by}". Remove ${what} from one of the two lists.`,
  );
}
