import { isPassing } from "../../db/postgres-errors";
import { nearAmong } from "../../meaning/near-among";
import { matchFilters } from "../../papers/match-filters";
import type { PlanDeps } from "./plan-deps";
import { ANY, disableByFilter } from "./receivers.service";

/** Whether a filter keeps a paper. */
export type Keeps = (filter: string, paperId: number) => boolean;

/**
 * Which of the papers each of the filters keeps. A filter that does not work disables its webhooks, and keeps nothing; if only
 * the database fails, for example for lack of memory, that is thrown, so that the events are planned later.
 */
export async function matchWanted(
  { watch, db, log }: PlanDeps,
  paperIds: readonly number[],
  filters: readonly string[],
  now: Date,
): Promise<Keeps> {
  const broken: string[] = [];
  const passing: unknown[] = [];
  const different = [...new Set(filters)].filter((filter) => filter !== ANY);
  const found = await matchFilters(watch, [...new Set(paperIds)], different, nearAmong, (filter, err) => {
    if (isPassing(err)) {
      passing.push(err);
      return;
    }
    log.error({ err, filter }, "a webhook's stored filter does not work");
    broken.push(filter);
  });
  for (const filter of broken) await db.transaction((tx) => disableByFilter(tx, filter, now));
  if (passing.length > 0) throw passing[0];
  return (filter, paperId) => filter === ANY || Boolean(found.get(filter)?.has(paperId));
}
