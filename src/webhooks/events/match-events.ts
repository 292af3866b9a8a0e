import { isTold } from "../../papers/paper-audience";
import type { PaperFilter } from "../../papers/paper-filter.input";
import { matchWanted } from "./match-wanted";
import type { NewEvent } from "./paper-events";
import type { PlanDeps } from "./plan-deps";
import type { Wanted } from "./receivers.service";

/** What webhooks are to be told, whether it is new or not. */
export type Told = Pick<NewEvent, "type" | "paperId" | "audience">;

/** The webhooks that want such an event, and whose filter keeps its paper. */
export type ReceiversOf = (told: Told) => number[];

export async function matchEvents(
  deps: PlanDeps,
  events: readonly Told[],
  wanted: readonly Wanted[],
  now: Date,
): Promise<ReceiversOf> {
  const types = new Set(events.map(({ type }) => type));
  const filters = wanted.filter(({ event }) => types.has(event)).map(({ filter }) => filter);
  const paperIds = events.map(({ paperId }) => paperId);
  const keeps = await matchWanted(deps, paperIds, filters, now);
  const filterOf = new Map(filters.map((filter): [string, PaperFilter] => [filter, JSON.parse(filter)]));
  return ({ type, paperId, audience }) =>
    wanted
      .filter(
        ({ event, filter }) => event === type && keeps(filter, paperId) && isTold(filterOf.get(filter)!, audience),
      )
      .flatMap(({ webhookIds }) => webhookIds);
}
