import type DataLoader from "dataloader";
import type { Keyed, Order } from "../db/keyset";
import type { CountKey, ListKey } from "../db/loaders";
import type { ListSource } from "./connection.type";
import type { PageArgs } from "./page-args";

/** How a list below one parent is ordered, cut and read. */
interface Below<Row> {
  order: Order;
  args: PageArgs;
  page: DataLoader<ListKey<number, null>, Keyed<Row>[]>;
  /** Makes the loader, for the few lists whose total is asked for. */
  count: () => DataLoader<CountKey<number, null>, number>;
}

/** The list below one parent, read in one batch with those below others. `field` names it, e.g. Author.papers. */
export function listBelow<Row>(
  field: string,
  parent: number,
  { order, args, page, count }: Below<Row>,
): ListSource<Row> {
  return {
    order,
    binding: JSON.stringify([field, parent]),
    args,
    fetch: (slice) => page.load({ parent, args: null, slice }),
    count: () => count().load({ parent, args: null }),
  };
}
