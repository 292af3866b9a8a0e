import { type Sql, sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { allCategories } from "./arxiv-taxonomy";
import { inKnownSpelling, readCategory } from "./category";
import { categoriesProblem } from "./filter-rules";
import type { PaperFilter } from "./paper-filter.input";

type CategoryFilter = Pick<PaperFilter, "categories" | "excludeCategories">;

/** The same filter with its categories as arXiv writes them. */
export function withKnownSpelling<Filter extends CategoryFilter>(filter: Filter): Filter {
  const spelled = { ...filter };
  for (const name of ["categories", "excludeCategories"] as const) {
    const given = filter[name];
    if (given) spelled[name] = inKnownSpelling(given);
  }
  return spelled;
}

/** The categories of one field, as arXiv writes them; BAD_USER_INPUT names what is none. */
export function checkCategories(name: keyof CategoryFilter, given: readonly string[]): string[] {
  const problem = categoriesProblem(name, given);
  if (problem) throw badUserInput(`filter.${name}`, problem);
  return given.map((category) => readCategory(category)!);
}

/**
 * Whether a paper has none of the categories, nor any of an archive. No index finds it, so each paper is read: a pattern takes
 * a quarter of the time of `with_archives`.
 */
export function lacksCategory(paper: Sql, categories: readonly string[]): Sql {
  if (categories.length === 0) return sql`true`;
  const pattern = `(^| )(${categories.map((category) => category.replaceAll(".", "\\.")).join("|")})(\\.| |$)`;
  return sql`array_to_string(${paper}.categories, ' ') !~ ${pattern}`;
}

/** Whether a paper has one of the categories, or one of an archive: as in the index papers_categories_idx. */
export function hasCategory(paper: Sql, categories: readonly string[]): Sql {
  return sql`with_archives(${paper}.categories) && ${categories}::text[]`;
}

/** Whether filters take a value of papers' categories: papers stored before unknown ones were refused may have others. */
export function isTakenCategory(category: Sql): Sql {
  return sql`${category} = any(${allCategories}::text[])`;
}
